"""What the facts of calls mean for the ticket."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.evolve.clocks import replace
from domain.evolve.shape import Changes
from domain.ticket import Ticket
from domain.words import ClockKind, Reached


def _taken(state: Ticket, fact: ev.CallTaken, event: Event) -> dict[str, Any]:
    assert state.call is not None  # only one that is to be made is taken
    return {"call": state.call.model_copy(update={"taken_by": event.by.id})}


def _made(state: Ticket, fact: ev.CallMade, event: Event) -> dict[str, Any]:
    clock = state.clock(ClockKind.call)
    if fact.outcome is Reached.reached or state.call is None or clock is None:
        return {}  # its clock ends with it
    tried = {"taken_by": None, "tries": state.call.tries + 1, "next_at": fact.next_at}
    awaited = replace(state, clock.id, lambda one: one.model_copy(update={"alarms": fact.alarms}))
    return {**awaited, "call": state.call.model_copy(update=tried)}


CHANGES: Changes = {ev.CallTaken: _taken, ev.CallMade: _made}
