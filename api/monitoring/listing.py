"""Every alert that was reported, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.access.reach import ReachedTicket
from api.context import Context, Ours
from api.http.paging import following
from api.http.problems import invalid
from api.shapes import AT, TICKET, example
from domain.alerts import Outcome
from domain.base import Instant
from domain.words import STAFF, Role
from store import alert_lists
from store.alert_lists import AlertFilter, AlertOrder, AlertRow

router = APIRouter(prefix="/v1", tags=["monitors"])

_ALERT = {
    "id": "5f1c0b7d9e2a4c6f8b1d3e5a", "organisation": "acme", "source": "alertmanager",
    "fingerprint": "a206d4c2429c8c01", "started_at": AT, "firing": True, "severity": "critical",
    "subject": "Checkout error ratio 12 %", "labels": {"alertname": "CheckoutErrorsHigh"}, "ticket": TICKET,
    "outcome": "opened", "monitor": "alertmanager", "by": "prometheus", "received_at": AT, "seen_at": AT, "times": 3,
}  # fmt: skip
_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class ReportedAlert(BaseModel):
    """One firing of an alert. `times`: how often it was reported; `seen_at`: last. `monitor`, `by`: told to staff."""

    model_config = example(**_ALERT)

    id: str
    organisation: str | None = None
    source: str
    fingerprint: str
    started_at: datetime
    ended_at: datetime | None = None
    firing: bool
    severity: str | None = None
    service: str | None = None
    subject: str
    labels: dict[str, str]
    ticket: str | None = None
    outcome: Outcome
    reason: str | None = None
    monitor: str | None = None
    by: str | None = None
    received_at: datetime
    seen_at: datetime
    times: int


class AlertPage(BaseModel):
    """Some alerts; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_ALERT])

    items: list[ReportedAlert]
    next: str | None = None


class Paged(BaseModel):
    """Which page, in which order."""

    model_config = ConfigDict(extra="forbid")

    firing: bool | None = Field(None, description="those that fire still, or those that have ended")
    order: AlertOrder = AlertOrder.newest
    limit: int = Field(50, ge=1, le=alert_lists.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


class Wanted(Paged):
    """Which alerts. Everything given must hold; `to_at` is exclusive."""

    organisation: _Plain | None = None
    source: _Plain | None = None
    fingerprint: _Plain | None = None
    outcome: Outcome | None = None
    ticket: _Plain | None = None
    from_at: Instant | None = Field(None, description="first reported since")
    to_at: Instant | None = None


@router.get("/alerts", operation_id="list_alerts", summary="List alerts", response_model_exclude_none=True)
def list_alerts(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, request: Request, response: Response
) -> AlertPage:
    """Every episode reported, with what became of it; those that are nobody's are seen by our own people only."""
    if caller.organisation is not None and wanted.organisation not in (None, caller.organisation):
        return AlertPage(items=[])
    fields = wanted.model_dump(exclude={"order", "limit", "cursor"})
    filters = AlertFilter(**{**fields, "organisation": caller.organisation or wanted.organisation})
    return _page(ours, caller, filters, wanted, request, response)


@router.get(
    "/tickets/{id}/alerts",
    operation_id="list_alerts_of_ticket",
    summary="List the alerts under a ticket",
    response_model_exclude_none=True,
)
def list_of_ticket(
    ticket: ReachedTicket,
    wanted: Annotated[Paged, Query()],
    caller: Caller,
    ours: Ours,
    request: Request,
    response: Response,
) -> AlertPage:
    """The episodes of its alert, or all that a storm brought; each says whether it fires still."""
    filters = AlertFilter(ticket=ticket, firing=wanted.firing)
    return _page(ours, caller, filters, wanted, request, response)


def _page(
    ours: Context, caller: Principal, filters: AlertFilter, wanted: Paged, request: Request, response: Response
) -> AlertPage:
    try:
        found, beyond = alert_lists.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return AlertPage(items=[_view(one, caller) for one in found], next=beyond)


def _view(one: AlertRow, caller: Principal) -> ReportedAlert:
    ours = caller.role in STAFF or caller.role is Role.operations
    row = {name: getattr(one, name) for name in AlertRow.model_fields}
    return ReportedAlert(
        **{**row, "monitor": one.monitor if ours else None, "by": one.by if ours else None},
        firing=one.ended_at is None,
    )
