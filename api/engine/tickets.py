"""The engine as the API sees it, and the only place that calls Temporal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.engine.counting import counted
from api.engine.defects import DefectCalls
from api.engine.deliveries import DeliveryCalls
from api.engine.turns import NoTurn, Turns
from api.engine.vitals import Failing, Vitals, VitalSigns
from domain.commands import Command
from domain.defects import DefectCommand
from domain.errors import DomainError
from domain.releases import Release
from domain.ticket import Ticket
from runtime.updating import names_no_run
from workflows.protocol import COMMAND, STATE, DefectReceipt, Receipt, Start, workflow_id
from workflows.visibility import attributes

WORKFLOW = "Ticket"
_PAGE = "/board/tickets/"
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")
# A poll lasts a minute at most, so a worker that has not asked for work for longer than that is gone.
_POLLED_WITHIN = timedelta(seconds=75)


class EngineAway(Exception):
    """It, or a worker, did not answer in time. Whatever was sent can be sent again under its id."""


class EngineBusy(Exception):
    """Too much is on its way to it."""


class NoRun(Exception):
    """No run of that ticket is open."""


class AlreadyOpen(Exception):
    """A ticket with that id has been opened before."""


@dataclass(frozen=True)
class Opened:
    """What the engine remembers of an opening, before the store does."""

    organisation: str
    digest: str
    at: datetime


@dataclass(frozen=True)
class Check:
    """One thing that must be well for commands to be taken."""

    ok: bool
    detail: str


class Engine(Protocol):
    """What the doors ask of the engine. Every call can raise EngineAway or EngineBusy."""

    async def open(self, start: Start, opened: Ticket) -> None:
        """Begins a ticket durably; `opened` is its state after the opening. AlreadyOpen when it exists."""

    async def command(self, ticket: str, command: Command) -> Receipt:
        """Applies a command, once per id. DomainError when refused, NoRun when there is nobody to apply it."""

    async def revive(self, start: Start, command: Command) -> Receipt:
        """Begins a new run from `start.state` with `command` as its first; uses the open run if there is one."""

    async def state(self, ticket: str) -> Ticket:
        """The live state. NoRun when the engine does not know the ticket (any longer)."""

    async def opened(self, ticket: str) -> Opened | None:
        """What it remembers of the ticket's opening; None when it does not know the ticket."""

    async def defect(self, defect: str, command: DefectCommand) -> DefectReceipt:
        """Applies a command to a defect, once per id, and answers when it is recorded. DomainError when refused."""

    async def publish(self, release: Release) -> None:
        """Returns when the release is recorded and its defects know; publishing it again does nothing."""

    async def wake_delivery(self) -> None:
        """Has the outbox looked at: messages were added to it that belong to no ticket."""

    async def checks(self, now: datetime) -> dict[str, Check]:
        """`engine` and `worker`; never raises."""

    async def vitals(self) -> Vitals:
        """How the engine is: version, namespace, queues, who polls them."""

    async def failing(self, late: Iterable[str], limit: int, newest: int = 0) -> list[Failing]:
        """Workflows that try the same in vain; those of the tickets `late` are looked at, and `limit` that it marks."""


class TicketEngine(DefectCalls, DeliveryCalls, VitalSigns):
    """`Engine` on Temporal. `visible` is off where the server has no search attributes registered.

    `pages`: the address of our pages, to which each run leads back.
    """

    def __init__(
        self, client: Client, *, task_queue: str, timeout: timedelta, visible: bool = True, pages: str = ""
    ) -> None:
        self._client = client
        self._queue = task_queue
        self._seconds = timeout.total_seconds()
        self._visible = visible
        self._pages = pages
        self._turns = Turns()

    async def open(self, start: Start, opened: Ticket) -> None:
        async with self._calling("open_ticket"):
            try:
                await self._client.start_workflow(
                    WORKFLOW,
                    start.model_copy(update={"visible": self._visible}),
                    id=workflow_id(opened.id),
                    task_queue=self._queue,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    memo=self._memo(start, opened),
                    static_summary=_summary(opened),
                    static_details=self._page(opened.id),
                    # Set with the start they cost no event; the workflow would have to write them itself.
                    search_attributes=attributes(opened) if self._visible else None,
                )
            except WorkflowAlreadyStartedError:
                raise AlreadyOpen(opened.id) from None

    async def command(self, ticket: str, command: Command) -> Receipt:
        async with self._calling(command.step.type), self._turns.of(ticket):
            receipt: Receipt = await self._handle(ticket).execute_update(
                COMMAND, command, id=command.id, result_type=Receipt
            )
            return receipt

    async def revive(self, start: Start, command: Command) -> Receipt:
        assert start.state is not None  # a run that goes on has a state
        operation: WithStartWorkflowOperation[object, object] = WithStartWorkflowOperation(
            WORKFLOW, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING, **self._going_on(start)
        )
        async with self._calling(command.step.type), self._turns.of(start.state.id):
            receipt: Receipt = await self._client.execute_update_with_start_workflow(
                COMMAND, command, start_workflow_operation=operation, id=command.id, result_type=Receipt
            )
            return receipt

    async def end(self, ticket: str, why: str) -> None:
        """Ends the ticket's open run, if there is one, without its knowing; for operations only (docs/restore.md)."""
        try:
            async with self._calling():
                await self._handle(ticket).terminate(reason=why)
        except NoRun:
            return

    async def resume(self, start: Start) -> None:
        """Begins a run from `start.state`; nothing happens where one is open."""
        async with self._calling():
            await self._client.start_workflow(
                WORKFLOW, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING, **self._going_on(start)
            )

    def _going_on(self, start: Start) -> dict[str, Any]:
        state = start.state
        assert state is not None  # a run that goes on has a state
        return {
            "arg": start.model_copy(update={"visible": self._visible}),
            "id": workflow_id(state.id),
            "task_queue": self._queue,
            "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            "memo": self._memo(start, state),
            "static_summary": _summary(state),
            "static_details": self._page(state.id),
            "search_attributes": attributes(state) if self._visible else None,
        }

    def _memo(self, start: Start, state: Ticket) -> dict[str, str]:
        known = {
            "digest": start.digest,
            "organisation": state.organisation,
            "opened_at": state.opened_at.isoformat(),
        }
        return {**known, "page": f"{self._pages}{_PAGE}{state.id}"} if self._pages else known

    def _page(self, ticket: str) -> str | None:
        """Leads from the engine's Web UI to the ticket; later runs of it have the memo's."""
        return f"[The ticket's page]({self._pages}{_PAGE}{ticket})" if self._pages else None

    async def state(self, ticket: str) -> Ticket:
        async with self._calling():
            state: Ticket = await self._handle(ticket).query(STATE, result_type=Ticket)
            return state

    async def opened(self, ticket: str) -> Opened | None:
        try:
            async with self._calling():
                memo = await (await self._handle(ticket).describe()).memo()
        except NoRun:
            return None
        return Opened(memo["organisation"], memo["digest"], datetime.fromisoformat(memo["opened_at"]))

    async def checks(self, now: datetime) -> dict[str, Check]:
        try:
            async with self._calling():
                queue = await self._client.workflow_service.describe_task_queue(
                    DescribeTaskQueueRequest(
                        namespace=self._client.namespace,
                        task_queue=TaskQueue(name=self._queue),
                        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
                    )
                )
        except (EngineAway, EngineBusy, NoRun, RPCError) as error:
            away = Check(False, f"Temporal did not answer: {error}")
            return {"engine": away, "worker": Check(False, "unknown while the engine is away")}
        return {"engine": Check(True, f"namespace {self._client.namespace}"), "worker": self._worker(queue, now)}

    def _worker(self, queue: DescribeTaskQueueResponse, now: datetime) -> Check:
        polled = [poller.last_access_time.ToDatetime(UTC) for poller in queue.pollers]
        polling = sum(1 for at in polled if now - at < _POLLED_WITHIN)
        if polling:
            return Check(True, f"{polling} polling the queue {self._queue}")
        last = f"; the last one was seen {max(polled):%Y-%m-%d %H:%M:%S} UTC" if polled else ""
        return Check(False, f"no worker polls the queue {self._queue}{last}: start one")

    def _handle(self, ticket: str) -> WorkflowHandle[object, object]:
        return self._client.get_workflow_handle(workflow_id(ticket))

    @asynccontextmanager
    async def _calling(self, step: str | None = None) -> AsyncIterator[None]:
        """The time limit of one call, and Temporal's errors in our words; a command's `step` is counted."""
        with counted(step, unanswered=(EngineAway, EngineBusy)):
            try:
                async with asyncio.timeout(self._seconds):
                    yield
            except (TimeoutError, RPCTimeoutOrCancelledError):
                raise EngineAway(f"waited {self._seconds:g} s; no worker, or a very busy one") from None
            except NoTurn as full:
                raise EngineBusy(str(full)) from None
            except WorkflowQueryFailedError as error:
                raise EngineAway(error.message) from error
            except WorkflowUpdateFailedError as error:
                raise _refusal(error) from None
            except RPCError as error:
                raise _failure(error) from error


def _summary(state: Ticket) -> str:
    return f"{state.id} · {state.terms.agreement} {state.terms.revision}"


def _refusal(error: WorkflowUpdateFailedError) -> Exception:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type and _CODE.fullmatch(cause.type):
        return DomainError(cause.type, cause.message)
    if isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow":
        return EngineAway("the ticket's run ended meanwhile")  # sent again, it meets the next run or none
    return error


def _failure(error: RPCError) -> Exception:
    if names_no_run(error):
        return NoRun(error.message)
    if error.status == RPCStatusCode.RESOURCE_EXHAUSTED:
        return EngineBusy(error.message)
    if error.status in (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNIMPLEMENTED):
        return error  # a fault of ours, which waiting does not mend
    return EngineAway(error.message)
