"""The verdicts on a life: each promise that was made on it, how it ended, and by how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain import events as ev
from domain.events import Event
from domain.words import ClockKind

Ending = Literal["met", "missed", "cancelled", "open_late", "running"]
"""`open_late`: missed, and still not done at the end; `running`: still to be kept then."""


@dataclass(slots=True)
class Judged:
    """One promise. Seconds are real ones; `stood` is how long it stood still.

    `at_first`: for a resolution, how it stood when the first one was proposed; a refusal or a reopening can change
    that afterwards. `late_at_first` are the seconds after its due instant then.
    """

    clock: ClockKind
    number: int
    severity: str
    promise: str
    started_at: datetime
    due: datetime | None
    ending: Ending = "running"
    done_at: datetime | None = None
    late: int = 0
    stood: int = 0
    at_first: Literal["met", "missed"] | None = None
    first_done_at: datetime | None = None
    late_at_first: int = 0
    _missed_due: datetime | None = None
    _stands_since: datetime | None = None
    _holds: int = 0

    def pause(self, at: datetime) -> None:
        """It stands still, or has one more reason to."""
        self._holds += 1
        if self._stands_since is None:
            self._stands_since = at

    def resume(self, at: datetime) -> None:
        """One reason less; it goes on when that was the last one."""
        self._holds = max(0, self._holds - 1)
        if self._holds == 0 and self._stands_since is not None:
            self.stood += int((at - self._stands_since).total_seconds())
            self._stands_since = None

    def miss(self, due: datetime) -> None:
        """Its due instant has passed."""
        self._missed_due, self.due = due, due
        self.ending = "open_late"

    def measure(self, fact: ev.ClockRetargeted) -> None:
        """It is measured against another target."""
        self.promise, self.due = fact.target.words, fact.due
        if fact.miss_withdrawn:
            self._missed_due, self.ending = None, "running"

    def propose(self, at: datetime) -> None:
        """What it promises was done for the first time; whether that is accepted comes later."""
        if self.at_first is None:
            self.first_done_at = at
            self.at_first = "missed" if self._missed_due is not None else "met"
            self.late_at_first = int((at - self._missed_due).total_seconds()) if self._missed_due else 0

    def end(self, fact: ev.ClockEnded, at: datetime) -> None:
        """It is over."""
        self._holds = 0
        self.resume(at)
        self.ending = fact.verdict.value
        self.done_at, self.late = fact.done_at, fact.late
        self.due = fact.due or self.due


def judged(events: Iterable[Event]) -> list[Judged]:
    """Every promise of a life in the order in which they began."""
    found: list[Judged] = []
    live: dict[str, Judged] = {}
    severity = ""
    for event in events:
        fact = event.fact
        if isinstance(fact, ev.TicketOpened | ev.SeveritySet):
            severity = fact.severity
            for one in live.values():
                one.severity = severity
        elif isinstance(fact, ev.ClockStarted):
            one = Judged(fact.kind, event.sequence, severity, fact.target.words, fact.started_at, fact.due)
            if fact.paused_by:
                one.pause(event.at)
            live[fact.clock] = one
            found.append(one)
        elif isinstance(fact, ev.ResolutionProposed):
            for one in live.values():
                if one.clock is ClockKind.resolution and one.ending in ("running", "open_late"):
                    one.propose(event.at)
        elif isinstance(fact, ev.ClockPaused):
            live[fact.clock].pause(event.at)
        elif isinstance(fact, ev.ClockResumed):
            live[fact.clock].resume(event.at)
            live[fact.clock].due = fact.due or live[fact.clock].due
        elif isinstance(fact, ev.ClockMissed):
            live[fact.clock].miss(fact.due)
        elif isinstance(fact, ev.ClockRetargeted):
            live[fact.clock].measure(fact)
        elif isinstance(fact, ev.ClockEnded):
            one = live[fact.clock]
            # One that is ended with a reason was not answered: the ticket was closed without it.
            if one.clock is ClockKind.response and not fact.reason:
                one.propose(event.at)
            one.end(fact, event.at)
    return found
