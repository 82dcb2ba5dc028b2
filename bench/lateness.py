"""How late a clock is when nothing else happens, beside a bare timer: `python -m bench lateness`.

Updates that nobody wrote fall due one after the other; in the moment between two of them a bare timer fires. Ours is
late by the time from its due instant until the update is in the record; the bare one by the time until a local
activity has looked at the wall's clock.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from bench.bare import QUEUE, BareTimer
from bench.figure import Figure
from bench.promised import Promises
from bench.standing import Standing, share, standing

CLOCKS, QUICK = 200, 60
APART = 0.4
"""Seconds between two clocks: long enough that none meets another's work."""


async def bare(place: Standing, begin: datetime, number: int) -> list[float]:
    """Seconds by which bare timers were late, one between each two of ours."""
    stamp = time.monotonic_ns()
    handles = []
    for each in range(number):
        due = (begin + timedelta(seconds=APART * (each + 0.5))).timestamp()
        handles.append(
            await place.client.start_workflow(BareTimer.run, due, id=f"timer-{stamp}-{each}", task_queue=QUEUE)
        )
    return list(await asyncio.gather(*(handle.result() for handle in handles)))


async def measure(number: int) -> tuple[list[float], list[float]]:
    """Seconds late, ours and bare."""
    async with standing() as place:
        promises = Promises(place)
        begin = datetime.now(UTC) + timedelta(seconds=15 + number / 10)  # long enough to open them all before
        due = {f"L-{each}": begin + timedelta(seconds=APART * each) for each in range(number)}
        theirs = asyncio.create_task(bare(place, begin, number))
        await promises.open(due)
        await promises.recorded(list(due))
        kept = await promises.kept(due, timedelta(seconds=60))
        assert len(kept) == number, f"{number - len(kept)} updates never came"
        return [one.recorded for one in kept], await theirs


def figures(quick: bool) -> list[Figure]:
    """The 99th percentile, and the middle."""
    ours, theirs = asyncio.run(measure(QUICK if quick else CLOCKS))
    table = Table(title=f"Lateness of {len(ours)} clocks on an idle desk, ms")
    for heading in ("what", "p50", "p90", "p99", "most"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, found in (("an update, until it is in the record", ours), ("a bare timer", theirs)):
        table.add_row(what, *(f"{share(found, part) * 1000:.0f}" for part in (0.5, 0.9, 0.99, 1)))
    Console().print(table)
    return [
        Figure("a clock, idle, p50", share(ours, 0.5), "s", share(theirs, 0.5), "a bare timer"),
        Figure("a clock, idle, p99", share(ours, 0.99), "s", share(theirs, 0.99), "a bare timer", "late_idle"),
    ]
