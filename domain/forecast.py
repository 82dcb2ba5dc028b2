"""What happens next on a ticket if nobody does anything: the rules run ahead of the clock, from the state as it is."""

from __future__ import annotations

from datetime import datetime

from domain.base import Instant, Model
from domain.elapse import next_due, passed
from domain.events import Event
from domain.messages import Message, messages
from domain.ticket import Ticket

MOST = 200
"""Instants that are looked ahead to: an agreement that keeps asking would go on for ever."""


class Foreseen(Model):
    """What one instant would bring."""

    at: Instant
    events: tuple[Event, ...]
    messages: tuple[Message, ...]


def forecast(state: Ticket, now: datetime, until: datetime, most: int = MOST) -> list[Foreseen]:
    """What falls due from `now` up to `until`, instant by instant, at most `most` of them; nothing is changed.

    What is overdue already comes at `now`: it would be acted upon at once.
    """
    found: list[Foreseen] = []
    while (due := next_due(state)) is not None and max(due, now) <= until and len(found) < most:
        at = max(due, now)
        steps = passed(state, at).steps
        told = tuple(message for event, after in steps for message in messages(after, event))
        found.append(Foreseen(at=at, events=tuple(event for event, _ in steps), messages=told))
        state = steps[-1][1]
    return found
