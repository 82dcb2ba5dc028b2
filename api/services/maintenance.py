"""Planned maintenance of the services: announced, limited, listed, cancelled (TF-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, digest, ticket_id
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.services.doors import ServiceId, agreements_of, link, promised, reached
from api.shapes import AT, Body, example
from domain.base import Instant
from domain.commands import Text
from domain.maintenance import PlanMaintenance, Reason, Window, cancel, plan
from domain.messages import Message
from domain.messages import maintenance as messages
from store import provider
from store.provider import Order, Service, WindowFilter

router = APIRouter(prefix="/v1", tags=["services"])
WindowId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]

_WINDOW = {
    "id": "7QX24T9K3M", "service": "sites", "starts_at": "2026-03-08T22:00:00Z", "ends_at": "2026-03-09T00:00:00Z",
    "text": "A new version of the database.", "critical_fixes": False, "announced": True, "forced": None,
    "planned_at": AT, "cancelled_at": None, "cancelled_for": None, "planned_by": "max",
}  # fmt: skip


class WindowBody(Body):
    """A window to plan. `critical_fixes` lifts the announcement, never the limit; `force` is a manager's reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "starts_at": "2026-03-08T22:00:00Z",
                    "ends_at": "2026-03-09T00:00:00Z",
                    "text": "A new version of the database.",
                }
            ]
        }
    )

    starts_at: Instant
    ends_at: Instant
    text: Text = Field(description="what is done; every client reads it")
    critical_fixes: bool = False
    force: Reason | None = Field(None, description="why it may pass the limit of the month")


class CancelBody(Body):
    """Why it does not take place; the clients to whom it was announced read it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The new version is not ready."}]})

    reason: Text


class WindowView(BaseModel):
    """A window. `announced`: told to every client beforehand; `forced`: why it passes the month's limit.

    Who planned and cancelled it, and why it was forced, is told to staff only.
    """

    model_config = example(**_WINDOW)

    id: str
    service: str
    starts_at: datetime
    ends_at: datetime
    text: str
    critical_fixes: bool
    announced: bool
    beyond_limit: bool = False
    forced: str | None = None
    planned_at: datetime
    planned_by: str | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None
    cancelled_for: str | None = None


class WindowPage(BaseModel):
    """Some windows; `next` is the cursor of those that follow."""

    model_config = example(items=[_WINDOW])

    items: list[WindowView]
    next: str | None = None


class Wanted(BaseModel):
    """Which windows, in which order. Everything given must hold."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = Field(None, max_length=100, pattern=r"^[^\x00-\x1f]*$")
    from_at: Instant | None = Field(None, alias="from", description="that end after this")
    to_at: Instant | None = Field(None, alias="to", description="that start before this")
    forced: bool | None = Field(None, description="beyond the limit of their month, or not")
    cancelled: bool | None = None
    order: Order = Order.starts_at
    limit: int = Field(50, ge=1, le=provider.MOST)
    cursor: str | None = Field(None, max_length=500)


@router.post(
    "/services/{id}/maintenance-windows",
    operation_id="plan_maintenance",
    status_code=201,
    summary="Plan maintenance of a service",
)
async def plan_(
    id: ServiceId,
    body: WindowBody,
    caller: Caller,
    ours: Ours,
    key: IdempotencyKey,
    now: Now,
    response: Response,
) -> WindowView:
    """Kept and announced in one step. Refused when it comes too late to be announced, or passes the month's limit."""
    window, again = await run_in_threadpool(_plan, ours, caller, id, body, key.value, now)
    # On a repetition too: the first request may have ended between keeping the window and waking delivery.
    await ours.engine.wake_delivery()
    response.headers["Location"] = f"/v1/maintenance-windows/{window.id}"
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return _view(window, caller)


def _plan(ours: Context, caller: Principal, id: str, body: WindowBody, key: str, now: datetime) -> tuple[Window, bool]:
    service = reached(ours, caller, id, now)
    terms = promised(ours, service.agreement)
    limits = terms.maintenance
    if limits is None:
        detail = f"{service.agreement} does not speak of planned maintenance, so there is none."
        raise Problem(409, "maintenance_not_foreseen", detail)
    wanted = PlanMaintenance(**body.model_dump())
    name = ticket_id("window", caller.scope, key)
    readers = provider.readers(ours.database, service.agreement, now)

    def decide(standing: list[Window]) -> tuple[Window, list[Message]]:
        made = plan(limits, standing, wanted, caller.actor, name, service.id, now)
        return made, messages.planned(made, service.name, terms, readers)

    try:
        return provider.plan(ours.database, service.id, name, digest(f"plan:{id}", body), decide, now)
    except provider.OtherRequest:
        raise conflict() from None


@router.post(
    "/maintenance-windows/{id}/cancellation", operation_id="cancel_maintenance", summary="Cancel planned maintenance"
)
async def cancel_(id: WindowId, body: CancelBody, caller: Caller, ours: Ours, now: Now) -> WindowView:
    """Before it has begun. Everybody who was told of it is told; its time is free for another one."""
    window = await run_in_threadpool(_cancel, ours, caller, id, body.reason, now)
    await ours.engine.wake_delivery()
    return _view(window, caller)


def _cancel(ours: Context, caller: Principal, id: str, reason: str, now: datetime) -> Window:
    window, service = _reached(ours, caller, id, now)
    if window.cancelled_at is not None and window.cancelled_for == reason:
        return window  # the same request again, whose answer was lost
    terms = promised(ours, service.agreement)
    readers = provider.readers(ours.database, service.agreement, now)

    def decide(standing: Window) -> tuple[Window, list[Message]]:
        made = cancel(standing, reason, caller.actor, now)
        return made, messages.cancelled(made, service.name, terms, readers)

    return provider.cancel(ours.database, id, decide, now)


@router.get("/maintenance-windows", operation_id="list_maintenance_windows", summary="List planned maintenance")
def list_(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> WindowPage:
    """One page; a client sees that of the services under its contracts."""
    filters = WindowFilter(
        **wanted.model_dump(exclude={"order", "limit", "cursor"}), agreements=agreements_of(ours, caller, now)
    )
    try:
        found, following = provider.windows(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    link(request, response, following)
    return WindowPage(items=[_view(one, caller) for one in found], next=following)


@router.get("/maintenance-windows/{id}", operation_id="read_maintenance_window", summary="Read a maintenance window")
def read(id: WindowId, caller: Caller, ours: Ours, now: Now) -> WindowView:
    """A client reads those of the services under its contracts."""
    return _view(_reached(ours, caller, id, now)[0], caller)


def _reached(ours: Context, caller: Principal, id: str, now: datetime) -> tuple[Window, Service]:
    window = provider.window(ours.database, id)
    if window is not None:
        service = provider.service(ours.database, window.service)
        bound = agreements_of(ours, caller, now)
        if service is not None and (bound is None or service.agreement in bound):
            return window, service
    raise Problem(404, "unknown_window", f'There is no maintenance window "{id}".')


def _view(window: Window, reader: Principal) -> WindowView:
    ours_alone = {"planned_by", "cancelled_by", "forced"} if reader.organisation is not None else set()
    fields = {name: value for name, value in window if name not in ours_alone}
    return WindowView(**fields, beyond_limit=window.forced is not None)
