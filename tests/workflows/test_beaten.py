"""A workflow task that had to beat, and whose worker was then lost: what its successor does must replay."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import WithStartWorkflowOperation, WorkflowHistory
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from domain import commands as cmd
from runtime.temporal import register_search_attributes
from tests import factories
from tests.factories import ANNA, BOB
from tests.workflows.engine import QUEUE, Ledger
from tests.workflows.rnd import real
from workflows import sandbox, visibility
from workflows.protocol import COMMAND, Receipt, Start, workflow_id
from workflows.ticket import TicketWorkflow

BEAT = 6
"""Events of a task that beats and of the next one, which times out with its worker."""


async def lived(run_first: bool) -> dict[str, Any]:
    """The history of a ticket whose first command comes with its start, while the database is away for a moment."""
    ledger = Ledger()
    ledger.away = 3
    opening = factories.opening()
    start = Start(
        by=ANNA, command="open", opening=opening, opened_at=datetime.now(UTC), run_first=run_first, shows_due=False
    )
    command = cmd.Command(id="first", by=BOB, step=cmd.Note(text="Seen it."))
    async with await real() as environment:
        client = environment.client
        await register_search_attributes(client, visibility.SEARCH_ATTRIBUTES)
        beginning = WithStartWorkflowOperation(
            "Ticket",
            start,
            id=workflow_id(opening.ticket),
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        first = asyncio.create_task(
            client.execute_update_with_start_workflow(
                COMMAND, command, id="first", start_workflow_operation=beginning, result_type=Receipt
            )
        )
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[TicketWorkflow],
            activities=[ledger.record],
            workflow_runner=sandbox.runner(),
            debug_mode=True,
        ):
            await first
            history = await client.get_workflow_handle(workflow_id(opening.ticket)).fetch_history()
    assert ledger.types(opening.ticket)[-1] == "note_added"
    told: dict[str, Any] = json.loads(history.to_json())
    return told


def beaten(history: dict[str, Any]) -> dict[str, Any]:
    """The same life, but that a first worker's task beat, and that the worker was lost with the next one."""
    started, scheduled, begun, completed, *rest = history["events"]
    kinds = [event["eventType"] for event in (scheduled, begun, completed)]
    assert kinds == [f"EVENT_TYPE_WORKFLOW_TASK_{what}" for what in ("SCHEDULED", "STARTED", "COMPLETED")]
    lost = {
        "eventType": "EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT",
        "workflowTaskTimedOutEventAttributes": {
            "scheduledEventId": "2", "startedEventId": "3", "timeoutType": "TIMEOUT_TYPE_START_TO_CLOSE"
        },
    }  # fmt: skip
    lost |= {name: completed[name] for name in ("eventTime", "taskId")}
    second = [_moved(event, 3) for event in (scheduled, begun, lost)]
    after = [_moved(event, BEAT) for event in (scheduled, begun, completed, *rest)]
    events = [started, scheduled, begun, completed, *second, *after]
    return {"events": [{**event, "eventId": str(number)} for number, event in enumerate(events, 1)]}


def _moved(value: Any, by: int) -> Any:
    """With every event's number that is told in it."""
    if isinstance(value, list):
        return [_moved(each, by) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: str(int(each) + by) if name.endswith("EventId") and str(each) > "1" else _moved(each, by)
        for name, each in value.items()
    }


async def failure(history: dict[str, Any]) -> str:
    """What the replay says of it; empty where it agrees."""
    replayer = Replayer(
        workflows=[TicketWorkflow],
        data_converter=pydantic_data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    told = WorkflowHistory.from_json("ticket-T1", json.dumps(history))
    replayed = await replayer.replay_workflow(told, raise_on_replay_failure=False)
    return str(replayed.replay_failure or "")


@pytest.mark.parametrize("run_first", [True, False])
async def test_a_command_that_came_with_the_start_replays_where_a_task_had_beaten_before(run_first: bool) -> None:
    """Seed 105 of the chaos run: the ticket stood still for good. Runs of before keep their order, and their fault."""
    history = await lived(run_first)
    assert await failure(history) == ""
    assert ("TMPRL1100" in await failure(beaten(history))) is not run_first
