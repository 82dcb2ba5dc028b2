"""The same for defects: R&D's announcements in the engine and in the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from activities.names import DEFECT_WORKFLOW, defect_of, defect_workflow
from cli.reconciling.looking import newest_runs
from cli.reconciling.mending import WHY
from cli.reconciling.retelling import HistoryUntold, Reteller, Told
from domain.reconciling import MENDED_FROM_RECORD, Finding, compare_defect
from runtime.updating import names_no_run
from store import defects
from store.database import Database
from workflows.protocol import DefectStart


@dataclass
class Defects:
    """The defects of an engine and a database."""

    client: Client
    database: Database
    reteller: Reteller
    task_queue: str

    async def everything(self, only: str | None = None) -> AsyncIterator[Finding]:
        """The differences. HistoryUntold where a history cannot be replayed."""
        if only is not None:
            # Asked for by itself: the engine's list learns of a run a moment after it begins.
            runs, recorded = await self._run_of(only), {only}
        else:
            listed = await newest_runs(self.client, DEFECT_WORKFLOW)
            runs = {defect_of(name): run for name, run in listed.items()}
            recorded = set(await asyncio.to_thread(defects.ids, self.database))
        for defect in sorted(recorded | runs.keys()):
            told, running = None, False
            if defect in runs:
                told = self._known(await self._tell(defect, runs[defect].run_id))
                running = runs[defect].status is WorkflowExecutionStatus.RUNNING
            record = await asyncio.to_thread(defects.load, self.database, defect)
            found = compare_defect(defect, told, record, runs=running)
            if found is not None:
                yield found

    async def mend(self, finding: Finding) -> None:
        """Brings the side that is behind to the other. HistoryUntold where the engine has forgotten what it needs."""
        defect = finding.ticket
        if finding.difference in MENDED_FROM_RECORD:
            await self._begin(defect)
            return
        told = [await self._tell(defect, None)]
        while (state := told[0].start.state) is not None and state.announcements >= finding.first:
            told.insert(0, await self._before(defect, told[0]))
        for run in told:
            for standing, announced in run.announcements:
                await asyncio.to_thread(defects.record, self.database, standing, announced)

    async def _begin(self, defect: str) -> None:
        handle = self.client.get_workflow_handle(defect_workflow(defect))
        try:
            await handle.terminate(reason=WHY)  # before the record is read: what was answered until then is in it
        except RPCError as error:
            if not names_no_run(error):
                raise
        await self.client.start_workflow(
            DEFECT_WORKFLOW,
            DefectStart(defect=defect),  # without a state it is loaded from the record
            id=defect_workflow(defect),
            task_queue=self.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def _run_of(self, defect: str) -> dict[str, WorkflowExecution]:
        try:
            return {defect: await self.client.get_workflow_handle(defect_workflow(defect)).describe()}
        except RPCError as error:
            if names_no_run(error):
                return {}
            raise

    def _known(self, told: Told[DefectStart]) -> int | None:
        """How many announcements the run knows of; None while it knows nothing but what the record will tell it."""
        last = told.announcements[-1][0] if told.announcements else told.start.state
        return last.announcements if last is not None else None

    async def _before(self, defect: str, run: Told[DefectStart]) -> Told[DefectStart]:
        try:
            return await self._tell(defect, run.before)
        except RPCError as error:
            if names_no_run(error):
                raise HistoryUntold(f"the history of run {run.before} is gone: its retention has passed") from None
            raise

    async def _tell(self, defect: str, run: str | None) -> Told[DefectStart]:
        handle = self.client.get_workflow_handle(defect_workflow(defect), run_id=run)
        return await self.reteller.tell(await handle.fetch_history(), DefectStart)
