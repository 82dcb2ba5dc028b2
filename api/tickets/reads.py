"""Reading tickets: lists, one, its timeline, its clocks. From the store, but for the clocks, which are live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.access.reach import ReachedTicket
from api.context import Context, Language, Now, Ours
from api.engine.tickets import EngineAway, EngineBusy, NoRun
from api.http.problems import invalid, unknown_ticket
from api.shapes import Clocks, ClockView, TicketPage, TicketView, Timeline
from api.tickets.timeline import page
from api.tickets.views import ticket_view
from domain.base import Instant
from domain.clock import Clock
from domain.commands import Open
from domain.events import TermsChanged, TicketOpened
from domain.explain import explain
from domain.record import Summary, summarise
from domain.revisions import newest_terms, terms_of
from domain.terms import Terms
from domain.visible import OURS
from domain.words import Level, Role, Status
from store import tickets
from store.paging import Order
from store.ticket_filter import TicketFilter

router = APIRouter(prefix="/v1/tickets", tags=["reading"])

_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class Wanted(BaseModel):
    """Which tickets, in which order. Everything given must hold; `group` or `assignee` left empty means without one."""

    model_config = ConfigDict(extra="forbid")

    organisation: _Plain | None = None
    contact: _Plain | None = Field(None, description="opened for this person of a client")
    status: list[Status] = []
    level: Level | None = None
    group: _Plain | None = None
    assignee: _Plain | None = None
    severity: _Plain | None = None
    agreement: _Plain | None = None
    episode: _Plain | None = Field(None, description="`alertmanager/<fingerprint>`: the tickets of an alert")
    commitment: Literal["open", "kept"] | None = Field(None, description="what was promised: still to be done, or done")
    service: _Plain | None = Field(None, description="interruptions of this service of ours")
    defect: _Plain | None = Field(None, description="linked to this defect at R&D")
    text: _Plain | None = Field(None, description="contained in the subject")
    search: _Plain | None = Field(
        None, description="words: each begins a word of what was written on the ticket, or of its client's name"
    )
    opened_from: Instant | None = None
    opened_to: Instant | None = Field(None, description="exclusive")
    overdue: bool = Field(False, description="only those with a promise past its due instant")
    order: Order = Order.next_due
    limit: int = Field(50, ge=1, le=tickets.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.get("", operation_id="list_tickets", summary="List tickets", response_model_exclude_none=True)
def list_(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> TicketPage:
    """One page; the header `Link` and the field `next` lead to the following one. A client sees its own."""
    if caller.organisation is not None and wanted.organisation not in (None, caller.organisation):
        return TicketPage(items=[])
    fields = wanted.model_dump(exclude={"overdue", "order", "limit", "cursor"})
    filters = TicketFilter(
        **{**fields, "organisation": caller.organisation or wanted.organisation},
        overdue_at=now if wanted.overdue else None,
    )
    try:
        found = tickets.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    if found.next is not None:
        following = request.url.include_query_params(cursor=found.next)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return TicketPage(items=[ticket_view(row, caller) for row in found.tickets], next=found.next)


@router.get("/{id}", operation_id="read_ticket", summary="Read a ticket", response_model_exclude_none=True)
async def read(ticket: ReachedTicket, caller: Caller, ours: Ours) -> TicketView:
    """The ticket as it was last recorded."""
    summary: Summary | None = await run_in_threadpool(tickets.get, ours.database, ticket)
    if summary is None:
        # Opened milliseconds ago: the engine has it, the database soon will.
        try:
            summary = summarise(await ours.engine.state(ticket))
        except NoRun:
            raise unknown_ticket(ticket) from None
    return ticket_view(summary, caller)


@router.get("/{id}/timeline", operation_id="read_timeline", summary="Read what happened")
async def timeline(
    ticket: ReachedTicket,
    caller: Caller,
    ours: Ours,
    language: Language,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Annotated[int, Query(ge=0, le=2**31 - 1, description="`next` of the page before")] = 0,
) -> Timeline:
    """Events in their order, a sentence each in the language of `Accept-Language`. A client sees nothing internal."""

    def read_page() -> Timeline | None:
        opening = _opening(ours, ticket)
        if opening is None:
            return None
        client = caller.role is Role.client
        entries, following = page(ours.database, opening, client=client, language=language, after=cursor, limit=limit)
        return Timeline(items=entries, next=None if following is None else str(following))

    found = await run_in_threadpool(read_page)
    if found is None:
        await _exists(ours, ticket)
        found = Timeline(items=[])
    if found.next is not None:
        response.headers["Link"] = f'</v1/tickets/{ticket}/timeline?limit={limit}&cursor={found.next}>; rel="next"'
    response.headers["Content-Language"] = language
    return found


@router.get("/{id}/clocks", operation_id="read_clocks", summary="Read what is promised, and how it stands")
async def clocks(
    ticket: ReachedTicket, caller: Caller, ours: Ours, now: Now, language: Language, response: Response
) -> Clocks:
    """Every clock explains itself: promise, clause, calendar, pauses, what is used up and left, due, met or missed."""
    response.headers["Content-Language"] = language
    source: Any = "live"
    try:
        state = await ours.engine.state(ticket)
        found: Iterable[Clock] = state.clocks
        terms: Terms = state.terms
    except (NoRun, EngineAway, EngineBusy) as error:
        source = "record"
        opening = await run_in_threadpool(_opening, ours, ticket)
        if opening is None and isinstance(error, NoRun):
            raise unknown_ticket(ticket) from None
        if opening is None:
            raise  # it may well be there, but nobody can say
        found, terms = _newest(await run_in_threadpool(tickets.clocks, ours.database, ticket)), opening.terms
    told = await run_in_threadpool(
        tickets.events, ours.database, ticket, limit=1000, types=("clock_paused", "clock_started", "terms_changed")
    )
    changes = [event for event in told if isinstance(event.fact, TermsChanged)]
    if changes:
        # A clock that had ended before a roll-out is explained by the revision that it was kept under.
        changes = [*await run_in_threadpool(tickets.events, ours.database, ticket, limit=1), *changes]
        terms = newest_terms(changes, terms)
    shown = [clock for clock in found if caller.role is not Role.client or clock.kind not in OURS]
    items = [
        ClockView.model_validate(
            explain(clock, terms_of(clock, terms, changes), now, language=language, history=told)
        )
        for clock in shown
    ]  # fmt: skip
    return Clocks(ticket=ticket, at=now, source=source, items=items)


def _newest(found: list[Clock]) -> list[Clock]:
    """The newest of each name: of many updates, the one that counts."""
    return list({clock.id: clock for clock in found}.values())


def _opening(ours: Context, ticket: str) -> Open | None:
    first = next(iter(tickets.events(ours.database, ticket, limit=1)), None)
    return first.fact.opening if first and isinstance(first.fact, TicketOpened) else None


async def _exists(ours: Context, ticket: str) -> None:
    if await ours.engine.opened(ticket) is None:
        raise unknown_ticket(ticket)
