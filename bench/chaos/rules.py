"""The pure rules run over the same commands at the recorded instants: the same events must come of it, one for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain import events as ev
from domain.clock import Clock
from domain.commands import Classify, Command, LogTime
from domain.commands.money import Booked
from domain.decide import handle, open_ticket
from domain.elapse import elapse
from domain.errors import DomainError
from domain.events import Event
from domain.messages import Message
from domain.record import Recording, Unrecorded
from domain.ticket import Ticket


@dataclass
class Told:
    """What the rules make of a ticket's record. `difference`: where it leaves them, in words; empty when nowhere."""

    state: Ticket | None = None
    recording: Recording | None = None
    """Everything that was to be recorded of it: clocks as they stand, and all messages."""
    lateness: list[tuple[datetime, float]] = field(default_factory=list)
    """For each thing that time brought: when it was due, and by how many seconds later it was done."""
    applied: Counter[str] = field(default_factory=Counter)
    """How often each command was."""
    difference: str = ""

    @property
    def clocks(self) -> tuple[Clock, ...]:
        return self.recording.clocks if self.recording else ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.recording.messages if self.recording else ()


def follow(history: Sequence[Event], commands: Mapping[str, Command]) -> Told:
    """Walks through the record step by step; `commands` by their ids."""
    told, walk = Told(), Unrecorded()
    first = history[0]
    if not isinstance(first.fact, ev.TicketOpened):
        told.difference = "it does not begin with its opening"
        return told
    expected = open_ticket(first.fact.opening, first.by, first.at, first.cause, first.fact.digest)
    state: Ticket | None = None
    place = 0
    while True:
        found = list(history[place : place + len(expected)])
        if found != expected:
            told.difference = _differs(place, expected, found)
            break
        state = walk.follow(state, expected)
        told.lateness += _late(expected)
        told.applied.update({event.cause for event in expected if ev.due_instant(event.cause) is None})
        place += len(expected)
        if place == len(history):
            break
        step = _next_step(state, history, place, commands)
        if isinstance(step, str):
            told.difference = step
            break
        expected = step
    if state is not None:
        told.state, told.recording = state, walk.take(state, 0)
    return told


def _next_step(
    state: Ticket, history: Sequence[Event], place: int, commands: Mapping[str, Command]
) -> list[Event] | str:
    now = history[place].at
    causes = (event.cause for event in history[place:] if event.at == now and ev.due_instant(event.cause) is None)
    cause = next(causes, None)
    candidates: list[list[Event]] = []
    if cause is not None:
        command = commands.get(cause)
        if command is None:
            return f"number {place + 1} was caused by {cause}, which nobody sent"
        try:
            candidates.append(handle(state, _booked(command, history, place), now))
        except DomainError as refusal:
            candidates.append([])
            reason = f"number {place + 1}: the rules refuse {command.step.type} at {now}: {refusal.code}"
            if ev.due_instant(history[place].cause) is None:
                return reason
    candidates.append(elapse(state, now))
    for expected in candidates:
        if expected and list(history[place : place + len(expected)]) == expected:
            return expected
    expected = max(candidates, key=len)
    return _differs(place, expected, list(history[place : place + max(1, len(expected))]))


def _booked(command: Command, history: Sequence[Event], place: int) -> Command:
    """The command with what the hour account answered, no rule's to know; its sums are checked apart."""
    if not isinstance(command.step, LogTime | Classify):
        return command
    facts = [event.fact for event in history[place:] if event.cause == command.id]
    moved = next((fact for fact in facts if isinstance(fact, ev.TimeLogged | ev.HoursMoved)), None)
    if moved is None or moved.left is None:
        return command
    warned = {fact.package: fact.left for fact in facts if isinstance(fact, ev.PackageWarned)}
    booked = Booked(taken=moved.taken, left=moved.left, warned=warned)
    return command.model_copy(update={"step": command.step.model_copy(update={"booked": booked})})


def _late(events: Sequence[Event]) -> list[tuple[datetime, float]]:
    found = {}
    for event in events:
        due = ev.due_instant(event.cause)
        if due is not None:
            found[due] = (event.at - due).total_seconds()
    return list(found.items())


def _differs(place: int, expected: Sequence[Event], found: Sequence[Event]) -> str:
    for number, (one, other) in enumerate(zip(expected, found, strict=False)):
        if one != other:
            return f"number {place + number + 1}: by the rules {_said(one)}, in the record {_said(other)}"
    return f"from number {place + 1} on: by the rules {_types(expected)}, in the record {_types(found)}"


def _said(event: Event) -> str:
    return event.model_dump_json()[:400]


def _types(events: Sequence[Event]) -> str:
    return ", ".join(event.fact.type for event in events) or "nothing"
