"""Thousands of updates promised for one instant, "09:00": `python -m bench herd`, on the real dev server in wall time.

First the drain: tickets whose updates all go out at the very instant, without lead and spread. How fast they are worked
off says what spread the herd needs: as many as there are, divided by that rate; beside it bare timers of one instant.
Then the herd with that spread and the default lead: each must be in the record, and its mail out, before the instant.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from temporalio.client import Client

from bench.bare import QUEUE, BareTimer
from bench.figure import Figure
from bench.herd_picture import draw
from bench.promised import Kept, Promises
from bench.standing import share, standing
from domain.ahead import ahead_of
from runtime.settings import Settings

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "herd.svg"
LEAD = Settings.model_fields["update_lead"].default
SPREAD = Settings.model_fields["update_spread"].default
AT_ONCE = 16
MARGIN = 1.2
"""The spread is so much longer than the drain needs: places are drawn, so some seconds hold more than others."""


class Size(NamedTuple):
    """Tickets in the herd, and in the drain that says how far it has to be spread."""

    herd: int
    drain: int


WHOLE, QUICK = Size(5_000, 1_000), Size(300, 100)


class Herd(NamedTuple):
    """What was found. Rates in timers a second, spread in seconds."""

    drained: list[Kept]
    rate: float
    bare_rate: float
    spread: timedelta
    kept: list[Kept]
    sent: int


async def bare_rate(client: Client, number: int) -> float:
    """Bare timers a second, all for one instant."""
    due = time.time() + 10 + number / 40
    stamp, turns = time.monotonic_ns(), asyncio.Semaphore(AT_ONCE)

    async def begin(each: int) -> float:
        async with turns:
            handle = await client.start_workflow(BareTimer.run, due, id=f"herd-{stamp}-{each}", task_queue=QUEUE)
        return float(await handle.result())

    late = await asyncio.gather(*(begin(each) for each in range(number)))
    return number / max(late)


async def drive(
    promises: Promises, prefix: str, number: int, pace: float, ahead: tuple[timedelta, timedelta]
) -> tuple[list[Kept], float]:
    """Opens a herd, all promised for one instant, and waits for it; what was kept, and the openings a second."""
    lead, spread = ahead
    names = [f"{prefix}-{each}" for each in range(number)]
    nine = datetime.now(UTC) + timedelta(seconds=number / pace * 1.3 + 20) + lead + spread
    due = dict.fromkeys(names, nine)
    began = time.monotonic()
    await promises.open(due, {name: ahead_of(name, lead, spread) for name in names})
    await promises.recorded(names)
    opened = number / (time.monotonic() - began)
    left = (nine - lead - spread - datetime.now(UTC)).total_seconds()
    if left < 0:
        Console().print(f"the machine was slow: some were opened {-left:.0f} s after their place had come")
    return await promises.kept(due, timedelta(seconds=120 + number / 5)), opened


async def measure(size: Size) -> Herd:
    """The drain, then the herd."""
    async with standing() as place:
        promises, console = Promises(place), Console(highlight=False)
        never = (timedelta(), timedelta())
        theirs = await bare_rate(place.client, size.drain)
        _, pace = await drive(promises, "warm", 50, 10, never)
        drained, pace = await drive(promises, "drain", size.drain, pace, never)
        rate = len(drained) / max(one.recorded for one in drained)
        asked = timedelta(seconds=round(size.herd / rate * MARGIN))
        spread = asked if size.herd < WHOLE.herd else max(SPREAD, asked)
        console.print(
            f"drain: {size.drain:,} updates of one instant at {rate:.0f} a second; {size.herd:,} ask for a spread of "
            f"{asked.total_seconds():.0f} s (set by default: {SPREAD.total_seconds():.0f} s)"
        )
        kept, _ = await drive(promises, "herd", size.herd, pace, (LEAD, spread))
        return Herd(drained, rate, theirs, spread, kept, size.herd)


def histogram(console: Console, kept: list[Kept], width: int = 60) -> None:
    """When they were in the record, ten seconds a line; the instant itself is 09:00:00."""
    bins = Counter(int(one.recorded // 10) for one in kept)
    most = max(bins.values())
    for each in range(min(bins), max(bins) + 1):
        at = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(seconds=each * 10)
        console.print(f"{at:%H:%M:%S}  {'█' * round(bins[each] / most * width)} {bins[each]}")


def figures(quick: bool) -> list[Figure]:
    """The drain, what was kept, what was late."""
    herd = asyncio.run(measure(QUICK if quick else WHOLE))
    console = Console(width=140, highlight=False)
    ahead = f"lead {LEAD.total_seconds():.0f} s, spread {herd.spread.total_seconds():.0f} s"
    console.print(f"{herd.sent:,} updates promised for 09:00:00, in the record ({ahead}):")
    histogram(console, herd.kept)
    mailed = [one.mailed for one in herd.kept if one.mailed is not None]
    console.print(
        f"the last one in the record {-max(one.recorded for one in herd.kept):.1f} s before the instant, the last mail "
        f"{-max(mailed):.1f} s before it; without lead and spread the last of {len(herd.drained):,} came "
        f"{max(one.recorded for one in herd.drained):.1f} s after it"
    )
    if not quick:
        draw(PICTURE, herd.drained, herd.kept, herd.sent)
    late = sum(1 for one in herd.kept if one.recorded > 0)
    behind = sum(1 for one in herd.kept if one.mailed is None or one.mailed > 0)
    unspread = [one.recorded for one in herd.drained]
    return [
        Figure("updates of one instant worked off", herd.rate, "/ s", herd.bare_rate, "bare timers"),
        Figure("their lateness without lead and spread, p99", share(unspread, 0.99), "s"),
        Figure("morning herd: updates kept", sum(one.met for one in herd.kept), "", herd.sent, "promised", "herd_kept"),
        Figure("recorded after the instant", late, "", herd.sent, "promised", "herd_late"),
        Figure("mails after the instant", behind, "", herd.sent, "promised", "herd_late"),
        Figure("spread that it asks for", herd.spread.total_seconds(), "s", SPREAD.total_seconds(), "the default"),
    ]
