"""Grafana's webhook contact point (unified alerting): Alertmanager's alerts, with links to what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.monitoring.files import Monitor
from api.monitoring.senders.alertmanager import ALERT, Alert, episode
from api.monitoring.senders.shape import Unclear, Unreadable, members, several, unclear
from domain.episodes import Reported

_ALERT: dict[str, Any] = {
    **ALERT,
    "generatorURL": "https://grafana.example/alerting/grafana/cf2/view",
    "dashboardURL": "https://grafana.example/d/checkout",
    "panelURL": "https://grafana.example/d/checkout?viewPanel=4",
    "silenceURL": "https://grafana.example/alerting/silence/new",
    "valueString": "[ var='A' labels={} value=0.12 ]",
}


class GrafanaAlert(Alert):
    """One alert of a notification. `valueString` is what was measured."""

    dashboard_url: str = Field("", alias="dashboardURL")
    panel_url: str = Field("", alias="panelURL")
    silence_url: str = Field("", alias="silenceURL")
    value: str | None = Field(None, alias="valueString")


class Notification(BaseModel):
    """What Grafana posts. Only its alerts are read."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"receiver": "escalade", "status": "firing", "orgId": 1, "version": "1", "alerts": [_ALERT]}]
        },
    )

    alerts: list[GrafanaAlert]


def read(body: bytes, headers: Mapping[str, str], monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """The alerts of a notification, in its order."""
    return [_one(raw, monitor) for raw in several(members(body).get("alerts"), "alerts")]


def _one(raw: Any, monitor: Monitor) -> Reported | Unclear:
    name = raw.get("fingerprint") if isinstance(raw, dict) else None
    try:
        alert = GrafanaAlert.model_validate(raw)
        if alert.value:
            alert = alert.model_copy(update={"annotations": {**alert.annotations, "value": alert.value}})
        links = [
            ("rule", alert.generator_url),
            ("dashboard", alert.dashboard_url),
            ("panel", alert.panel_url),
            ("silence", alert.silence_url),
        ]
        return episode(alert, monitor, links)
    except (ValueError, Unreadable) as error:
        return unclear(raw, error, name)
