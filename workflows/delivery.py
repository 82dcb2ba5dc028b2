"""The workflow that has messages delivered: it is woken after a recording and sleeps until the next attempt.

One activity carries many messages, so that a delivery costs the tickets' histories nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.names import DELIVER, DELIVERY_WORKFLOW, WAKE, delivery_queue

HISTORY_LIMIT = 1_000


@workflow.defn(name=DELIVERY_WORKFLOW)
class DeliveryWorkflow:
    """Runs for ever, as one workflow: deliver what is due, sleep until a retry is due or a recording wakes it."""

    def __init__(self) -> None:
        self._woken = True

    @workflow.run
    async def run(self) -> None:
        while True:
            self._woken = False
            next_attempt = await self._deliver()
            if self._long() and not self._woken:
                # A run that began before delivery had a queue of its own goes over to it.
                workflow.continue_as_new(task_queue=delivery_queue(workflow.info().task_queue))
            await self._sleep_until(next_attempt)

    @workflow.signal(name=WAKE)
    def wake(self) -> None:
        """Something was added to the outbox."""
        self._woken = True

    async def _deliver(self) -> datetime | None:
        next_attempt: datetime | None = await workflow.execute_activity(
            DELIVER,
            result_type=datetime | None,  # type: ignore[arg-type]  # a union is no class, but the converter reads it
            start_to_close_timeout=timedelta(minutes=30),
            heartbeat_timeout=timedelta(seconds=15),
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=10)),
        )
        return next_attempt

    async def _sleep_until(self, next_attempt: datetime | None) -> None:
        if next_attempt is None:
            await workflow.wait_condition(lambda: self._woken)
            return
        left = next_attempt - workflow.now()
        if left > timedelta():
            try:
                await workflow.wait_condition(lambda: self._woken, timeout=left, timeout_summary="next attempt")
            except TimeoutError:
                return

    def _long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > HISTORY_LIMIT
