"""The doors of the senders: one operation for each, all through the same way in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.access.auth import Caller
from api.context import Now, Ours
from api.monitoring.receiving import receive
from api.monitoring.senders.alertmanager import Group
from api.monitoring.senders.cloudevents import BATCH, EVENT
from api.monitoring.senders.grafana import Notification
from api.monitoring.senders.icinga2 import IcingaNotification
from api.monitoring.shapes import KEPT, Alerts, accepts, each_by_itself, inlined

router = APIRouter(prefix="/v1/monitors", tags=["monitors"])

_NAME = r"^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,99}$"
Which = Annotated[
    str | None,
    Query(
        pattern=_NAME, description="a monitor with a file of its own; absent: the one that needs none", alias="monitor"
    ),
]
Label = Annotated[str | None, Query(max_length=100, min_length=1)]
_ANYTHING: dict[str, Any] = {"title": "Report", "examples": [{"id": "7", "state": "open"}]}
_EVENT: dict[str, Any] = {
    "type": "object", "title": "CloudEvent", "required": ["specversion", "id", "source", "type"],
    "properties": {name: {"type": "string", "minLength": 1} for name in ("specversion", "id", "source", "type")},
    "examples": [EVENT],
}  # fmt: skip
_BATCH: dict[str, Any] = {
    "type": "array",
    "title": "CloudEvents",
    "items": each_by_itself(_EVENT),
    "examples": [[EVENT]],
}


@router.post(
    "/alertmanager",
    operation_id="alertmanager",
    summary="Receive alerts from Alertmanager",
    response_model_exclude_none=True,
    responses=KEPT,
    openapi_extra=accepts(("application/json", inlined(Group))),
)
async def alertmanager(
    request: Request,
    response: Response,
    caller: Caller,
    ours: Ours,
    now: Now,
    monitor: Which = None,
    organisation_label: Label = None,
    severity_label: Label = None,
    service_label: Label = None,
) -> Alerts:
    """Firing: a ticket for the episode (fingerprint and start), once however often it is posted; a later episode of
    the alert goes on with that ticket. About a service of ours it is a service interruption. Resolved: a comment on it
    and a proposal to resolve; the service is up again. The labels are `client`, `severity`, `service` by default.

    An alert that cannot become a ticket is listed with the reason; the others go through. 202 when the engine is away
    for one of them: it is kept and carried out when the engine is back.
    """
    labels = {"organisation": organisation_label, "severity": severity_label, "service": service_label}
    return await receive(request, response, ours, caller, now, "alertmanager", monitor, **labels)


@router.post(
    "/grafana",
    operation_id="report_grafana",
    summary="Receive alerts from Grafana",
    response_model_exclude_none=True,
    responses=KEPT,
    openapi_extra=accepts(("application/json", inlined(Notification))),
)
async def grafana(
    request: Request,
    response: Response,
    caller: Caller,
    ours: Ours,
    now: Now,
    monitor: Which = None,
    organisation_label: Label = None,
    severity_label: Label = None,
    service_label: Label = None,
) -> Alerts:
    """A webhook contact point of Grafana's unified alerting; as for Alertmanager, with links to dashboard and panel."""
    labels = {"organisation": organisation_label, "severity": severity_label, "service": service_label}
    return await receive(request, response, ours, caller, now, "grafana", monitor, **labels)


@router.post(
    "/icinga2",
    operation_id="report_icinga2",
    summary="Receive a notification from Icinga 2",
    response_model_exclude_none=True,
    responses=KEPT,
    openapi_extra=accepts(("application/json", inlined(IcingaNotification))),
)
async def icinga2(
    request: Request, response: Response, caller: Caller, ours: Ours, now: Now, monitor: Which = None
) -> Alerts:
    """What the notification script in examples/icinga2 posts: a problem begins an episode, a recovery ends it."""
    return await receive(request, response, ours, caller, now, "icinga2", monitor)


@router.post(
    "/cloudevents",
    operation_id="report_cloudevents",
    summary="Receive alerts as CloudEvents",
    response_model_exclude_none=True,
    responses=KEPT,
    openapi_extra=accepts(
        ("application/cloudevents+json", _EVENT), (BATCH, _BATCH), ("application/json", {"title": "Data of an event"})
    ),
)
async def cloudevents(
    request: Request, response: Response, caller: Caller, ours: Ours, now: Now, monitor: Which = None
) -> Alerts:
    """Structured, binary (attributes in headers `ce-...`), or a batch. An event's `source` and `subject` name the
    alert; a type that ends in `.firing` or `.resolved`, or `data.status`, says which. A file can say otherwise.
    """
    return await receive(request, response, ours, caller, now, "cloudevents", monitor)


@router.post(
    "/json/{monitor}",
    operation_id="report_json",
    summary="Receive alerts as any JSON",
    response_model_exclude_none=True,
    responses=KEPT,
    openapi_extra=accepts(("application/json", _ANYTHING)),
)
async def json_(
    request: Request,
    response: Response,
    caller: Caller,
    ours: Ours,
    now: Now,
    monitor: Annotated[str, Path(max_length=100, description="the monitor whose file says where everything is")],
) -> Alerts:
    """The monitor's file says by JMESPath what is where in the body (`escalade monitor check` tries it)."""
    return await receive(request, response, ours, caller, now, "json", monitor)
