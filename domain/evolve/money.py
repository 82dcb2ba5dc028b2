"""What the facts about time entries and quotes mean for a ticket."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.evolve.shape import Changes
from domain.holdings import Quote, TimeEntry
from domain.ticket import Ticket


def _logged(state: Ticket, fact: ev.TimeLogged, event: Event) -> dict[str, Any]:
    entry = TimeEntry(
        number=fact.entry,
        work=fact.work,
        by=event.by.id,
        began_at=fact.began_at,
        worked=fact.worked,
        counted=fact.counted,
        charged=fact.charged,
        cover=fact.cover,
        text=fact.text,
    )
    return {"entries": (*state.entries, entry), "taken": fact.taken, "hours_left": _known(fact.left, state)}


def _moved(state: Ticket, fact: ev.HoursMoved, _: Event) -> dict[str, Any]:
    entries = tuple(
        entry.model_copy(update={"cover": fact.cover, "charged": fact.charged[entry.number]})
        if entry.number in fact.charged
        else entry
        for entry in state.entries
    )
    return {"entries": entries, "taken": fact.taken, "hours_left": _known(fact.left, state)}


def _known(left: int | None, state: Ticket) -> int | None:
    return state.hours_left if left is None else left


def _made(state: Ticket, fact: ev.QuoteMade, event: Event) -> dict[str, Any]:
    fields = {name: getattr(fact, name) for name in ("text", "minutes", "amount", "currency", "valid_until")}
    return {"quote": Quote(number=fact.quote, made_at=event.at, **fields)}


def _answered(state: Ticket, how: str) -> dict[str, Any]:
    quote = state.quote
    assert quote is not None  # only a quote that was made is answered
    ordered = state.ordered + (quote.minutes if how == "accepted" else 0)
    return {"quote": quote.model_copy(update={"state": how}), "ordered": ordered}


CHANGES: Changes = {
    ev.TimeLogged: _logged,
    ev.HoursMoved: _moved,
    ev.HandedOver: lambda s, f, e: {"handed_over": True},
    ev.QuoteMade: _made,
    ev.QuoteAccepted: lambda s, f, e: _answered(s, "accepted"),
    ev.QuoteRefused: lambda s, f, e: _answered(s, "refused"),
    ev.QuoteExpired: lambda s, f, e: _answered(s, "expired"),
    ev.InterventionReported: lambda s, f, e: {"reported": f.entry},
}
