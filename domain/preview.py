"""What a change of terms would do to a ticket, without doing it: the same rules on the same state."""

from __future__ import annotations

from datetime import datetime

from domain import events as ev
from domain.base import Instant, Model
from domain.commands import Command
from domain.decide import handle
from domain.errors import DomainError
from domain.evolve import evolve
from domain.ticket import Ticket
from domain.words import Verdict


class ClockChange(Model):
    """A clock whose due instant moves, begins (`before` absent) or is no longer promised (`after` absent).

    `told`: the client is told of it. `missed`: the new instant has passed already, so it is overdue at once.
    `withdrawn`: it had been missed, and by the new terms it is not yet.
    """

    clock: str
    before: Instant | None = None
    after: Instant | None = None
    told: bool = False
    missed: bool = False
    withdrawn: bool = False


class Preview(Model):
    """What would become of one ticket. `code` and `refused` when the rules refuse it; `clocks` are those that move."""

    ticket: str
    before: str
    """The revision that holds now."""
    clocks: tuple[ClockChange, ...] = ()
    code: str | None = None
    refused: str | None = None


def preview(state: Ticket, command: Command, now: datetime) -> Preview:
    """What `command`, a change of terms, would do to the ticket at `now`."""
    revision = state.terms.revision
    try:
        events = handle(state, command, now)
    except DomainError as refusal:
        return Preview(ticket=state.id, before=revision, code=refusal.code, refused=refusal.message)
    before: Ticket | None = None
    after = state
    told: set[str] = set()
    for event in events:
        if before is None and isinstance(event.fact, ev.TermsChanged):
            before = after  # what time had brought until then is no doing of the new terms
        if isinstance(event.fact, ev.TimesMoved):
            told = {one.clock for one in event.fact.moved}
        after = evolve(after, event)
    assert before is not None  # the command changes the terms, or is refused
    return Preview(ticket=state.id, before=revision, clocks=tuple(_changes(before, after, told)))


def _changes(before: Ticket, after: Ticket, told: set[str]) -> list[ClockChange]:
    was = {clock.id: clock for clock in before.clocks if clock.live}
    now = {clock.id: clock for clock in after.clocks if clock.live or clock.id in was}
    changes: list[ClockChange] = []
    for name in {**was, **now}:
        old, new = was.get(name), now.get(name)
        ended = new is None or new.verdict is Verdict.cancelled
        due = None if new is None or ended else new.due or new.missed_due
        stood = (old.due or old.missed_due) if old else None
        missed = new is not None and not ended and new.missed_due is not None and (old is None or not old.missed_due)
        withdrawn = old is not None and old.missed_due is not None and new is not None and new.missed_due is None
        if due != stood or missed or withdrawn:
            changes.append(
                ClockChange(
                    clock=name,
                    before=stood,
                    after=due,
                    told=name in told,
                    missed=missed,
                    withdrawn=withdrawn and not ended,
                )
            )
    return changes
