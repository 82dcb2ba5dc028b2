"""A beat tells the engine that an attempt is alive: once its worker has died, nobody waits for the time limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity


def leaving() -> bool:
    """Whether this worker is about to end: what can be left to another one is not begun any more."""
    return activity.in_activity() and activity.is_worker_shutdown()


@asynccontextmanager
async def beating(every: float) -> AsyncIterator[None]:
    """Beats every so many seconds meanwhile. A local activity needs none: it ends with its workflow task."""
    if not activity.in_activity() or activity.info().is_local:
        yield
        return

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(every)

    running = asyncio.create_task(beat())
    try:
        yield
    finally:
        running.cancel()
