"""R&D's half of the engine: commands to defects, and releases."""

from __future__ import annotations

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from api.engine.calling import Calls
from domain.defects import DefectCommand
from domain.releases import Release
from runtime.updating import until_taken
from workflows.protocol import (
    DEFECT_COMMAND,
    DEFECT_WORKFLOW,
    PUBLISHED,
    RELEASE_WORKFLOW,
    RUN_ENDS,
    DefectReceipt,
    DefectStart,
    defect_workflow,
    release_workflow,
)


class DefectCalls(Calls):
    """Mixed into the engine."""

    async def defect(self, defect: str, command: DefectCommand) -> DefectReceipt:
        async def send() -> DefectReceipt:
            start: WithStartWorkflowOperation[object, object] = WithStartWorkflowOperation(
                DEFECT_WORKFLOW,
                DefectStart(defect=defect),
                id=defect_workflow(defect),
                task_queue=self._queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
            receipt: DefectReceipt = await self._client.execute_update_with_start_workflow(
                DEFECT_COMMAND, command, start_workflow_operation=start, id=command.id, result_type=DefectReceipt
            )
            return receipt

        async with self._calling():
            return await until_taken(RUN_ENDS, send)

    async def publish(self, release: Release) -> None:
        start: WithStartWorkflowOperation[object, object] = WithStartWorkflowOperation(
            RELEASE_WORKFLOW,
            release,
            id=release_workflow(release.product, release.version),
            task_queue=self._queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        async with self._calling():
            try:
                await self._client.execute_update_with_start_workflow(
                    PUBLISHED, start_workflow_operation=start, id=release.digest
                )
            except WorkflowAlreadyStartedError:
                return  # it has been published, and everybody knows
