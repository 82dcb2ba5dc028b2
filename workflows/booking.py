"""How a ticket asks the hour account, and steps that need an answer from it before they can be applied."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.names import RECORD_SILENT, SETTLE_HOURS
    from domain.hours import Settled, Settling
    from domain.ticket import Ticket

LOCAL = timedelta(seconds=3)
"""As for a recording: the workflow task must not have to beat (workflows.ticket)."""
QUICK = RetryPolicy(maximum_attempts=3, initial_interval=timedelta(milliseconds=50))
PATIENT = RetryPolicy(maximum_interval=timedelta(seconds=10))


async def settle(state: Ticket, minutes: int, cause: str) -> Settled:
    """Brings what the ticket has taken from the hour packages to `minutes`; waits while the database is away."""
    hours = state.terms.hours
    wanted = Settling(
        ticket=state.id,
        organisation=state.organisation,
        agreement=state.terms.agreement,
        wanted=minutes,
        at=workflow.now(),
        cause=cause,
        warn_at=hours.warn_at if hours else 100,
    )
    try:
        settled: Settled = await workflow.execute_local_activity(
            SETTLE_HOURS,
            wanted,
            result_type=Settled,
            schedule_to_close_timeout=LOCAL,
            retry_policy=QUICK,
        )
        return settled
    except FailureError as failure:
        if is_cancelled_exception(failure):
            raise
        again: Settled = await workflow.execute_activity(
            SETTLE_HOURS,
            wanted,
            result_type=Settled,
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(seconds=RECORD_SILENT),
            retry_policy=PATIENT,
            summary="settle hours again: the database was away",
        )
        return again
