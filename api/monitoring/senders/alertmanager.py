"""Alertmanager's webhook, version 4: each alert is an episode of its own, decided by its own status.

A group's `status: firing` can hold resolved alerts. What is absent is not resolved: a group can leave alerts out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.monitoring.files import Monitor
from api.monitoring.senders.shape import Unclear, Unreadable, described, members, report, several, unclear
from domain.base import Instant
from domain.episodes import Reported

ALERT: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "CheckoutErrorsHigh", "client": "ACME", "severity": "critical"},
    "annotations": {"summary": "Checkout error ratio 12 %"},
    "startsAt": "2026-11-22T00:28:11.189Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus.example/graph",
    "fingerprint": "a206d4c2429c8c01",
}


class Alert(BaseModel):
    """One alert of a group. `endsAt` counts only when it is resolved."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    starts_at: Instant = Field(alias="startsAt")
    ends_at: Instant | None = Field(None, alias="endsAt")
    generator_url: str = Field("", alias="generatorURL")
    fingerprint: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")


class Group(BaseModel):
    """What Alertmanager posts. Only its alerts are read."""

    model_config = ConfigDict(
        extra="allow", json_schema_extra={"examples": [{"version": "4", "status": "firing", "alerts": [ALERT]}]}
    )

    version: Literal["4"] = "4"
    alerts: list[Alert]
    truncated: int = Field(0, alias="truncatedAlerts", description="alerts that were left out")


def read(body: bytes, headers: Mapping[str, str], monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """The alerts of a group, in its order."""
    posted = members(body)
    if posted.get("version", "4") != "4":
        raise Unreadable('has another version than "4", the format of Alertmanager\'s webhook')
    return [_one(raw, monitor) for raw in several(posted.get("alerts"), "alerts")]


def left_out(body: bytes) -> int:
    """How many alerts the group does not hold, because `max_alerts` is set."""
    found = members(body).get("truncatedAlerts")
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def _one(raw: Any, monitor: Monitor) -> Reported | Unclear:
    name = raw.get("fingerprint") if isinstance(raw, dict) else None
    try:
        alert = Alert.model_validate(raw)
        return episode(alert, monitor, [("source", alert.generator_url)])
    except (ValueError, Unreadable) as error:
        return unclear(raw, error, name)


def episode(alert: Alert, monitor: Monitor, links: list[tuple[str, str]]) -> Reported:
    """An alert as it is reported, here and by Grafana, whose alerts are of the same make."""
    if alert.status == "resolved" and alert.ends_at is None:
        raise Unreadable("it is resolved but says not when (endsAt)")
    labels, said = alert.labels, alert.annotations
    name = labels.get("alertname", "Alert")
    place = labels.get("instance") or labels.get("host") or ""
    others = {key: value for key, value in said.items() if key not in ("summary", "description")}
    return report(
        source=monitor.source,
        fingerprint=alert.fingerprint,
        firing=alert.status == "firing",
        started_at=alert.starts_at,
        ended_at=alert.ends_at if alert.status == "resolved" else None,
        organisation=labels.get(monitor.labels.organisation),
        severity=labels.get(monitor.labels.severity),
        service=labels.get(monitor.labels.service),
        subject=said.get("summary") or f"{name} {place}",
        description=described([said.get("description", "")], {**labels, **others}, links),
        links=[link for _, link in links],
        labels=labels,
    )
