"""What the workflows of R&D have done outside: defects and releases recorded, defects told of a release."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from activities import names
from domain.defects import Announcement, Defect, DefectCommand
from domain.errors import DomainError
from domain.releases import Release, fix_of
from runtime.updating import until_taken
from store import defects, releases
from store.database import Database

_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


@dataclass(frozen=True)
class DefectCommands:
    """`await send("D-17", command)`: to a defect's workflow, which begins anew where it had ended."""

    client: Client
    task_queue: str

    async def __call__(self, defect: str, command: DefectCommand) -> None:
        """DomainError when the rules refuse it; whatever else the engine raises passes."""

        async def send() -> None:
            start: WithStartWorkflowOperation[object, object] = WithStartWorkflowOperation(
                names.DEFECT_WORKFLOW,
                {"defect": defect},
                id=names.defect_workflow(defect),
                task_queue=self.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
            await self.client.execute_update_with_start_workflow(
                names.DEFECT_COMMAND, command, start_workflow_operation=start, id=command.id
            )

        try:
            await until_taken(names.RUN_ENDS, send)
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if isinstance(cause, ApplicationError) and cause.type and _CODE.fullmatch(cause.type):
                raise DomainError(cause.type, cause.message) from None
            raise


@dataclass
class DefectKeeper:
    """The activities of defects and releases, on the database; `send` gives one defect one command."""

    database: Database
    send: DefectCommands

    @activity.defn(name=names.LOAD_DEFECT)
    async def load(self, defect: str) -> Defect | None:
        """The defect as it was recorded; None when it is not."""
        return await asyncio.to_thread(defects.load, self.database, defect)

    @activity.defn(name=names.RECORD_DEFECT)
    async def record(self, defect: Defect, announced: Announcement | None) -> None:
        """Writes the defect with its newest announcement; the same again changes nothing."""
        await asyncio.to_thread(defects.record, self.database, defect, announced)

    @activity.defn(name=names.RECORD_RELEASE)
    async def record_release(self, release: Release) -> None:
        """Writes the release and its version in the product catalogue, once."""
        await asyncio.to_thread(releases.record, self.database, release)

    @activity.defn(name=names.TELL_DEFECTS)
    async def tell_defects(self, release: Release) -> None:
        """Each defect that the release fixes learns of it, once; one that is settled meanwhile is left as it is."""
        command = fix_of(release)
        for defect in release.fixes:
            try:
                await self.send(defect, command)
            except DomainError as refusal:
                activity.logger.warning("defect %s took no news of %s: %s", defect, release.name, refusal.code)
            activity.heartbeat(defect)
