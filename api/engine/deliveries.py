"""The part of the engine that has messages carried out of the outbox when no ticket's recording does it."""

from __future__ import annotations

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from api.engine.calling import Calls
from workflows.protocol import DELIVERY, DELIVERY_WORKFLOW, WAKE, delivery_queue


class DeliveryCalls(Calls):
    """Mixed into the engine."""

    async def wake_delivery(self) -> None:
        async with self._calling():
            await self._client.start_workflow(
                DELIVERY_WORKFLOW,
                id=DELIVERY,
                task_queue=delivery_queue(self._queue),
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=WAKE,
                static_summary="carries messages out of the outbox",
            )
