"""The bare engine: workflows that do next to nothing, and their worker (`python -m bench.bare HOST:PORT [CACHED]`).

Outside the sandbox, as ours run in production: what a bare one costs is the engine's price alone.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import timedelta

import uvloop
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

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


@workflow.defn
class BareTicket:
    """What the engine must hold of any ticket: what was filed, and a timer for its first promise."""

    @workflow.run
    async def run(self, filed: dict[str, object], seconds: float) -> int:
        """Waits for the instant; how much was filed."""
        await asyncio.sleep(seconds)
        return len(filed)

    @workflow.update
    async def take(self, command: str, answer: int) -> str:
        """An update of the given length, with an answer of `answer` characters."""
        return "a" * min(answer, 10_000 * len(command))


@workflow.defn
class BareKept:
    """What a worker must keep of any ticket: what was filed, its timer, and that each step was recorded."""

    @workflow.run
    async def run(self, filed: dict[str, object], seconds: float) -> int:
        """Records what was filed, and waits for the instant; how much was filed."""
        await self._keep([filed])
        await asyncio.sleep(seconds)
        return len(filed)

    @workflow.update
    async def take(self, command: str, answer: int, recorded: int) -> str:
        """An update of the given length that records so many characters and answers with `answer`."""
        await self._keep(["r" * min(recorded, 10_000 * len(command))])
        return "a" * min(answer, 10_000 * len(command))

    async def _keep(self, what: list[object]) -> None:
        await workflow.execute_local_activity(keep, what, start_to_close_timeout=timedelta(seconds=30))


@workflow.defn
class BareTimer:
    """Sleeps until an instant, and says how late it was really noted (wall time, not the workflow's)."""

    @workflow.run
    async def run(self, due: float) -> float:
        left = due - workflow.now().timestamp()
        await asyncio.sleep(max(left, 0))
        noted: float = await workflow.execute_local_activity(note, start_to_close_timeout=timedelta(seconds=3))
        return noted - due


@activity.defn
async def note() -> float:
    """The wall's time, seconds."""
    return time.time()


@activity.defn
async def keep(what: list[object]) -> None:
    """Where ours has its transaction: nothing."""


async def serve(target: str, cached: int = 5_000) -> None:
    """Works until killed; `cached` workflows stay in its memory."""
    client = await Client.connect(target, data_converter=pydantic_data_converter)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Bare, BareKept, BareTicket, BareTimer],
        activities=[keep, note],
        max_cached_workflows=cached,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1], *(int(given) for given in sys.argv[2:3])))
