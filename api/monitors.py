"""Alertmanager's door: each alert is an episode of its own, decided by its own status, never by its group's.

Source: the webhook format of version 4. What is not there is not resolved: a group can leave alerts out.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.alerts import Alert, Outcome, Taken, take
from api.auth import Caller
from api.context import Now, Ours
from api.problems import RETRY_AFTER, Problem
from api.shapes import TICKET, example

router = APIRouter(prefix="/v1/monitors", tags=["monitors"])

AT_ONCE = 8
"""Alerts of one group that are taken side by side."""


class Group(BaseModel):
    """What Alertmanager posts. Only its alerts are read."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "version": "4",
                    "status": "firing",
                    "alerts": [
                        {
                            "status": "firing",
                            "labels": {"alertname": "CheckoutErrorsHigh", "client": "ACME", "severity": "critical"},
                            "annotations": {"summary": "Checkout error ratio 12 %"},
                            "startsAt": "2026-11-22T00:28:11.189Z",
                            "endsAt": "0001-01-01T00:00:00Z",
                            "generatorURL": "http://prometheus.example/graph",
                            "fingerprint": "a206d4c2429c8c01",
                        }
                    ],
                }
            ]
        },
    )

    version: Literal["4"] = "4"
    alerts: list[Any]


class AlertView(BaseModel):
    """What became of one alert: `skipped` and `failed` say why."""

    model_config = ConfigDict(from_attributes=True)

    fingerprint: str | None = None
    outcome: Outcome
    ticket: str | None = None
    reason: str | None = None


class Alerts(BaseModel):
    """What became of each alert, in the order of the group."""

    model_config = example(alerts=[{"fingerprint": "a206d4c2429c8c01", "outcome": "opened", "ticket": TICKET}])

    alerts: list[AlertView]


@router.post(
    "/alertmanager",
    operation_id="alertmanager",
    summary="Receive alerts from Alertmanager",
    response_model_exclude_none=True,
)
async def alertmanager(
    group: Group,
    caller: Caller,
    ours: Ours,
    now: Now,
    organisation_label: Annotated[
        str, Query(max_length=100, description="names the organisation, or an alias")
    ] = "client",
    severity_label: Annotated[
        str, Query(max_length=100, description="a severity of the agreement, or critical, warning, info")
    ] = "severity",
    service_label: Annotated[
        str, Query(max_length=100, description="names a service of ours: the alert is its interruption")
    ] = "service",
) -> Alerts:
    """Firing: a ticket for the episode (fingerprint and start), once however often it is posted; about a service of
    ours it is a service interruption. Resolved: a comment on it and a proposal to resolve; the service is up again.
    An alert that cannot become a ticket is listed with the reason; the others go through. 503 when the engine was away
    for one of them, so that Alertmanager posts the group again.
    """
    turns = asyncio.Semaphore(AT_ONCE)
    labels = {
        "organisation_label": organisation_label,
        "severity_label": severity_label,
        "service_label": service_label,
    }
    taking = [_one(turns, ours, caller, raw, now, labels) for raw in group.alerts]
    views = [AlertView.model_validate(taken) for taken in await asyncio.gather(*taking)]
    if any(view.outcome == "failed" for view in views):
        raise Problem(
            503,
            "engine_away",
            "Not every alert could be taken. Post the group again; what was taken is not taken twice.",
            headers={"Retry-After": str(RETRY_AFTER)},
            alerts=[view.model_dump(exclude_none=True) for view in views],
        )
    return Alerts(alerts=views)


async def _one(
    turns: asyncio.Semaphore, ours: Ours, caller: Caller, raw: Any, now: datetime, labels: dict[str, str]
) -> Taken:
    try:
        alert = Alert.model_validate(raw)
    except ValueError as error:
        name = raw.get("fingerprint") if isinstance(raw, dict) else None
        return Taken(name if isinstance(name, str) else None, "skipped", reason=_readable(error))
    async with turns:
        return await take(ours, caller, alert, now, **labels)


def _readable(error: ValueError) -> str:
    return "; ".join(str(error).splitlines())[:500]
