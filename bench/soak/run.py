"""One soak: the months go by on the time-skipping server, looked at twice a virtual day."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from bench.soak import tickets as living
from cli.replay_drive import Drive, Progress
from cli.virtual_time import virtual_time
from domain.events import StatusUpdated, due_instant
from domain.record import Recording
from domain.words import Status
from runtime.settings import Settings
from store.database import Database
from tests.foresight.equality import Compared, judge, sell
from workflows.protocol import RUN_FENCE, Start

EVERY = timedelta(hours=12)
WEEK = timedelta(days=7)
LIMIT = Start.model_fields["history_limit"].default
"""History events after which a run continues as new."""
SLACK = 100
"""Events that a step may add before it is over."""
GROWTH = 1.25
"""What the worker's memory at the end may be of what it was in the third month."""
LATE = 3.0
"""Seconds after its due instant by which the engine acts at the latest; a busy machine takes some tenths."""


@dataclass(frozen=True)
class Look:
    """How things stand at a virtual instant. Bytes of memory: of the worker's process, and of the test server."""

    at: datetime
    open: int
    memory: int
    server: int
    longest: int
    """Events of the longest history of a running run, by what was last recorded of each."""
    runs: int
    events: int


@dataclass
class Soak:
    """What came of it."""

    tickets: int
    months: int
    looks: list[Look] = field(default_factory=list)
    compared: Compared = field(default_factory=Compared)
    updates: int = 0
    """Status updates that nobody wrote and time brought."""
    latest: float = 0.0
    """Seconds of the latest of them."""
    recorded: int = 0
    longest: int = 0
    runs: int = 0
    overdue: int = 0
    """Tickets that should have acted long before the end."""
    seconds: float = 0.0

    @property
    def growth(self) -> float:
        """Memory at the end over that of the third month; 1 for a run that is shorter."""
        third = [one.memory for one in self.looks if 60 <= (one.at - living.FIRST).days < 90]
        last = [one.memory for one in self.looks if (living.end(self.months) - one.at).days < 30]
        return max(last) / max(third) if third and last else 1.0

    @property
    def wrong(self) -> list[str]:
        """What did not hold, a sentence each."""
        found = [f"ticket {name}: {lines[0]}" for name, lines in self.compared.different.items()]
        if self.longest > LIMIT + SLACK:
            found.append(f"a history of {self.longest} events: it should have continued as new after {LIMIT}")
        if self.runs <= self.tickets:
            found.append("no run continued as new")
        if self.latest > LATE:
            found.append(f"an update went out {self.latest:.1f} s after it was due")
        if self.growth > GROWTH:
            found.append(f"the worker's memory grew to {self.growth:.2f} times that of the third month")
        if self.overdue:
            found.append(f"{self.overdue} tickets should have acted long before the end")
        return found


class _Watch:
    """Hears every recording and looks now and then."""

    def __init__(self, soak: Soak, say: Callable[[str], None]) -> None:
        self._soak, self._say = soak, say
        self._histories: dict[str, tuple[int, int]] = {}
        self.due: dict[str, datetime | None] = {}
        """When each ticket acts next."""
        self._next = living.FIRST
        self._said: datetime | None = None
        self._open = 0
        self.server: psutil.Process | None = None

    def hear(self, recording: Recording) -> None:
        run, length = divmod(recording.fence, RUN_FENCE)
        name = recording.summary.id
        self.due[name] = recording.summary.next_due
        soak = self._soak
        if run > self._histories.get(name, (0, 0))[0]:
            soak.runs += 1
        soak.longest = max(soak.longest, length)
        soak.recorded += len(recording.events)
        self._histories[name] = (run, length if recording.summary.status is not Status.archived else 0)
        for event in recording.events:
            due = due_instant(event.cause)
            if isinstance(event.fact, StatusUpdated) and due is not None:
                soak.updates += 1
                soak.latest = max(soak.latest, (event.at - due).total_seconds())

    def look(self, progress: Progress) -> None:
        if progress.at < self._next:
            return
        self._next = progress.at + EVERY
        soak = self._soak
        longest = max((length for _, length in self._histories.values()), default=0)
        memory = psutil.Process().memory_info().rss
        server = self.server.memory_info().rss if self.server else 0
        alive = progress.opened - progress.ended
        soak.looks.append(Look(progress.at, alive, memory, server, longest, soak.runs, soak.recorded))
        if self._said is not None and progress.at - self._said < WEEK:
            return
        self._said = progress.at
        self._say(
            f"{progress.at:%Y-%m-%d}: {alive} tickets open, {soak.recorded:,} events, {soak.runs} runs,"
            f" longest history {longest}, worker {memory / 2**20:.0f} MB"
        )


async def soak(seed: int, count: int, months: int, folder: Path, say: Callable[[str], None]) -> Soak:
    """Lets `count` tickets live for so many months of 30 days."""
    began = time.perf_counter()
    tickets = living.crowd(seed, count, months)
    found = Soak(count, months)
    watch = _Watch(found, say)
    database = Database(f"sqlite:///{folder / 'soak.db'}")
    database.upgrade()
    for ticket in tickets:
        sell(database, ticket, living.bought(ticket))
    drives: list[Drive] = []

    def on_recorded(recording: Recording) -> None:
        watch.hear(recording)
        for drive in drives:
            drive.follow(recording)

    before = set(psutil.Process().children())
    cached = int(Settings.model_fields["cached_tickets"].default)
    async with virtual_time(database, on_recorded, cached=cached, guarded=False) as env:
        watch.server = next((one for one in psutil.Process().children() if one not in before), None)
        drives.append(Drive(env, database, tickets, watch.look))
        ended_at = await drives[0].run(living.end(months))
    say("the months are over; every life is told again by the rules alone")
    judge(found.compared, tickets, database, drives[0].outcomes, ended_at, living.bought)
    found.overdue = sum(due is not None and due < ended_at - EVERY for due in watch.due.values())
    database.close()
    found.seconds = time.perf_counter() - began
    return found
