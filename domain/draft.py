"""A draft: the events of one decision, each seen by the next step of the same decision."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from domain.commands import Actor
from domain.events import Event, Fact
from domain.evolve import evolve
from domain.ticket import Ticket


class Draft:
    """Collects facts as events and keeps the state that they lead to. Nothing is done until the caller takes them."""

    def __init__(self, state: Ticket | None, now: datetime, by: Actor, cause: str) -> None:
        self.before = state
        self.state = cast(Ticket, state)
        """So far; absent only until the first fact of an opening makes it."""
        self.now = now if now.tzinfo is UTC else now.astimezone(UTC)
        self.by = by
        self.cause = cause
        self.steps: list[tuple[Event, Ticket]] = []
        """Each event with the state after it."""

    @property
    def events(self) -> list[Event]:
        """What has been added."""
        return [event for event, _ in self.steps]

    def add(self, fact: Fact) -> None:
        """One more fact, numbered after the last."""
        before: Ticket | None = self.state
        sequence = 1 if before is None else before.sequence + 1
        # Made of parts that were checked when they were made; the rules add several at every step of every ticket.
        event = Event.adopted({"sequence": sequence, "at": self.now, "by": self.by, "cause": self.cause, "fact": fact})
        self.state = evolve(before, event)
        self.steps.append((event, self.state))
