"""One ticket's life without a server: commands at their instants, and time that jumps from due instant to due instant.

The rules are those of the running workflow, called in the same order: what falls due before a command happens first,
what is due at its very instant comes after it (work done when due is in time).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from domain.commands import Actor, Command, Open, Step
from domain.decide import handled, opened
from domain.elapse import next_due, passed
from domain.errors import DomainError
from domain.events import Event
from domain.rules import hours
from domain.ticket import Ticket
from foresight.account import Account

MOST_EVENTS = 20_000
"""Of one simulated life: an agreement that keeps asking for consent does so for ever."""


class TooManyEvents(RuntimeError):
    """The life went on beyond `MOST_EVENTS`; an earlier end has to be named."""


@dataclass(frozen=True)
class Refused:
    """A step that the rules refused: nothing has changed."""

    at: datetime
    step: Step
    code: str
    message: str


@dataclass
class Life:
    """A simulated ticket: its state at `now`, and everything that has happened on it."""

    state: Ticket
    now: datetime
    events: list[Event]
    account: Account = field(default_factory=Account)
    refused: list[Refused] = field(default_factory=list)
    watch: Callable[[Ticket, Event], None] | None = None
    """Told of each event with the state after it."""

    def follow(self, steps: list[tuple[Event, Ticket]]) -> list[Event]:
        """Takes in events, each with the state after it."""
        if not steps:
            return []
        self.state = steps[-1][1]
        if self.watch is not None:
            for event, state in steps:
                self.watch(state, event)
        followed = [event for event, _ in steps]
        self.events += followed
        if len(self.events) > MOST_EVENTS:
            raise TooManyEvents(
                f"more than {MOST_EVENTS} events by {self.now:%Y-%m-%d}: name an earlier end, or a step that ends it"
            )
        return followed

    def until(self, end: datetime, *, before: bool = False) -> None:
        """Lets time pass up to `end`, and what falls due happen at its own instant; `before`: not what is due then."""
        while (due := next_due(self.state)) is not None and (due < end or (due == end and not before)):
            self.now = max(due, self.now)
            self.follow(passed(self.state, self.now).steps)
        self.now = max(self.now, end)

    def do(self, at: datetime, by: Actor, step: Step, name: str) -> list[Event] | Refused:
        """One command under the id `name`; a refusal is kept in `refused` too."""
        self.until(at, before=True)
        command = Command.trusted(id=name, digest="", by=by, step=step)
        try:
            return self.follow(self._carried_out(command))
        except DomainError as refusal:
            refused = Refused(self.now, step, refusal.code, refusal.message)
            self.refused.append(refused)
            return refused

    def _carried_out(self, command: Command) -> list[tuple[Event, Ticket]]:
        """As the workflow does it: the hour account is asked first, what the rules refuse afterwards is given back."""
        state = self.state
        if not hours.asks_the_account(state, command.step):
            return handled(state, command, self.now)
        handled(state, command, self.now)  # the validator's look
        needed = hours.wanted(state, command.step)
        if needed is None:
            return handled(state, command, self.now)
        warn_at = state.terms.hours.warn_at if state.terms.hours else 100
        before = self.account.copy()
        booked = self.account.settle(needed, self.now, warn_at)
        try:
            informed = command.step.model_copy(update={"booked": booked})
            return handled(state, command.model_copy(update={"step": informed}), self.now)
        except DomainError:
            self.account.restore(before)
            raise


def begin(
    opening: Open,
    by: Actor,
    at: datetime,
    name: str = "open",
    *,
    account: Account | None = None,
    watch: Callable[[Ticket, Event], None] | None = None,
) -> Life:
    """A ticket that has just been opened. DomainError when the agreement does not serve it."""
    steps = opened(opening, by, at, name)
    life = Life(steps[-1][1], at, [], account or Account(), watch=watch)
    life.follow(steps)
    return life
