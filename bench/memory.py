"""What a ticket takes in a worker's memory, over a bare workflow in another's: `python -m bench memory`.

Both workers keep as many as there are. A first few fill what a worker needs once; then what each further one adds is
the growth of the process, divided. Each ticket has had an acknowledgement and an update, each bare workflow two
updates.
"""

from __future__ import annotations

import asyncio
import time

from rich.console import Console
from rich.table import Table

from bench.bare import QUEUE, Bare
from bench.figure import Figure
from bench.standing import Standing, rate, standing

FEW, MANY, QUICK = 150, 600, 150
CALLERS = 8


async def live(place: Standing, number: int) -> None:
    """So many tickets, and as many bare workflows, each with two commands behind it."""
    connections, stamp = place.connections(CALLERS), time.monotonic_ns()

    async def ticket(who: int, each: int) -> None:
        name = await place.open(connections[who], each)
        key = place.keys["level1"]
        await connections[who].post(f"/v1/tickets/{name}/acknowledgement", key, {"means": "call", "text": "On it."})
        await connections[who].post(f"/v1/tickets/{name}/status-updates", key, {"text": "The cause is narrowed down."})

    async def bare(_: int, each: int) -> None:
        handle = await place.client.start_workflow(Bare.run, id=f"bare-{stamp}-{each}", task_queue=QUEUE)
        for _turn in range(2):
            await handle.execute_update(Bare.add, 1)

    await rate(number, CALLERS, ticket)
    await rate(number, CALLERS, bare)
    await place.settled()
    await asyncio.sleep(2)  # what the last ones left behind is put away


async def measure(number: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Bytes of our worker and of the bare one, with few and with `number` more."""
    async with standing(cached=FEW + number + 100) as place:
        await live(place, FEW)
        before = place.memory()
        await live(place, number)
        return before, place.memory()


def figures(quick: bool) -> list[Figure]:
    """Kilobytes for each that is kept."""
    number = QUICK if quick else MANY
    before, after = asyncio.run(measure(number))
    each = [(now - then) / number / 1000 for then, now in zip(before, after, strict=True)]
    table = Table(title=f"A worker's memory with {FEW:,} and with {FEW + number:,} in its cache")
    for heading in ("worker", "MB", "MB", "kB for each"):
        table.add_column(heading, justify="left" if heading == "worker" else "right")
    for what, side in (("ours", 0), ("bare", 1)):
        table.add_row(what, f"{before[side] / 1e6:.0f}", f"{after[side] / 1e6:.0f}", f"{each[side]:.0f}")
    Console().print(table)
    return [Figure("memory of a cached ticket", each[0], "kB", each[1], "a bare workflow", "memory")]
