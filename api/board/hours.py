"""Hour packages of the clients: what is left and until when, what was worked, and the form that sells one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from pydantic import Field as Bounds

from agreements import AgreementError
from api.access.auth import Caller, Principal
from api.board import filtering
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out, instants
from api.board.step_fields import Field
from api.board.tables import Cell, Section, day, link, moment
from api.board.words import COVERED, WORKS
from api.context import Context, Now, Ours
from api.hours import doors
from api.hours.doors import Sale
from api.http.idempotency import Key
from api.http.problems import invalid
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.portal.agreements import contract_titles
from domain.telling import duration
from store import agreements as stored
from store import directory, hour_entries, hour_packages, names
from store.hour_entries import EntryFilter
from store.hour_packages import PackageOrder
from store.hours import SoldPackage

router = APIRouter(include_in_schema=False)
ORDERS = {PackageOrder.expires_at: _("the next one to expire first"), PackageOrder.newest: _("newest first")}
FORCE = {"true": _("in force"), "false": _("expired, or not yet valid")}


class Looked(BaseModel):
    """What the list's address asks for."""

    organisation: Annotated[str, Bounds(max_length=100)] | None = None
    in_force: bool | None = None
    order: PackageOrder = PackageOrder.expires_at
    cursor: Annotated[str, Bounds(max_length=500)] | None = None


@router.get("/board/hours", operation_id="board_hours")
def packages(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """Those in force, the next one to expire first, unless others are asked for."""
    return _all(request, caller, ours, now, language, notice=say(language, _("The package is sold.")) if done else "")


@router.post("/board/hours", operation_id="board_sell")
async def sell(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Sells one; the same as the API's operation."""
    form: Form[Sale] = await read_form(request, Sale, **await instants(request, "bought_at"))

    def keep(body: Sale) -> str:
        contract = directory.contract(ours.database, body.contract)
        if contract is None:
            raise invalid("/contract", f'There is no contract "{body.contract}".', code="unknown_contract")
        doors.sell(contract.organisation, body, caller, ours, Key(form.key, True), now, Response())
        return contract.organisation

    sold: list[str] = []

    async def act(body: Sale) -> None:
        sold.append(await run_in_threadpool(keep, body))

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_all, request, caller, ours, now, language, form=form, status=refused)
    return RedirectResponse(f"/board/hours?organisation={sold[0]}&done=sell", 303)


def _all(request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any) -> Response:
    looked = filtering.read_query(request, Looked)
    clients = names.of_clients(ours.database)
    try:
        found, after = hour_packages.find(
            ours.database, looked.organisation, looked.in_force, now, looked.order, looked.cursor
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    held = directory.contracts_named(ours.database, {one.contract for one in found})
    titles = contract_titles(ours, held.values(), language)
    heads = (
        _("Client"),
        _("Contract"),
        _("Hours"),
        _("Used"),
        _("Left"),
        _("Bought"),
        _("Until"),
        _("State"),
        _("Number"),
    )
    rows = [_row(one, clients, titles, now) for one in found]
    nothing = _("No package is like that.") if request.query_params else _("No hours were bought.")
    sections = [Section(heads, rows, nothing, _("Hour packages"))]
    if looked.organisation is not None:
        sections.append(_worked(ours, looked.organisation))
    filters = [
        filtering.choice(request, "organisation", _("Client"), clients.items()),
        filtering.choice(request, "in_force", _("State"), FORCE.items(), language=language),
        filtering.choice(
            request, "order", _("Order"), ORDERS.items(), language=language, standard=PackageOrder.expires_at
        ),
    ]
    selling = (_selling(ours, clients, now, language),) if caller.may("board_sell") else ()
    return list_page(
        request, caller, language, now, _("Hours"), *sections, following=after, filters=filters, forms=selling,
        step="sell", **shown,
    )  # fmt: skip


def _row(one: SoldPackage, clients: dict[str, str], titles: dict[str, str], now: datetime) -> tuple[Cell, ...]:
    told = doors.package_view(one, now)
    state = _("in force") if told.in_force else _("no longer valid") if one.expires_at <= now else _("not yet valid")
    return (
        link(clients.get(one.organisation, one.organisation), f"/board/hours?organisation={one.organisation}"),
        Cell(titles.get(one.contract, one.contract)),
        *(
            Cell(duration(minutes * 60) if minutes else "0", number=True)
            for minutes in (one.minutes, one.used, told.left)
        ),
        day(one.bought_at),
        day(one.expires_at),
        Cell(state, say=True, chip="good" if told.in_force else ""),
        Cell(one.id),
    )


def _worked(ours: Context, organisation: str) -> Section:
    found = hour_entries.find(ours.database, EntryFilter(organisation=organisation)).entries
    people = names.of_staff(ours.database)
    rows = [
        (moment(one.began_at), link(one.ticket, f"/board/tickets/{one.ticket}"), Cell(WORKS[one.work], say=True),
         Cell(duration(one.charged * 60) if one.charged else "0", number=True), Cell(COVERED[one.cover], say=True),
         Cell(people.get(one.member, one.member)), Cell(one.text))
        for one in found
    ]  # fmt: skip
    heads = (_("When"), _("Ticket"), _("What"), _("Counted"), _("Who pays"), _("By"), _("What was done"))
    return Section(heads, rows, _("Nothing was worked yet."), _("The latest work"))


def _selling(ours: Context, clients: dict[str, str], now: datetime, language: str) -> PageForm:
    sizes = dict(_sizes(ours))
    under = directory.contracts_under(ours.database, sizes, now)
    titles = contract_titles(ours, under, language)
    options = tuple(
        sorted(((one.id, f"{clients.get(one.organisation, '')} · {titles[one.id]}") for one in under), key=_second)
    )
    known = tuple((str(size), f"{size} h") for size in sorted({size for one in sizes.values() for size in one}))
    fields = (
        Field("contract", _("Contract"), "choice", options=options),
        Field("hours", _("Hours"), "choice", options=known, help=_("a size that the contract’s agreement knows")),
        Field("bought_at", _("Bought"), "instant", required=False, help=_("empty: now")),
    )
    return PageForm("sell", _("Sell an hour package"), _("Sell the package"), "/board/hours", fields)


def _sizes(ours: Context) -> Iterable[tuple[str, tuple[int, ...]]]:
    """The sizes of each agreement that sells hours."""
    for one in stored.revisions(ours.database, current_only=True):
        try:
            rule = ours.agreements.read(one).hours
        except AgreementError:
            continue  # the doctor tells of it
        if rule is not None:
            yield one.name, tuple(rule.packages.hours)


def _second(pair: tuple[str, str]) -> str:
    return pair[1]
