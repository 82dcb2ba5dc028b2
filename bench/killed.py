"""The first command after a worker's `kill -9`: `python -m bench killed`.

The worker that has the ticket in its memory is killed, and at once somebody sends a command to that ticket: with
another worker standing by, which takes over after the sticky timeout; and with none, so that the supervisor must start
one. A bare workflow's worker is killed likewise beside both.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from bench.bare import QUEUE, Bare
from bench.calling import Connection, Refused
from bench.figure import Figure
from bench.standing import Standing, standing, start_bare
from cli.stack import WORKER
from cli.supervisor import STEADY
from runtime.settings import PREFIX, Settings
from tests.cli.stacks import ROOT
from workflows.protocol import TASK_QUEUE, workflow_id

ROUNDS, QUICK = 7, 3
CACHED = 500
SETTLED = 1.5
"""Seconds in which whatever was begun is done: who dies shall have nothing in hand."""


async def holder(client: Client, workflow: str) -> int:
    """Process id of the worker that did the workflow's last task: it has it in its memory."""
    found = 0
    async for event in client.get_workflow_handle(workflow).fetch_history_events():
        if event.HasField("workflow_task_completed_event_attributes"):
            found = int(event.workflow_task_completed_event_attributes.identity.partition("@")[0])
    return found


async def polled(client: Client, queue: str, pids: set[int]) -> None:
    """Returns when each of these processes has asked for work on the queue."""
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    while True:
        found = await client.workflow_service.describe_task_queue(asked)
        if pids <= {int(one.identity.partition("@")[0]) for one in found.pollers}:
            return
        await asyncio.sleep(0.2)


async def timed(call: Callable[[], Awaitable[Any]]) -> float:
    """Seconds until it is done."""
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


def died(pid: int) -> None:
    """Kills it and returns when it is dead, each thread: what still reaches it is in its hands, and waits for the
    task's timeout (docs/figures.md, the only worker)."""
    process = psutil.Process(pid)
    process.kill()
    process.wait()


class Victims:
    """A stack whose workers are killed. `second` stands beside the stack's own."""

    def __init__(self, place: Standing) -> None:
        self.place = place
        self.connection: Connection = place.connections(1)[0]
        self.second: subprocess.Popen[bytes] | None = None
        self.bare: list[subprocess.Popen[bytes]] = [place.bare]

    def stand_by(self) -> None:
        """Another worker of each kind."""
        self._second_worker()
        self.bare.append(start_bare(self.place.target, CACHED))

    def _second_worker(self) -> None:
        settings = Settings.model_validate(self.place.stack.settings)
        own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        environment = {**own, **settings.environment(), "PYTHONPATH": str(ROOT)}
        self.second = subprocess.Popen([sys.executable, *WORKER], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)

    async def ticket(self) -> float:
        """Seconds of the first note after the death of the worker that has the ticket."""
        key = self.place.keys["level1"]
        self.connection.close()  # an idle one would be closed by the server
        name = await self.place.open(self.connection)

        async def note() -> None:
            while True:
                try:
                    await self.connection.post(f"/v1/tickets/{name}/notes", key, {"text": "On it."}, once="after")
                    return
                except Refused as refusal:
                    if refusal.status != 503:
                        raise

        await self.connection.post(f"/v1/tickets/{name}/notes", key, {"text": "On it."})
        await asyncio.sleep(SETTLED)
        died(await holder(self.place.client, workflow_id(name)))
        took = await timed(note)
        await self.whole_again()
        return took

    async def whole_again(self) -> None:
        """Returns when every worker that there should be asks the engine for work."""
        if self.second is not None and self.second.poll() is not None:
            self._second_worker()
        mine = {self.place.stack.pids()["worker"], *([self.second.pid] if self.second is not None else [])}
        await polled(self.place.client, TASK_QUEUE, mine)
        await polled(self.place.client, QUEUE, {one.pid for one in self.bare})
        # Deaths in a row are what the supervisor waits longer and longer for; each of these is the first.
        await asyncio.sleep(STEADY + SETTLED)

    async def bare_one(self) -> float:
        """The same of a bare workflow; its worker is started again at once, as a supervisor would."""
        handle = await self.place.client.start_workflow(Bare.run, id=f"bare-{time.monotonic_ns()}", task_queue=QUEUE)
        await handle.execute_update(Bare.add, 1)
        await asyncio.sleep(SETTLED)
        pid = await holder(self.place.client, handle.id)
        dead = next(one for one in self.bare if one.pid == pid)
        dead.kill()
        dead.wait()
        self.bare[self.bare.index(dead)] = start_bare(self.place.target, CACHED)
        took = await timed(lambda: handle.execute_update(Bare.add, 1))
        await self.whole_again()
        return took

    def end(self) -> None:
        """Ends what was started here."""
        for one in (self.second, *self.bare):
            if one is not None:
                one.kill()
                one.wait()


async def measure(rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Seconds, ours and bare, with nobody standing by and with another worker."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    async with standing(cached=CACHED) as place:
        victims = Victims(place)
        try:
            for what in ("alone", "another stands by"):
                if what != "alone":
                    victims.stand_by()
                    await victims.whole_again()
                found[what] = ([], [])
                for _ in range(rounds):
                    found[what][0].append(await victims.ticket())
                    found[what][1].append(await victims.bare_one())
        finally:
            victims.end()
    return found


def figures(quick: bool) -> list[Figure]:
    """Medians."""
    found = asyncio.run(measure(QUICK if quick else ROUNDS))
    table = Table(title="The first command after the kill -9 of the worker that has the ticket, seconds")
    for heading in ("workers", "ours, each", "bare, each"):
        table.add_column(heading)
    for what, both in found.items():
        table.add_row(what, *(" ".join(f"{took:.2f}" for took in sorted(times)) for times in both))
    Console(width=140).print(table)
    names = {
        "another stands by": "first command after kill -9, another worker by",
        "alone": "the same, the only worker",
    }
    goals = {"another stands by": "first_after_kill", "alone": "first_after_kill_alone"}
    return [
        Figure(
            names[what],
            statistics.median(found[what][0]),
            "s",
            statistics.median(found[what][1]),
            "a bare one",
            goals[what],
        )
        for what in names
    ]
