"""The figures of a replay, from the events that the tickets left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from domain import events as ev
from domain.events import Event
from domain.evolve import evolve
from domain.ticket import Ticket
from domain.words import Verdict

DUE = "due:"
"""How the cause of an event begins that time has brought; the instant that was due follows."""


class _Numbers(BaseModel):
    # Not the domain's base: a script that reads a report wants its zeros.
    model_config = ConfigDict(frozen=True)


class ClockLine(_Numbers):
    """Clocks of one kind and severity. `open_late` were missed and still not done at the end; `running` the others."""

    kind: str
    severity: str
    met: int = 0
    missed: int = 0
    cancelled: int = 0
    open_late: int = 0
    running: int = 0


class Acted(_Numbers):
    """How long after its due instant time's work was done, in seconds."""

    count: int
    median: float
    worst: float
    worst_ticket: str


class Figures(_Numbers):
    """What happened to the tickets, in numbers. Escalations: by way ("support to rnd") and by whom the ladder told."""

    events: int
    statuses: dict[str, int]
    closings: dict[str, int]
    clocks: tuple[ClockLine, ...]
    acted: dict[str, Acted]
    functional: dict[str, int]
    hierarchic: dict[str, int]
    reopenings: int
    tickets_reopened: int
    refusals: int
    automatic_updates: int
    reminders: int


class _Late(NamedTuple):
    seconds: float
    ticket: str


class Tally:
    """Takes ticket after ticket and adds them up."""

    def __init__(self) -> None:
        self._events = 0
        self._statuses: Counter[str] = Counter()
        self._closings: Counter[str] = Counter()
        self._clocks: Counter[tuple[str, str, str]] = Counter()
        self._late: dict[str, list[_Late]] = {}
        self._functional: Counter[str] = Counter()
        self._hierarchic: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._reopened: set[str] = set()

    def add(self, events: Iterable[Event]) -> Ticket:
        """Counts one ticket's events and returns the state that they add up to. ValueError when there are none."""
        state: Ticket | None = None
        for event in events:
            before, state = state, evolve(state, event)
            self._count(before, state, event)
        if state is None:
            raise ValueError("a ticket without events has no figures")
        self._statuses[str(state.status)] += 1
        for clock in state.clocks:
            if clock.live:
                standing = "open_late" if clock.missed_due else "running"
                self._clocks[str(clock.kind), state.severity, standing] += 1
        return state

    def _count(self, before: Ticket | None, state: Ticket, event: Event) -> None:
        fact = event.fact
        self._events += 1
        self._kinds[fact.type] += 1
        if event.cause.startswith(DUE):
            late = (event.at - datetime.fromisoformat(event.cause.removeprefix(DUE))).total_seconds()
            self._late.setdefault(fact.type, []).append(_Late(late, state.id))
        if isinstance(fact, ev.ClockEnded):
            self._clocks[str(state.clock_named(fact.clock).kind), state.severity, str(fact.verdict)] += 1
        elif isinstance(fact, ev.Escalated):
            self._functional[f"{fact.before} to {fact.level}"] += 1
        elif isinstance(fact, ev.ManagerInvolved):
            why = f"{fact.share} % of {fact.clock}" if fact.clock else "asked for"
            self._hierarchic[f"{fact.tell}, {why}"] += 1
        elif isinstance(fact, ev.TicketReopened):
            self._reopened.add(state.id)
        elif isinstance(fact, ev.TicketClosed):
            self._closings[str(fact.closing)] += 1
        elif isinstance(fact, ev.StatusUpdated) and fact.automatic:
            self._kinds["automatic"] += 1

    def figures(self) -> Figures:
        """The sums so far."""
        pairs = sorted({(kind, severity) for kind, severity, _ in self._clocks})
        return Figures(
            events=self._events,
            statuses=dict(self._statuses.most_common()),
            closings=dict(self._closings.most_common()),
            clocks=tuple(self._line(kind, severity) for kind, severity in pairs),
            acted={kind: _acted(late) for kind, late in sorted(self._late.items())},
            functional=dict(self._functional.most_common()),
            hierarchic=dict(self._hierarchic.most_common()),
            reopenings=self._kinds["ticket_reopened"],
            tickets_reopened=len(self._reopened),
            refusals=self._kinds["resolution_refused"],
            automatic_updates=self._kinds["automatic"],
            reminders=self._kinds["consent_reminded"],
        )

    def _line(self, kind: str, severity: str) -> ClockLine:
        standings = (*Verdict, "open_late", "running")
        found = {str(standing): self._clocks[kind, severity, str(standing)] for standing in standings}
        return ClockLine(kind=kind, severity=severity, **found)


def _acted(late: list[_Late]) -> Acted:
    worst = max(late)
    return Acted(
        count=len(late),
        median=round(median(one.seconds for one in late), 3),
        worst=round(worst.seconds, 3),
        worst_ticket=worst.ticket,
    )
