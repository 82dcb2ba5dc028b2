"""What a ticket takes in a worker's memory, over a bare workflow in another's: `python -m bench memory`.

Both workers keep as many as there are. A first few fill what a worker needs once; then what each further one adds is
the growth of the process, divided. Each ticket has had an acknowledgement and an update, each bare workflow two
updates. The bare one is measured twice: as the engine must keep any ticket (the same input, a timer, steps recorded by
local activities as long as ours), which is what the goal is set by; and with nothing in it at all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Table

from bench.bare import QUEUE, Bare, BareKept
from bench.bytes import Sent, sent
from bench.figure import Figure
from bench.standing import Standing, rate, standing

FEW, MANY, QUICK = 150, 600, 150
CALLERS = 8
RECORDED = 3_000
"""Characters of JSON that a command's recording has: its events, the row, the clocks, the message."""


async def tickets(place: Standing, number: int) -> str:
    """So many tickets, each with two commands behind it; the name of one."""
    connections, names = place.connections(CALLERS), []

    async def ticket(who: int, each: int) -> None:
        name = await place.open(connections[who], each)
        key = place.keys["level1"]
        await connections[who].post(f"/v1/tickets/{name}/acknowledgement", key, {"means": "call", "text": "On it."})
        await connections[who].post(f"/v1/tickets/{name}/status-updates", key, {"text": "The cause is narrowed down."})
        names.append(name)

    await rate(number, CALLERS, ticket)
    return names[0]


async def kept(place: Standing, number: int, ours: Sent) -> None:
    """As many bare workflows that keep what any ticket must."""
    stamp = time.monotonic_ns()

    async def bare(_: int, each: int) -> None:
        handle = await place.client.start_workflow(
            BareKept.run, args=[ours.filed, 86_400.0], id=f"kept-{stamp}-{each}", task_queue=QUEUE
        )
        for _turn in range(2):
            await handle.execute_update(BareKept.take, args=["c" * ours.command, ours.answer, RECORDED])

    await rate(number, CALLERS, bare)


async def empty(place: Standing, number: int) -> None:
    """As many bare workflows with nothing in them."""
    stamp = time.monotonic_ns()

    async def bare(_: int, each: int) -> None:
        handle = await place.client.start_workflow(Bare.run, id=f"bare-{stamp}-{each}", task_queue=QUEUE)
        for _turn in range(2):
            await handle.execute_update(Bare.add, 1)

    await rate(number, CALLERS, bare)


async def measure(number: int) -> dict[str, tuple[int, int]]:
    """Bytes of our worker, and of the bare one with either kind, with few and with `number` more."""
    found: dict[str, tuple[int, int]] = {}
    async with standing(cached=2 * FEW + 2 * number + 100) as place:
        ours = await sent(place, await tickets(place, FEW))

        async def grows(what: str, side: int, more: Callable[[int], Awaitable[object]]) -> None:
            await place.settled()
            await asyncio.sleep(2)  # what the last ones left behind is put away
            before = place.memory()[side]
            await more(number)
            await place.settled()
            await asyncio.sleep(2)
            found[what] = (before, place.memory()[side])

        await grows("ours", 0, lambda more: tickets(place, more))
        await kept(place, FEW, ours)
        await grows("bare, as any ticket", 1, lambda more: kept(place, more, ours))
        await empty(place, FEW)
        await grows("bare, nothing in it", 1, lambda more: empty(place, more))
    return found


def figures(quick: bool) -> list[Figure]:
    """Kilobytes for each that is kept."""
    number = QUICK if quick else MANY
    found = asyncio.run(measure(number))
    each = {what: (after - before) / number / 1000 for what, (before, after) in found.items()}
    table = Table(title=f"A worker's memory before and with {number:,} more in its cache")
    for heading in ("worker", "MB", "MB", "kB for each"):
        table.add_column(heading, justify="left" if heading == "worker" else "right")
    for what, (before, after) in found.items():
        table.add_row(what, f"{before / 1e6:.0f}", f"{after / 1e6:.0f}", f"{each[what]:.0f}")
    Console().print(table)
    ours, any_ticket, nothing = each.values()
    return [
        Figure("memory of a cached ticket", ours, "kB", any_ticket, "a bare workflow, as any ticket", "memory"),
        Figure("memory of a cached ticket", ours, "kB", nothing, "a bare workflow, nothing in it", "memory_empty"),
    ]
