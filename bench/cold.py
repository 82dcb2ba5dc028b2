"""A command on a ticket that no worker remembers, over one on a ticket that it does: `python -m bench cold`.

The workers keep ten workflows and there are more tickets than that: one asked after all the others has left the memory,
so its history is read and lived through again; asked once more at once, it is there. A bare workflow of as many updates
stands beside it. All histories stay under 50 events.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.bare import QUEUE, Bare
from bench.figure import Figure
from bench.standing import Standing, share, standing
from workflows.protocol import workflow_id

CACHED, TICKETS, QUICK = 10, 40, 20
ROUNDS = 3
EVENTS = 50
"""The most that a history may have at the end."""


async def by_turns(names: list[str], call: Callable[[str], Awaitable[Any]]) -> tuple[list[float], list[float]]:
    """Seconds of the first call on each after all the others, and of the one that follows at once."""
    cold: list[float] = []
    warm: list[float] = []
    for name in names * ROUNDS:
        for times in (cold, warm):
            began = time.perf_counter()
            await call(name)
            times.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)  # the answer comes before the worker has put its own things away
    return cold, warm


async def longest(place: Standing, names: list[str]) -> int:
    """Events of the longest history."""
    found = await asyncio.gather(*(place.client.get_workflow_handle(name).describe() for name in names))
    return max(one.history_length for one in found)


async def measure(number: int) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]], int]:
    """Cold and warm times, ours and bare, and how long the longest ticket's history became."""
    async with standing(cached=CACHED) as place:
        connection = place.connections(1)[0]
        tickets = [await place.open(connection, each) for each in range(number)]
        bare = [f"bare-{each}" for each in range(number)]
        for name in bare:
            await place.client.start_workflow(Bare.run, id=name, task_queue=QUEUE)

        async def note(ticket: str) -> None:
            await connection.post(f"/v1/tickets/{ticket}/notes", place.keys["level1"], {"text": "Same as last week."})

        async def add(name: str) -> None:
            await place.client.get_workflow_handle(name).execute_update(Bare.add, 1)

        await place.settled()
        ours = await by_turns(tickets, note)
        theirs = await by_turns(bare, add)
        return ours, theirs, await longest(place, [workflow_id(name) for name in tickets])


def figures(quick: bool) -> list[Figure]:
    """Cold over warm."""
    ours, theirs, events = asyncio.run(measure(QUICK if quick else TICKETS))
    table = Table(title=f"A command on a cold and on a warm ticket, ms (histories of up to {events} events)")
    for heading in ("what", "cold p50", "cold p90", "warm p50", "warm p90", "p50 cold / warm"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, (cold, warm) in (("a ticket", ours), ("a bare workflow", theirs)):
        times = [f"{share(values, part) * 1000:.1f}" for values in (cold, warm) for part in (0.5, 0.9)]
        table.add_row(what, *times, f"{statistics.median(cold) / statistics.median(warm):.2f}")
    Console().print(table)
    medians = [statistics.median(values) * 1000 for values in (*ours, *theirs)]
    short = events <= EVENTS
    return [
        Figure("a command on a cold ticket, p50", medians[0], "ms", medians[1], "a warm one", "cold", sound=short),
        Figure("an update of a cold bare workflow, p50", medians[2], "ms", medians[3], "a warm one"),
    ]
