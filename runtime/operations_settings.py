"""What operations set: where metrics are told, where traces are looked at, which version a worker is."""

from __future__ import annotations

from typing import Literal

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
    workflow_slots: int = Field(
        20,
        ge=2,
        le=1000,
        description="Tickets that a worker works on at a time; the others wait in the engine's queue. Few, since those "
        "begun share one core: what is begun must end within the ten seconds that the engine gives it.",
    )
    temporal_sync: Literal["full", "normal"] = Field(
        "full",
        description="When the embedded server's file is on the disk. full: before anything is answered. normal: a "
        "moment later; a power cut may take the last moments, a killed process nothing.",
    )
    worker_version: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9._-]{1,100}$",
        description="Version that a worker says it is: an image's tag, a commit. Tickets are then kept by workers of "
        "the version that is current in Temporal, and by no others (docs/deploying.md). Empty: by any worker.",
    )
    traces_url: str | None = Field(
        None,
        pattern=r"^https?://\S+\{ticket\}\S*$",
        description="Address at which the trace viewer shows a ticket's traces, with {ticket} where its number stands; "
        "spans carry it as `escalade.ticket`. Empty: no link.",
    )
