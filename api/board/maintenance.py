"""Planned maintenance of the services: what is to come and what was; the forms that plan a window and cancel one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from pydantic import Field as Bounds

from api.access.auth import Caller, Principal
from api.board import filtering
from api.board.filtering import Filter
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out, instants, said_of
from api.board.step_fields import Field
from api.board.tables import Cell, Section, link, moment
from api.context import Context, Now, Ours
from api.http.idempotency import Key
from api.http.problems import invalid
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.services import maintenance as doors
from api.services.maintenance import CancelBody, WindowBody
from domain.commands import Name
from domain.maintenance import Window
from domain.words import Role
from store import names, provider
from store.provider import Order, WindowFilter

router = APIRouter(include_in_schema=False)
ORDERS = {Order.newest: _("the last one first"), Order.starts_at: _("the next one first")}
WHICH = {"ahead": _("to come"), "past": _("over"), "cancelled": _("cancelled")}
DONE = {
    "plan": _("The maintenance is planned; whoever has to know is told."),
    "cancel": _("The maintenance is cancelled; whoever was told of it is told."),
}


class NewWindow(WindowBody):
    """A window and the service that it is of."""

    service: Name


class Looked(BaseModel):
    """What the list's address asks for."""

    service: Annotated[str, Bounds(max_length=100)] | None = None
    which: Annotated[str, Bounds(pattern="^(ahead|past|cancelled)$")] | None = None
    order: Order = Order.newest
    cursor: Annotated[str, Bounds(max_length=500)] | None = None


@router.get("/board/maintenance", operation_id="board_maintenance")
def windows(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """The last one first, unless another order is asked for."""
    return _all(request, caller, ours, now, language, notice=said_of(done, DONE, language))


@router.post("/board/maintenance", operation_id="board_plan")
async def plan(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Plans a window; the same as the API's operation."""
    fixed = await instants(request, "starts_at", "ends_at")
    form: Form[NewWindow] = await read_form(request, NewWindow, **fixed)

    async def act(body: NewWindow) -> None:
        wanted = WindowBody(**body.model_dump(exclude={"service"}))
        await doors.plan_(body.service, wanted, caller, ours, Key(form.key, True), now, Response())

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_all, request, caller, ours, now, language, form=form, status=refused)
    return RedirectResponse("/board/maintenance?done=plan", 303)


@router.get("/board/maintenance/{id}", operation_id="board_window")
def one_window(
    id: doors.WindowId, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """A window: what is done, who planned it, why it does not take place."""
    return _one(id, request, caller, ours, now, language, notice=said_of(done, DONE, language))


@router.post("/board/maintenance/{id}", operation_id="board_cancel_window")
async def cancel(
    id: doors.WindowId, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage
) -> Response:
    """Cancels it; the same as the API's operation."""
    await run_in_threadpool(doors.read, id, caller, ours, now)
    form: Form[CancelBody] = await read_form(request, CancelBody)

    async def act(body: CancelBody) -> None:
        await doors.cancel_(id, body, caller, ours, now)

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_one, id, request, caller, ours, now, language, form=form, status=refused)
    return RedirectResponse(f"/board/maintenance/{id}?done=cancel", 303)


def _all(request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any) -> Response:
    looked = filtering.read_query(request, Looked)
    cancelled = None if looked.which is None else looked.which == "cancelled"
    wanted = WindowFilter(
        service=looked.service, cancelled=cancelled, from_at=now if looked.which == "ahead" else None,
        to_at=now if looked.which == "past" else None,
    )  # fmt: skip
    try:
        found, after = provider.windows(ours.database, wanted, looked.order, looked.cursor, 50)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    services = names.of_services(ours.database)
    rows = [
        (Cell(at=one.starts_at, until=one.ends_at, address=f"/board/maintenance/{one.id}"), _service(one, services),
         Cell(one.text), _standing(one, now))
        for one in found
    ]  # fmt: skip
    nothing = _("No maintenance is like that.") if request.query_params else _("No maintenance is planned.")
    return list_page(
        request, caller, language, now, _("Maintenance"),
        Section((_("When"), _("Service"), _("What is done"), _("State")), rows, nothing),
        following=after, filters=_filters(request, services, language), step="plan",
        forms=(_planning(services, caller),) if caller.may("board_plan") and services else (), **shown,
    )  # fmt: skip


def _filters(request: Request, services: dict[str, str], language: str) -> list[Filter]:
    return [
        filtering.choice(request, "service", _("Service"), services.items()),
        filtering.choice(request, "which", _("State"), WHICH.items(), language=language),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=Order.newest),
    ]


def _one(
    id: str, request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any
) -> Response:
    one = doors.read(id, caller, ours, now)
    services, people = names.of_services(ours.database), names.of_staff(ours.database)
    window = Window.model_validate(one.model_dump(exclude={"beyond_limit"}))
    by = people.get(one.planned_by or "", one.planned_by or "")
    facts = (
        Cell(at=one.starts_at, until=one.ends_at), _service(window, services), _standing(window, now), Cell(by),
        moment(one.planned_at), Cell(_("yes") if one.announced else _("no"), say=True), Cell(one.forced or ""),
        Cell(one.cancelled_for or ""),
    )  # fmt: skip
    heads = (_("When"), _("Service"), _("State"), _("Planned by"), _("Planned"), _("Announced"),
             _("Why beyond the limit"), _("Why cancelled"))  # fmt: skip
    ends = one.cancelled_at is None and one.starts_at > now and caller.may("board_cancel_window")
    reason = Field("reason", _("Why it does not take place; the clients who were told read it"))
    title = _("Cancel the maintenance")
    form = PageForm("cancel", title, title, f"/board/maintenance/{id}", (reason,))
    return list_page(
        request, caller, language, now, say(language, _("Maintenance of %(service)s"),
                                            service=services.get(one.service, one.service)),
        Section(heads, [facts], ""), plain_title=True, about=one.text, forms=(form,) if ends else (), step="cancel",
        **shown,
    )  # fmt: skip


def _planning(services: dict[str, str], caller: Principal) -> PageForm:
    forcing = Field("force", _("Why it may pass the limit of the month"), "line", required=False)
    fields = (
        Field("service", _("Service"), "choice", options=tuple(services.items())),
        Field("starts_at", _("From"), "instant"),
        Field("ends_at", _("Until"), "instant"),
        Field("text", _("What is done; every client of the service reads it")),
        Field("critical_fixes", _("For critical fixes: it need not be announced beforehand"), "tick", required=False),
        *((forcing,) if caller.role is Role.manager else ()),
    )
    return PageForm("plan", _("Plan maintenance"), _("Plan the maintenance"), "/board/maintenance", fields)


def _service(one: Window, services: dict[str, str]) -> Cell:
    return link(services.get(one.service, one.service), f"/board/services/{one.service}")


def _standing(one: Window, now: datetime) -> Cell:
    if one.cancelled_at is not None:
        return Cell(WHICH["cancelled"], say=True, chip="")
    if one.ends_at <= now:
        return Cell(WHICH["past"], say=True)
    return Cell(_("under way") if one.starts_at <= now else WHICH["ahead"], say=True, chip="soon")
