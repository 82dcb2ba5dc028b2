"""What operations set: where metrics are told, where traces are looked at."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class OperationsSettings(BaseSettings):
    """Mixed into `Settings`."""

    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port on which a worker tells its metrics to Prometheus, at /metrics. Empty: on none.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address that `metrics_port` is on.")
    traces_url: str | None = Field(
        None,
        pattern=r"^https?://\S+\{ticket\}\S*$",
        description="Address at which the trace viewer shows a ticket's traces, with {ticket} where its number stands; "
        "spans carry it as `escalade.ticket`. Empty: no link.",
    )
