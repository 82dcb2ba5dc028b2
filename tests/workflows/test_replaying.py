"""Frozen histories of every released workflow replay, and lead to the very state that was frozen with them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from domain.elapse import next_due
from domain.ticket import Ticket
from tests import histories
from workflows.protocol import Start
from workflows.ticket import TicketWorkflow

FROZEN = sorted(Path(histories.__file__).parent.glob("*.json"))


@workflow.defn(name="Ticket")
class Watched(TicketWorkflow):
    """The workflow itself, with its instances kept so that a test can look at their state after a replay."""

    kept: list[TicketWorkflow] = []  # shared on purpose: the replayer makes the instances

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)
        Watched.kept.append(self)

    @workflow.run
    async def run(self, start: Start) -> str:
        return await super().run(start)


@pytest.fixture(params=FROZEN, ids=[path.stem for path in FROZEN])
def frozen(request: pytest.FixtureRequest) -> dict[str, Any]:
    Watched.kept.clear()
    history: dict[str, Any] = json.loads(request.param.read_text())
    return history


def test_there_are_frozen_histories() -> None:
    assert len(FROZEN) >= 4


async def test_a_frozen_history_replays_to_the_frozen_state(frozen: dict[str, Any]) -> None:
    replayer = Replayer(
        workflows=[Watched],
        data_converter=pydantic_data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    runs = [WorkflowHistory.from_json("ticket-T1", run) for run in frozen["runs"]]
    for run in runs:
        await replayer.replay_workflow(run)
    assert len(runs) > 1  # continue-as-new is part of what is frozen
    assert Watched.kept[-1].state() == Ticket.model_validate(frozen["state"])


async def test_each_timer_that_was_armed_is_for_the_due_instant_that_the_state_tells(frozen: dict[str, Any]) -> None:
    """Replay compares that a timer exists, not how long it is: a rule that moved a due instant would pass unseen."""
    last = WorkflowHistory.from_json("ticket-T1", frozen["runs"][-1])
    timers = [event for event in last.events if event.HasField("timer_started_event_attributes")]
    armed = timers[-1]
    length = armed.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
    due = next_due(Ticket.model_validate(frozen["state"]))
    assert due is not None
    assert abs(armed.event_time.ToDatetime(tzinfo=due.tzinfo) + length - due) < timedelta(seconds=1)


async def test_a_task_that_tells_a_time_before_the_timer_that_fired_is_not_answered(frozen: dict[str, Any]) -> None:
    """A worker that had been stopped was seen to be told the time of the task before."""
    run = WorkflowHistory.from_json("ticket-T1", frozen["runs"][-1])
    events = list(run.events)
    fired = next((at for at, event in enumerate(events) if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED), None)
    if fired is None:
        run = WorkflowHistory.from_json("ticket-T1", frozen["runs"][0])
        events = list(run.events)
        fired = next(at for at, event in enumerate(events) if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED)
    started = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
    before = [event for event in events[:fired] if event.event_type == started][-1]
    after = next(event for event in events[fired:] if event.event_type == started)
    after.event_time.CopyFrom(before.event_time)
    replayer = Replayer(
        workflows=[Watched], data_converter=pydantic_data_converter, workflow_runner=UnsandboxedWorkflowRunner()
    )
    with pytest.raises(RuntimeError, match="fired, and the task says it is"):
        await replayer.replay_workflow(WorkflowHistory("ticket-T1", events))
