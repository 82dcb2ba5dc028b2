"""The services of ours: under which agreement, how available, what maintenance is to come; the form that keeps one."""

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
from api.board.agreed_words import agreed_words
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out
from api.board.step_fields import Field
from api.board.tables import Cell, Section, link, moment
from api.board.words import FAULTS
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.pages import times
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.rendering import DEFAULT_ZONE
from api.services import doors
from api.services.doors import ServiceBody
from domain.commands import Name
from store import names, provider
from store.provider import Order, Service, WindowFilter

router = APIRouter(include_in_schema=False)
SHOWN = 20
"""Windows to come that a service's page shows."""


class NewService(ServiceBody):
    """A service that is not there yet."""

    id: Name


class Looked(BaseModel):
    """What the list's address asks for."""

    agreement: Annotated[str, Bounds(max_length=100)] | None = None
    cursor: Annotated[str, Bounds(max_length=500)] | None = None


@router.get("/board/services", operation_id="board_services")
def services(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """By number."""
    return _all(request, caller, ours, now, language)


@router.post("/board/services", operation_id="board_add_service")
async def add(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Adds one; the same as the API's operation, but for one that is there already."""
    form: Form[NewService] = await read_form(request, NewService)

    def keep(body: NewService) -> None:
        if provider.service(ours.database, body.id) is not None:
            raise Problem(409, "service_exists", f'There is a service "{body.id}" already; change it on its page.')
        doors.save(body.id, ServiceBody(**body.model_dump(exclude={"id"})), caller, ours)

    async def act(body: NewService) -> None:
        await run_in_threadpool(keep, body)

    refused = await carried_out(form, act, language)
    if refused is not None or form.body is None:
        return await run_in_threadpool(
            _all, request, caller, ours, now, language, form=form, step="add", status=refused or 422
        )
    return RedirectResponse(f"/board/services/{form.body.id}?done=add", 303)


@router.get("/board/services/{id}", operation_id="board_service")
def one_service(
    id: doors.ServiceId, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """How available it was, its interruptions, what is planned."""
    return _one(
        id, request, caller, ours, now, language, notice=say(language, _("The service is kept.")) if done else ""
    )


@router.post("/board/services/{id}", operation_id="board_change_service")
async def change(
    id: doors.ServiceId, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage
) -> Response:
    """Its name and how monitors call it; its agreement never changes."""
    known = await run_in_threadpool(doors.reached, ours, caller, id, now)
    form: Form[ServiceBody] = await read_form(request, ServiceBody, agreement=known.agreement)

    async def act(body: ServiceBody) -> None:
        await run_in_threadpool(doors.save, id, body, caller, ours)

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(
            _one, id, request, caller, ours, now, language, form=form, step="change", status=refused
        )
    return RedirectResponse(f"/board/services/{id}?done=change", 303)


def _all(request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any) -> Response:
    looked = filtering.read_query(request, Looked)
    found = doors.list_(caller, ours, now, request, Response(), looked.agreement, 50, looked.cursor)
    titles, clients = agreed_words(ours, language).titles, names.of_clients(ours.database)
    rows = [
        (link(one.name, f"/board/services/{one.id}"), Cell(one.id), Cell(titles.get(one.agreement, one.agreement)),
         Cell(one.monitor or ""), Cell(clients.get(one.organisation or "", one.organisation or "")))
        for one in found.items
    ]  # fmt: skip
    heads = (_("Service"), _("Number"), _("Agreement"), _("What monitors call it"), _("Whose tickets"))
    fields = (
        Field("id", _("Number"), "line", help=_("short, as it stands in addresses; it never changes")),
        Field("agreement", _("Agreement"), "choice", options=tuple(titles.items())),
        *_fields(clients),
    )
    adding = PageForm("add", _("Add a service"), _("Add the service"), "/board/services", fields)
    return list_page(
        request, caller, language, now, _("Services"), Section(heads, rows, _("There is no service.")),
        following=found.next, filters=[filtering.choice(request, "agreement", _("Agreement"), titles.items())],
        forms=(adding,) if caller.may("board_add_service") else (), **shown,
    )  # fmt: skip


def _one(
    id: str, request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any
) -> Response:
    one = doors.reached(ours, caller, id, now)
    clients = names.of_clients(ours.database)
    kept = _kept(one, caller, ours, now)
    promised = [] if kept is None else [
        (Cell("–" if kept.percent is None else _share(kept.percent, language), chip="good" if kept.met else "bad"),
         Cell(_share(kept.at_least, language)), Cell(_days(kept, language)),
         Cell(times.span(kept.down, language) if kept.down else "–"))
    ]  # fmt: skip
    down = [
        (link(out.ticket, f"/board/tickets/{out.ticket}") if out.ticket else Cell(), moment(out.down_since),
         moment(out.up_at), Cell(FAULTS[out.fault], say=True), Cell(times.span(out.counts, language)))
        for out in (kept.interruptions if kept else ())
    ]  # fmt: skip
    windows, _next = provider.windows(
        ours.database, WindowFilter(service=id, from_at=now, cancelled=False), Order.starts_at, None, SHOWN
    )
    planned = [
        (Cell(at=window.starts_at, until=window.ends_at, address=f"/board/maintenance/{window.id}"), Cell(window.text))
        for window in windows
    ]
    changing = PageForm(
        "change", _("Change"), _("Keep the change"), f"/board/services/{id}",
        _fields(clients, one.name, one.monitor, one.organisation or ""),
    )  # fmt: skip
    facts = (
        Cell(one.id), Cell(agreed_words(ours, language).titles.get(one.agreement, one.agreement)), Cell(one.monitor),
        Cell(clients.get(one.organisation or "", one.organisation or "")),
    )  # fmt: skip
    return list_page(
        request, caller, language, now, one.name,
        Section((_("Number"), _("Agreement"), _("What monitors call it"), _("Whose tickets")), [facts], ""),
        Section((_("Available"), _("Promised"), _("Time"), _("Down")), promised,
                _("The agreement promises no availability."), _("Availability")),
        Section((_("Ticket"), _("Down since"), _("Up again"), _("Whose fault"), _("Counts")), down,
                _("It was not down in that time."), _("Interruptions")),
        Section((_("When"), _("What is done")), planned, _("No maintenance is planned."), _("Planned maintenance"),
                f"/board/maintenance?service={id}"),
        plain_title=True, forms=(changing,) if caller.may("board_change_service") else (), **shown,
    )  # fmt: skip


def _kept(one: Service, caller: Principal, ours: Context, now: datetime) -> doors.AvailabilityView | None:
    try:
        return doors.read_availability(one.id, caller, ours, now)
    except Problem:
        return None  # its agreement promises none, or is no longer loaded


def _share(percent: str, language: str) -> str:
    """As it was worked out, never rounded: "99.9976%", in French "99,9976 %"."""
    return f"{percent.replace('.', ',')}\N{NO-BREAK SPACE}%" if language == "fr" else f"{percent}%"


def _days(kept: doors.AvailabilityView, language: str) -> str:
    return " – ".join(times.day_words(at, language, DEFAULT_ZONE) for at in (kept.begins_at, kept.ends_at))


def _fields(clients: dict[str, str], name: str = "", monitor: str = "", organisation: str = "") -> tuple[Field, ...]:
    return (
        Field("name", _("Name"), "line", default=name),
        Field("monitor", _("What monitors call it"), "line", required=False, default=monitor,
              help=_("the value of an alert’s label “service”; empty: its number")),
        Field("organisation", _("Whose tickets"), "choice", required=False, options=tuple(clients.items()),
              default=organisation, help=_("of alerts that name no client")),
    )  # fmt: skip
