"""Waking delivery after a recording: many recordings of one moment share one signal to the engine."""

from __future__ import annotations

import asyncio
import logging

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.names import DELIVERY, DELIVERY_WORKFLOW, WAKE
from runtime.telemetry import apart

QUIET = 1.0
"""Seconds during which further wakes are joined into one that follows: a batch costs the engine some seven writes."""

log = logging.getLogger(__name__)


class Wake:
    """Signals the delivery workflow, starting it when it does not run.

    The first call after a quiet moment returns when the engine has the signal. Calls right behind it are joined into
    one signal at the end of the moment; should the process die before that, its successor wakes delivery when it
    starts, so a message can be late by a restart and is never lost.
    """

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue
        self._quiet: asyncio.Task[None] | None = None
        self._again = False

    async def __call__(self) -> None:
        if self._quiet is not None and not self._quiet.done():
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
                log.exception("delivery could not be woken; the next recording or restart does it")
            await asyncio.sleep(QUIET)

    async def _signal(self) -> None:
        with apart():  # it serves every ticket, so it belongs to the trace of none
            await self._client.start_workflow(
                DELIVERY_WORKFLOW,
                id=DELIVERY,
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=WAKE,
                static_summary="carries messages out of the outbox",
            )
