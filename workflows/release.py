"""The workflow that publishes one release: recorded, then made known to every defect that it fixes."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities import names
    from domain.releases import Release

PATIENT = RetryPolicy(maximum_interval=timedelta(seconds=30))


@workflow.defn(name=names.RELEASE_WORKFLOW)
class ReleaseWorkflow:
    """Ends when every defect knows; each defect has its own tickets told."""

    def __init__(self) -> None:
        self._published = False

    @workflow.run
    async def run(self, release: Release) -> None:
        await workflow.execute_activity(
            names.RECORD_RELEASE,
            release,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=PATIENT,
        )
        await workflow.execute_activity(
            names.TELL_DEFECTS,
            release,
            start_to_close_timeout=timedelta(minutes=30),
            heartbeat_timeout=timedelta(seconds=60),
            retry_policy=PATIENT,
        )
        self._published = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(name=names.PUBLISHED)
    async def published(self) -> None:
        """Answers when the release is recorded and its defects know."""
        await workflow.wait_condition(lambda: self._published)
