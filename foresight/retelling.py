"""A recorded ticket in the simulator: what the agreement would have made of it, from what was known at each instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from domain.errors import DomainError
from domain.events import Event
from domain.ticket import Ticket
from foresight.account import Account
from foresight.carrying import Ask, Carrying, Outcome, carry_out
from foresight.recorded import RecordedTicket
from foresight.simulator import Life, Refused, begin

AFTERWARDS = timedelta(days=60)
"""How long a ticket is watched after its last recorded step, where nobody says otherwise."""


def retell(
    ticket: RecordedTicket,
    *,
    until: datetime | None = None,
    account: Account | None = None,
    watch: Callable[[Ticket, Event], None] | None = None,
) -> tuple[Life, list[Outcome]]:
    """The life of the ticket up to `until`, or 60 days after its last step, with what became of each step.

    DomainError when the agreement does not serve what was filed.
    """
    life = begin(ticket.opening, ticket.by, ticket.opened_at, f"line-{ticket.line}", account=account, watch=watch)
    supplied: set[str] = set()
    outcomes = [_carried(life, recorded.at, carry_out(ticket, recorded, supplied)) for recorded in ticket.steps]
    last = ticket.steps[-1].at if ticket.steps else ticket.opened_at
    life.until(until or last + AFTERWARDS)
    return life, outcomes


def _carried(life: Life, at: datetime, work: Carrying) -> Outcome:
    answer: datetime | DomainError | Ticket | None = None
    while True:
        try:
            wish = work.send(answer)  # type: ignore[arg-type]  # None begins a generator
        except StopIteration as done:
            outcome: Outcome = done.value
            return outcome
        answer = _done(life, at, wish) if isinstance(wish, Ask) else life.state


def _done(life: Life, at: datetime, wish: Ask) -> datetime | DomainError:
    done = life.do(at, wish.by, wish.step, wish.name)
    return DomainError(done.code, done.message) if isinstance(done, Refused) else life.now
