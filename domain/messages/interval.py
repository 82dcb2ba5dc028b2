"""The client is told of the interval that was agreed for its ticket (OL-17)."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as ev
from domain.events import Event
from domain.messages.shape import Telling, Told
from domain.ticket import Ticket
from domain.words import ClockKind


def _agreed(state: Ticket, fact: ev.IntervalAgreed, event: Event) -> Iterator[Told]:
    clock = state.clock(ClockKind.update)
    yield "client", "interval", {
        "reason": fact.reason,
        "unit": str(fact.target.unit),
        "amount": fact.target.amount,
        "next_by": clock.due.isoformat() if clock and clock.due else None,
    }  # fmt: skip


TELLING: Telling = {ev.IntervalAgreed: _agreed}
