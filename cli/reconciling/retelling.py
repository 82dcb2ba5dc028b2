"""A run's history is told again by the workflow itself: what it handed to the record, without a worker or a server.

The engine keeps commands and timers, not events; the rules make the same events of them at every replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.names import RECORD, RECORD_DEFECT
from domain.defects import Announcement, Defect
from domain.record import Recording
from runtime.codec import PayloadSealed
from workflows.defect import DefectWorkflow
from workflows.protocol import DefectStart, Start
from workflows.ticket import TicketWorkflow

_DECIDED = frozenset(
    EventType.Value(f"EVENT_TYPE_{name}")
    for name in (
        "WORKFLOW_TASK_COMPLETED", "MARKER_RECORDED", "TIMER_STARTED", "TIMER_CANCELED", "ACTIVITY_TASK_SCHEDULED",
        "ACTIVITY_TASK_CANCEL_REQUESTED", "WORKFLOW_EXECUTION_UPDATE_ACCEPTED", "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "WORKFLOW_PROPERTIES_MODIFIED", "WORKFLOW_EXECUTION_COMPLETED",
        "WORKFLOW_EXECUTION_FAILED", "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
    )
)  # fmt: skip
"""What a worker's answer leaves in the history. Behind the last of it stands what no worker has answered yet."""


class HistoryUntold(Exception):
    """The history does not replay with this version of the workflow, or its start cannot be read by it."""


Input = TypeVar("Input", Start, DefectStart)


@dataclass(frozen=True)
class Told(Generic[Input]):
    """One run: its input, the run before it (None: it was the first), and what it handed to activities, in order."""

    start: Input
    before: str | None
    calls: tuple[tuple[str, Sequence[Any]], ...]

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """Of a ticket: its steps."""
        return tuple(args[0] for name, args in self.calls if name == RECORD)

    @property
    def announcements(self) -> tuple[tuple[Defect, Announcement | None], ...]:
        """Of a defect: as it stood after each step, and what was announced by it."""
        return tuple((args[0], args[1]) for name, args in self.calls if name == RECORD_DEFECT)


class Reteller:
    """Replays histories, one at a time each; `converter` must be the client's, or payloads cannot be read."""

    def __init__(self, converter: DataConverter) -> None:
        self._converter = converter
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="retell")

    async def tell(self, history: WorkflowHistory, kind: type[Input]) -> Told[Input]:
        """What the run recorded, as far as its steps are durable. HistoryUntold where it cannot be replayed."""
        events = list(history.events)
        first = events[0].workflow_execution_started_event_attributes
        start = await self._start(first.input.payloads, kind)
        heard = _Heard()
        durable = _durable(events)
        if durable:
            replayer = Replayer(
                workflows=[TicketWorkflow, DefectWorkflow],
                data_converter=self._converter,
                interceptors=[_Listening(heard)],
                workflow_runner=UnsandboxedWorkflowRunner(),
                workflow_task_executor=self._threads,
                debug_mode=True,  # a slow machine is no fault of the history
            )
            replayed = await replayer.replay_workflow(
                WorkflowHistory(history.workflow_id, durable), raise_on_replay_failure=False
            )
            if replayed.replay_failure is not None:
                raise HistoryUntold(str(replayed.replay_failure))
        return Told(start, first.continued_execution_run_id or None, tuple(heard.calls))

    async def _start(self, payloads: Sequence[Payload], kind: type[Input]) -> Input:
        try:
            [start] = await self._converter.decode(payloads, [kind])
            if not isinstance(start, kind):
                raise TypeError(f"{kind.__name__} was expected, not {type(start).__name__}")
        except PayloadSealed:
            raise
        except (
            ValueError,
            TypeError,
            KeyError,
            RuntimeError,
        ) as error:  # whatever a converter makes of what it cannot read
            why = str(error.__cause__ or error).splitlines()[0][:200]
            raise HistoryUntold(f"its start is of another version ({why})") from error
        return start


def _durable(events: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    last = max((at for at, event in enumerate(events) if event.event_type in _DECIDED), default=-1)
    return list(events[: last + 1])


@dataclass
class _Heard:
    calls: list[tuple[str, Sequence[Any]]] = field(default_factory=list)

    def hear(self, activity: str, args: Sequence[Any]) -> None:
        # What a local activity could not write is handed over again, to a regular one.
        if (activity, args) not in self.calls[-1:]:
            self.calls.append((activity, args))


class _Listening(Interceptor):
    def __init__(self, heard: _Heard) -> None:
        self._heard = heard

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        heard = self._heard

        class Outbound(WorkflowOutboundInterceptor):
            def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
                heard.hear(input.activity, input.args)
                return super().start_local_activity(input)

            def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
                heard.hear(input.activity, input.args)
                return super().start_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound
