"""A recorded ticket in the simulator at the instants at which the real workflow acted, instead of at its own.

A real engine wakes some time after a due instant, later on a busy machine, and some rules take that up: a clock that
goes on a moment after closing time goes on the next morning. At the same instants nothing may differ at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.elapse import passed
from domain.errors import DomainError
from domain.events import Event, due_instant
from domain.ticket import Ticket
from foresight.account import Account
from foresight.carrying import Ask, carry_out
from foresight.recorded import RecordedTicket
from foresight.simulator import Life, Refused, begin


@dataclass
class Following(Life):
    """Time is noticed at `ticks` only, in their order."""

    ticks: Sequence[datetime] = ()

    def until(self, end: datetime, *, before: bool = False) -> None:
        for tick in self.ticks[bisect_left(self.ticks, self.now) :]:
            if tick > end or (before and tick == end):
                break
            self.now = tick
            self.follow(passed(self.state, tick).steps)
        self.now = max(self.now, end)


def follow(ticket: RecordedTicket, real: Sequence[Event], until: datetime, account: Account | None) -> list[Event]:
    """The events that the rules make of the ticket when everything happens when it did in `real`."""
    begun = begin(ticket.opening, ticket.by, ticket.opened_at, f"line-{ticket.line}", account=account)
    taken = {event.cause: event.at for event in real}
    ticks = sorted({event.at for event in real if due_instant(event.cause) is not None})
    life = Following(begun.state, begun.now, begun.events, begun.account, ticks=ticks)
    supplied: set[str] = set()
    for recorded in ticket.steps:
        work, answer = carry_out(ticket, recorded, supplied), None
        while True:
            try:
                wish = work.send(answer)  # type: ignore[arg-type]  # None begins a generator
            except StopIteration:
                break
            answer = _answer(life, recorded.at, wish, taken) if isinstance(wish, Ask) else life.state
    life.until(until)
    return life.events


def _answer(life: Life, at: datetime, wish: Ask, taken: dict[str, datetime]) -> datetime | DomainError | Ticket:
    # One that was refused has left no trace of when.
    done = life.do(taken.get(wish.name, max(at, life.now)), wish.by, wish.step, wish.name)
    return DomainError(done.code, done.message) if isinstance(done, Refused) else life.now
