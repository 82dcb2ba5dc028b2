"""Waking delivery, and defects, after a recording: many recordings of one moment share one signal to the engine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.names import DEFECT_WORKFLOW, DELIVERY, DELIVERY_WORKFLOW, WAKE, defect_workflow, delivery_queue
from runtime.telemetry import apart
from store import defects
from store.database import Database

QUIET = 1.0
"""Seconds during which further wakes are joined into one that follows: a batch costs the engine some seven writes."""

log = logging.getLogger(__name__)


class Joined:
    """Calls of one moment, joined into one signal.

    The first call after a quiet moment returns when the engine has the signal. Calls right behind it are joined into
    one signal at the end of the moment; should the process die before that, its successor wakes everybody when it
    starts, so news can be late by a restart and is never lost.
    """

    def __init__(self, signal: Callable[[], Awaitable[None]]) -> None:
        self._signal = signal
        self._quiet: asyncio.Task[None] | None = None
        self._again = False

    @property
    def quiet(self) -> bool:
        """Whether the moment after the last signal is over."""
        return self._quiet is None or self._quiet.done()

    async def __call__(self) -> None:
        if not self.quiet:
            self._again = True
            return
        self._quiet = asyncio.create_task(self._after_a_moment())
        await self._signal()

    async def _after_a_moment(self) -> None:
        await asyncio.sleep(QUIET)
        while self._again:
            self._again = False
            try:
                await self._signal()
            except Exception:
                log.exception("what was woken could not be; the next recording or restart does it")
            await asyncio.sleep(QUIET)


async def behind(*wakes: Callable[[], Awaitable[None]], pause: float = QUIET) -> None:
    """Wakes whoever a worker that died may not have woken: each until it has worked, though database or engine are
    away just when a worker starts."""
    for wake in wakes:
        while True:
            try:
                await wake()
                break
            except Exception as away:
                log.warning("what the last worker left behind is not woken yet, tried again: %s", away)
                await asyncio.sleep(pause)


class Wake(Joined):
    """Signals the delivery workflow, starting it when it does not run."""

    def __init__(self, client: Client, task_queue: str) -> None:
        super().__init__(self._wake)
        self._client = client
        self._task_queue = task_queue

    async def _wake(self) -> None:
        with apart():  # it serves every ticket, so it belongs to the trace of none
            await self._client.start_workflow(
                DELIVERY_WORKFLOW,
                id=DELIVERY,
                task_queue=delivery_queue(self._task_queue),
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=WAKE,
                static_summary="carries messages out of the outbox",
            )


class WakeDefects:
    """Has a defect look for tickets that began to wait after its announcements; without any there is nothing to tell.

    The ticket's row is written before this looks, and an announcement before its tickets are looked for: one of the
    two sees the other.
    """

    def __init__(self, client: Client, task_queue: str, database: Database) -> None:
        self._client = client
        self._task_queue = task_queue
        self._database = database
        self._joined: dict[str, Joined] = {}

    async def __call__(self, defect: str) -> None:
        if await asyncio.to_thread(defects.news, self._database, defect):
            self._joined = {name: one for name, one in self._joined.items() if not one.quiet or name == defect}
            await self._joined.setdefault(defect, Joined(lambda: self._wake(defect)))()

    async def behind(self) -> None:
        """Wakes every defect that has something left to tell, after a worker that may have died before it did."""
        for defect in await asyncio.to_thread(defects.behind, self._database):
            await self(defect)

    async def _wake(self, defect: str) -> None:
        with apart():
            await self._client.start_workflow(
                DEFECT_WORKFLOW,
                {"defect": defect},
                id=defect_workflow(defect),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=WAKE,
            )
