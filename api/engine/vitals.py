"""The part of the engine that tells operations how it is: version, queues, and the workflows that fail and why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType, TaskQueueType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import WorkflowTaskFailedEventAttributes
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from api.engine.calling import Calls
from api.engine.sealed import keys_used, words_of
from workflows.protocol import DELIVERY, delivery_queue
from workflows.visibility import SEARCH_ATTRIBUTES

PERSISTENT = 3
"""Attempts from which on a failure does not pass by itself."""
KINDS = ("workflow", "activity")
_PROBLEMS = "TemporalReportedProblems"
_MOST_READ = 50
_PREFIX = "ticket-"


@dataclass(frozen=True)
class Poller:
    """A worker that asks for work, by its own name (`pid@host`)."""

    identity: str
    seen_at: datetime
    build: str


@dataclass(frozen=True)
class Queue:
    """`kind`: workflow or activity. `backlog`: tasks that wait for a worker, `age` how long the oldest has.

    `name` is the task queue's; `delivers`: it is the one that carries messages (decision 31).
    """

    name: str
    kind: str
    delivers: bool
    pollers: tuple[Poller, ...]
    backlog: int
    age: timedelta

    @property
    def label(self) -> str:
        """Of a closed list, for metrics: workflow, activity, delivery-workflow, delivery-activity."""
        return f"delivery-{self.kind}" if self.delivers else self.kind


@dataclass(frozen=True)
class Vitals:
    """`retention`: how long a finished ticket's history is kept. `missing`: search attributes that are not there.

    `sealed`: open runs by the key that seals their memo, of a sample.
    """

    version: str
    namespace: str
    retention: timedelta
    missing: tuple[str, ...]
    queues: tuple[Queue, ...]
    sealed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Failing:
    """A workflow that tries the same again and again. `ticket` is None for one that keeps no ticket.

    `what`: `workflow task`, or the activity's name. `cause` and `message` are the engine's, of the newest failure.
    """

    workflow: str
    ticket: str | None
    what: str
    attempt: int
    cause: str
    message: str


class VitalSigns(Calls):
    """Mixed into the engine."""

    async def vitals(self) -> Vitals:
        client, service = self._client, self._client.workflow_service
        async with self._calling():
            system = await service.get_system_info(GetSystemInfoRequest())
            namespace = await service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
            return Vitals(
                version=system.server_version,
                namespace=client.namespace,
                retention=namespace.config.workflow_execution_retention_ttl.ToTimedelta(),
                missing=await self._missing(),
                queues=tuple(
                    [await self._looked_at(kind, delivers) for delivers in (False, True) for kind in KINDS],
                ),
                sealed=await keys_used(client, self._queue),
            )

    async def failing(self, late: Iterable[str], limit: int, newest: int = 0) -> list[Failing]:
        looked_at = {f"{_PREFIX}{ticket}" for ticket in late} | {DELIVERY}
        async with self._calling():
            looked_at |= {found async for found in self._reported(limit)}
            if newest:
                query = f"TaskQueue = '{self._queue}' AND ExecutionStatus = 'Running'"
                looked_at |= {one.id async for one in self._client.list_workflows(query, limit=newest)}
        found = []
        for workflow in sorted(looked_at)[: limit + 1]:
            async with self._calling():
                one = await self._failing(workflow)
            if one is not None:
                found.append(one)
        return found

    async def _missing(self) -> tuple[str, ...]:
        request = ListSearchAttributesRequest(namespace=self._client.namespace)
        try:
            there = (await self._client.operator_service.list_search_attributes(request)).custom_attributes
        except RPCError as error:
            if error.status != RPCStatusCode.UNIMPLEMENTED:
                raise
            return ()  # the test server can add, but not list
        return tuple(sorted(set(SEARCH_ATTRIBUTES) - set(there)))

    async def _looked_at(self, kind: str, delivers: bool) -> Queue:
        name = delivery_queue(self._queue) if delivers else self._queue
        answer = await self._client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=self._client.namespace,
                task_queue=TaskQueue(name=name),
                task_queue_type=TaskQueueType.Value(f"TASK_QUEUE_TYPE_{kind.upper()}"),
                report_stats=True,
            )
        )
        return Queue(
            name=name,
            kind=kind,
            delivers=delivers,
            pollers=tuple(_poller(one) for one in answer.pollers),
            backlog=answer.stats.approximate_backlog_count,
            age=answer.stats.approximate_backlog_age.ToTimedelta(),
        )

    async def _reported(self, limit: int) -> AsyncIterator[str]:
        """Workflows that the engine itself has marked: two workflow tasks in a row that failed or timed out."""
        query = f"TaskQueue = '{self._queue}' AND ExecutionStatus = 'Running' AND {_PROBLEMS} IS NOT NULL"
        try:
            async for one in self._client.list_workflows(query, limit=limit):
                yield one.id
        except RPCError as error:
            if error.status not in (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNIMPLEMENTED):
                raise
            return  # a server that does not mark them: the late ones are looked at one by one

    async def _failing(self, workflow: str) -> Failing | None:
        try:
            described = await self._client.get_workflow_handle(workflow).describe()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return None
            raise
        ticket = workflow.removeprefix(_PREFIX) if workflow.startswith(_PREFIX) else None
        raw = described.raw_description
        for activity in raw.pending_activities:
            if activity.attempt > PERSISTENT:
                cause, message = await self._said(activity.last_failure)
                return Failing(workflow, ticket, activity.activity_type.name, activity.attempt, cause, message)
        attempt = raw.pending_workflow_task.attempt
        if attempt <= PERSISTENT:
            return None
        failed = await self._newest_failure(described)
        if failed is None:
            return Failing(workflow, ticket, "workflow task", attempt, "timeout", "no worker has answered it in time")
        cause = WorkflowTaskFailedCause.Name(failed.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_").lower()
        message = await words_of(self._client, failed.failure)
        return Failing(workflow, ticket, "workflow task", attempt, cause, message)

    async def _newest_failure(
        self, described: WorkflowExecutionDescription
    ) -> WorkflowTaskFailedEventAttributes | None:
        """Only the first attempt's failure is written to the history; the later ones are of the same task."""
        answer = await self._client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=self._client.namespace,
                execution=described.raw_description.workflow_execution_info.execution,
                maximum_page_size=_MOST_READ,
            )
        )
        for event in answer.history.events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                return event.workflow_task_failed_event_attributes
        return None

    async def _said(self, failure: Failure) -> tuple[str, str]:
        """The innermost cause of a failure: what really went wrong."""
        while failure.HasField("cause"):
            failure = failure.cause
        cause = failure.application_failure_info.type or failure.WhichOneof("failure_info") or "unknown"
        return cause, await words_of(self._client, failure)


def _poller(one: PollerInfo) -> Poller:
    build = one.deployment_options.build_id or one.worker_version_capabilities.build_id
    return Poller(one.identity, one.last_access_time.ToDatetime(UTC), build)
