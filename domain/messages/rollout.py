"""Who is told of a roll-out: the client, and only when a time that it was told has moved."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as ev
from domain.events import Event
from domain.messages.shape import Telling, Told
from domain.ticket import Ticket


def _moved(state: Ticket, fact: ev.TimesMoved, event: Event) -> Iterator[Told]:
    moved = [
        {
            "clock": str(one.kind),
            "before": one.before.isoformat(),
            "after": one.after.isoformat() if one.after else None,
        }
        for one in fact.moved
    ]
    yield "client", "times_moved", {"moved": moved}


TELLING: Telling = {ev.TimesMoved: _moved}
