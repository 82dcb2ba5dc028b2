"""One run: bring it up, let people work while the plan is carried out, heal, wait, look from outside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.chaos import checks, engine, hours, mails, world
from bench.chaos.beginning import begin
from bench.chaos.faults import Done, Faults
from bench.chaos.findings import Findings
from bench.chaos.holdings import Holdings
from bench.chaos.parts import Part
from bench.chaos.people import People
from bench.chaos.plan import Fault, plan
from bench.chaos.rules import Told
from bench.chaos.same import commands
from bench.chaos.settling import settle
from bench.chaos.stack import Stack
from store import tickets
from store.database import Database


@dataclass(frozen=True)
class Size:
    """How large a run is. `seconds` are those during which things fail."""

    seed: int
    seconds: float
    tickets: int
    people: int = 18
    workers: int = 2
    apis: int = 2
    patience: float = 300.0
    """Seconds that it may take until all is quiet after the last fault."""


@dataclass
class Outcome:
    """Everything that a report tells."""

    size: Size
    began: datetime
    planned: tuple[Fault, ...]
    done: list[Done]
    holdings: Holdings
    findings: Findings
    told: dict[str, Told]
    own_disk: bool
    deaths: dict[str, list[int]]
    """Exit codes of parts that died by themselves."""
    lives: dict[str, list[tuple[float, float]]]
    """Of each part, the spans in which a process of it was there, in seconds from the beginning."""
    settled: float
    mails: list[float] = field(default_factory=list)
    """When each mail arrived, in seconds from the beginning."""

    @property
    def passed(self) -> bool:
        return not self.findings.wrong


class Clock:
    """Seconds since the run began."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)
        self.mark = time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() - self.mark


async def run(size: Size, folder: Path, say: Callable[[str], None]) -> Outcome:
    """Carries a run out; its artifacts are in `folder`."""
    say("starting PostgreSQL, Temporal, workers, API processes")
    stack = Stack(folder, workers=size.workers, apis=size.apis)
    database = Database(stack.postgres.url)
    try:
        people, _ = await begin(stack, database)
        await hours.sell(stack.apis[0], people)
        return await _run(size, stack, database, people, say)
    finally:
        database.close()
        await stack.stop()


async def _run(
    size: Size, stack: Stack, database: Database, people: world.World, say: Callable[[str], None]
) -> Outcome:
    findings, holdings, clock = Findings(), Holdings(), Clock()
    faults = Faults(stack, clock)
    planned = plan(size.seed, size.seconds, size.workers, size.apis)
    crowd = People(size.seed, people, stack.apis, holdings, size.tickets, size.seconds, clock)
    working = [asyncio.create_task(crowd.work(number)) for number in range(size.people)]
    showing = asyncio.create_task(_show(size, stack, faults, holdings, crowd, clock, say))
    try:
        await faults.run(planned)
        await asyncio.sleep(max(0.0, size.seconds - clock()))
        crowd.stopped = True
        await faults.heal()
        say("healed; the last commands are answered")
        await asyncio.gather(*working)
    finally:
        showing.cancel()
        for task in working:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await showing
    settled = await settle(database, stack.apis[0], people.operations, findings, size.patience, say)
    for what in holdings.broken:
        findings.say("every answer is one that a caller can use", what)
    say(f"quiet after {settled:.0f} s; looking at {len(holdings.by_ticket())} tickets")
    told = await _look(stack, database, holdings, faults.done, clock.began, findings)
    return Outcome(
        size, clock.began, planned, faults.done, holdings, findings, told, stack.postgres.own_disk,
        {name: part.own_deaths for name, part in stack.parts.items() if part.own_deaths},
        {name: _lives(part, clock) for name, part in stack.parts.items()}, settled,
        [(mail.at - clock.began).total_seconds() for mail in stack.mailbox.arrived],
    )  # fmt: skip


def _lives(part: Part, clock: Clock) -> list[tuple[float, float]]:
    ends = [*part.ends, *[time.monotonic()] * (len(part.starts) - len(part.ends))]
    return [(begin - clock.mark, end - clock.mark) for begin, end in zip(part.starts, ends, strict=True)]


async def _look(
    stack: Stack, database: Database, holdings: Holdings, done: list[Done], began: datetime, findings: Findings
) -> dict[str, Told]:
    held = holdings.by_ticket()
    there = [name for name in held if await asyncio.to_thread(tickets.exists, database, name)]
    client = await engine.connected(stack.temporal.temporal_target)
    done_of = frozenset(one.id for one in holdings if one.outcome is not None and one.outcome.done)
    await engine.check(client, database, there, done_of, findings)
    # At rest from here on, so that one look sees the same as the next.
    for name, part in stack.parts.items():
        if name.startswith("worker"):
            await part.stop(gently=True)
    told: dict[str, Told] = {}
    for name, theirs in held.items():
        known = await asyncio.to_thread(commands, database, theirs)
        one = await asyncio.to_thread(checks.check_ticket, database, name, theirs, known, findings)
        if one is not None:
            told[name] = one
    findings.counts["tickets"] = len(told)
    await asyncio.to_thread(mails.check, database, stack.mailbox.arrived, told, done, began, findings)
    await asyncio.to_thread(hours.check, database, told, findings)
    return told


async def _show(
    size: Size,
    stack: Stack,
    faults: Faults,
    holdings: Holdings,
    crowd: People,
    clock: Clock,
    say: Callable[[str], None],
) -> None:
    """How it goes, every two seconds."""
    while True:
        await asyncio.sleep(2.0)
        acknowledged = sum(1 for one in holdings if one.outcome is not None and one.outcome.done)
        now = ", ".join(sorted(faults.current)) or "nothing fails"
        say(
            f"{clock():5.0f}/{size.seconds:.0f} s  {len(crowd.seen):4d} tickets  {acknowledged:5d} commands done  "
            f"{len(stack.mailbox.arrived):5d} mails  {len(faults.done):3d} faults | {now}"
        )
