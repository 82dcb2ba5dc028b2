"""The bare engine: a workflow that keeps a number, and its worker (`python -m bench.bare HOST:PORT [CACHED]`)."""

from __future__ import annotations

import asyncio
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bare"


@workflow.defn
class Bare:
    """Waits for ever; its update adds."""

    def __init__(self) -> None:
        self.total = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.total < 0)

    @workflow.update
    async def add(self, number: int) -> int:
        self.total += number
        return self.total


async def serve(target: str, cached: int = 5_000) -> None:
    """Works until killed; `cached` workflows stay in its memory."""
    client = await Client.connect(target)
    async with Worker(client, task_queue=QUEUE, workflows=[Bare], max_cached_workflows=cached):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], *(int(given) for given in sys.argv[2:3])))
