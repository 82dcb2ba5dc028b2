"""Tickets opened and commands handled through the API, over bare starts and updates: `python -m bench throughput`.

Both on the same server, in the same run, in turns, with the same number of callers; then one command at a time. The
bare workflow has a worker of its own; it keeps a number, its update adds to it. Ours does all that a ticket needs:
HTTP, key, rules, record, timer, message.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.bare import QUEUE, Bare
from bench.figure import Figure
from bench.standing import Standing, rate, share, standing

CALLERS = 16


class Size(NamedTuple):
    """Rounds that count, and in each so many tickets, commands, and commands one at a time."""

    rounds: int
    tickets: int
    commands: int
    single: int


WHOLE, QUICK = Size(4, 120, 360, 60), Size(2, 60, 120, 30)


class Taken(NamedTuple):
    """One round of one kind of call: calls per second and the seconds of each, ours and bare."""

    ours: float
    bare: float
    our_times: list[float]
    bare_times: list[float]
    our_cpu: float = 0.0
    """Seconds of CPU for each call, of all that takes part: what can be measured on a machine that others use too."""
    bare_cpu: float = 0.0


class Contest:
    """One server, two ways to use it."""

    def __init__(self, place: Standing) -> None:
        self.place = place
        self.keys = place.keys
        self.connections = place.connections(CALLERS)
        self.tickets: list[str] = []
        self.bare: list[str] = []

    async def start_bare(self, _: int, number: int) -> None:
        name = f"bare-{time.monotonic_ns()}-{number}"
        await self.place.client.start_workflow(Bare.run, id=name, task_queue=QUEUE)
        self.bare.append(name)

    async def update_bare(self, _: int, number: int) -> None:
        handle = self.place.client.get_workflow_handle(self.bare[number % len(self.bare)])
        await handle.execute_update(Bare.add, 1)

    async def open(self, who: int, number: int) -> None:
        self.tickets.append(await self.place.open(self.connections[who], number))

    async def command(self, who: int, number: int) -> None:
        path = f"/v1/tickets/{self.tickets[number % len(self.tickets)]}/status-updates"
        await self.connections[who].post(path, self.keys["level1"], {"text": f"Progress {number}."})

    async def both(self, number: int, callers: int, ours: Any, bare: Any) -> Taken:
        """One kind of call in turns: bare first, and ours has settled before anything else is measured."""
        cpu = [self.place.cpu()]
        theirs = await rate(number, callers, bare)
        cpu.append(self.place.cpu())
        mine = await rate(number, callers, ours)
        cpu.append(self.place.cpu())
        await self.place.settled()
        return Taken(mine[0], theirs[0], mine[1], theirs[1], (cpu[2] - cpu[1]) / number, (cpu[1] - cpu[0]) / number)

    async def in_turns(self, number: int, ours: Callable[[int, int], Awaitable[Any]]) -> Taken:
        """One at a time, a bare call and one of ours by turns; what ours leaves to do has a moment to be done."""
        mine: list[float] = []
        theirs: list[float] = []
        for each in range(number):
            for call, times in ((self.update_bare, theirs), (ours, mine)):
                began = time.perf_counter()
                await call(0, each)
                times.append(time.perf_counter() - began)
            await asyncio.sleep(0.02)
        await self.place.settled()
        return Taken(1 / statistics.fmean(mine), 1 / statistics.fmean(theirs), mine, theirs)


async def measure(size: Size) -> dict[str, list[Taken]]:
    """Rounds of bare and ours in turns; the first warms both up and is not counted."""
    taken: dict[str, list[Taken]] = {"tickets opened": [], "commands": [], "one at a time": []}
    async with standing() as place:
        contest = Contest(place)
        for turn in range(size.rounds + 1):
            contest.bare.clear()
            contest.tickets.clear()
            opened = await contest.both(size.tickets, CALLERS, contest.open, contest.start_bare)
            # The first one to a workflow that has just begun is another matter.
            await contest.both(size.tickets, CALLERS, contest.command, contest.update_bare)
            commands = await contest.both(size.commands, CALLERS, contest.command, contest.update_bare)
            single = await contest.in_turns(size.single, contest.command)
            if turn:
                for what, one in zip(taken, (opened, commands, single), strict=True):
                    taken[what].append(one)
    return taken


def figures(quick: bool) -> list[Figure]:
    """Rates and times, over bare calls."""
    taken = asyncio.run(measure(QUICK if quick else WHOLE))
    table = Table(title=f"Through the API, over bare engine calls ({CALLERS} callers, or one)")
    for heading in ("what", "ours / s", "bare / s", "rounds' ratios", "ours p50, p99 ms", "bare p50, p99 ms"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    found = []
    for what, rounds in taken.items():
        ours, bare = ([value for one in rounds for value in times(one)] for times in (_ours, _bare))
        ratios = [one.ours / one.bare for one in rounds]
        rates = [statistics.median(one.ours for one in rounds), statistics.median(one.bare for one in rounds)]
        told = [", ".join(f"{share(times, part) * 1000:.1f}" for part in (0.5, 0.99)) for times in (ours, bare)]
        spread = " ".join(f"{ratio:.2f}" for ratio in sorted(ratios))
        table.add_row(what, f"{rates[0]:.0f}", f"{rates[1]:.0f}", spread, *told)
        single = what == "one at a time"
        if not single:
            said = "bare starts" if what == "tickets opened" else "bare updates"
            found.append(Figure(f"{what} a second", rates[0], "/ s", rates[1], said, "rate", statistics.median(ratios)))
            used = statistics.median(one.our_cpu for one in rounds), statistics.median(one.bare_cpu for one in rounds)
            found.append(Figure(f"{what}, CPU of all processes", used[0] * 1000, "ms", used[1] * 1000, said))
        for part in (0.5, 0.99):
            name = f"{'one command at a time' if single else what}, p{part * 100:.0f}"
            goal = "one_at_a_time" if single and part == 0.5 else ""
            both = share(ours, part) * 1000, share(bare, part) * 1000
            found.append(Figure(name, both[0], "ms", both[1], "bare", goal))
    Console().print(table)
    return found


def _ours(one: Taken) -> list[float]:
    return one.our_times


def _bare(one: Taken) -> list[float]:
    return one.bare_times
