"""The whole file of a ticket in one read (1L-02, 1L-11): what was done, promised, worked, quoted and sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.access.auth import Caller, Principal
from api.access.reach import ReachedTicket
from api.context import Context, Language, Now, Ours
from api.engine.tickets import NoRun
from api.http.problems import unknown_ticket
from api.shapes import AT, ClockView, Entry, TicketView, example
from api.tickets.timeline import entry
from api.tickets.views import ticket_view
from domain.clock import Clock
from domain.events import Event, TicketOpened
from domain.evolve import evolve
from domain.explain import explain
from domain.holdings import Quote
from domain.record import summarise
from domain.revisions import newest_terms, terms_of
from domain.ticket import Ticket
from domain.visible import OURS, for_client
from domain.words import Role
from store import outbox, tickets

router = APIRouter(prefix="/v1/tickets", tags=["reading"])


class TimeEntryView(BaseModel):
    """One intervention. Minutes: `worked`, `counted` after rounding, `charged` to `cover`. `by` only to staff."""

    number: int
    work: str
    by: str | None = None
    began_at: datetime
    worked: int
    counted: int
    charged: int
    cover: str
    text: str


class QuoteView(BaseModel):
    """An estimate, and what became of it."""

    number: int
    text: str
    minutes: int
    amount: Decimal | None = None
    currency: str | None = None
    state: str
    made_at: datetime
    valid_until: datetime


class SentView(BaseModel):
    """A message that an event called for. `to`: a contact or, to staff only, one of ours, a team or a role."""

    event: int
    template: str
    to_kind: str
    to: str
    state: str
    created_at: datetime
    delivered_at: datetime | None = None
    last_error: str | None = None


class TicketFile(BaseModel):
    """Everything that followed on a request. A client sees nothing internal."""

    model_config = example(
        ticket=TicketView.model_config["json_schema_extra"]["examples"][0],  # type: ignore[index]
        timeline=[Entry.model_config["json_schema_extra"]["examples"][0]],  # type: ignore[index]
        clocks=[ClockView.model_config["json_schema_extra"]["examples"][0]],  # type: ignore[index]
        time_entries=[], quotes=[],
        messages=[{"event": 1, "template": "opened", "to_kind": "contact", "to": "anna", "state": "delivered",
                   "created_at": AT, "delivered_at": AT}],
    )  # fmt: skip

    ticket: TicketView
    timeline: list[Entry]
    clocks: list[ClockView]
    time_entries: list[TimeEntryView]
    quotes: list[QuoteView]
    messages: list[SentView]


@router.get("/{id}/file", operation_id="read_file", summary="Read everything about a ticket")
async def read_file(
    ticket: ReachedTicket, caller: Caller, ours: Ours, now: Now, language: Language, response: Response
) -> TicketFile:
    """Ticket, every event with its sentence, clocks, time, quotes and messages, as last recorded, in one answer."""
    response.headers["Content-Language"] = language
    found = await run_in_threadpool(_read, ours, ticket, caller, now, language)
    if found is not None:
        return found
    # Opened milliseconds ago: the engine has it, the database soon will.
    try:
        summary = summarise(await ours.engine.state(ticket))
    except NoRun:
        raise unknown_ticket(ticket) from None
    shown = ticket_view(summary, caller)
    return TicketFile(ticket=shown, timeline=[], clocks=[], time_entries=[], quotes=[], messages=[])


def _read(ours: Context, ticket: str, caller: Principal, now: datetime, language: str) -> TicketFile | None:
    row = tickets.get(ours.database, ticket)
    events = tickets.history(ours.database, ticket)
    if row is None or not events:
        return None
    client = caller.role is Role.client
    first = events[0].fact
    assert isinstance(first, TicketOpened)  # every ticket begins so
    state, quotes = _lived(events)
    return TicketFile(
        ticket=ticket_view(row, caller),
        timeline=[
            entry(event, first.opening, client=client, language=language)
            for event in events
            if not client or for_client(event)
        ],
        clocks=_clocks(tickets.clocks(ours.database, ticket), events, state, now, client=client, language=language),
        time_entries=[
            TimeEntryView(**{**one.model_dump(mode="json"), **({"by": None} if client else {})})
            for one in state.entries
        ],
        quotes=[QuoteView(**{name: getattr(one, name) for name in QuoteView.model_fields}) for one in quotes],
        messages=_sent(ours, ticket, client=client),
    )


def _lived(events: Sequence[Event]) -> tuple[Ticket, list[Quote]]:
    """The state that the events add up to, and every quote in its last shape."""
    state: Ticket | None = None
    quotes: dict[int, Quote] = {}
    for event in events:
        state = evolve(state, event)
        if state.quote is not None:
            quotes[state.quote.number] = state.quote
    assert state is not None  # there is at least the opening
    return state, list(quotes.values())


def _clocks(
    found: list[Clock], events: Sequence[Event], state: Ticket, now: datetime, *, client: bool, language: str
) -> list[ClockView]:
    shown = [clock for clock in found if not client or clock.kind not in OURS]
    newest = newest_terms(events, state.terms)
    told: Any = [
        explain(clock, terms_of(clock, newest, events), now, language=language, history=events) for clock in shown
    ]
    return [ClockView.model_validate(one) for one in told]


def _sent(ours: Context, ticket: str, *, client: bool) -> list[SentView]:
    views = []
    for one in outbox.of_ticket(ours.database, ticket):
        to = one.message.to
        theirs = to.kind == "contact" and one.state is not outbox.State.muted
        if one.state is outbox.State.withdrawn or to.kind == "webhook" or (client and not theirs):
            continue
        views.append(
            SentView(
                event=one.message.sequence,
                template=one.message.template,
                to_kind=to.kind,
                to=to.id,
                state=str(one.state),
                created_at=one.created_at,
                delivered_at=one.delivered_at,
                last_error=None if client else one.last_error,
            )
        )
    return views
