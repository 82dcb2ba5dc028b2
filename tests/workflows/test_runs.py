"""What the driver adds to the rules: nothing lost between runs, nothing applied twice, nothing spent in vain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.names import RECORD_BEAT, RECORD_SILENT
from domain import commands as cmd
from domain.evolve import rebuild
from domain.words import Means
from tests import factories
from tests.factories import ANNA, BOB, HOUR
from tests.workflows.engine import Engine, engine
from workflows import booking
from workflows.ticket import LOCAL


@pytest.fixture
async def running() -> AsyncIterator[Engine]:
    async with engine() as started:
        yield started


def count(runs: list[list[EventType.ValueType]], kind: EventType.ValueType) -> int:
    return sum(run.count(kind) for run in runs)


async def test_a_refused_command_leaves_no_event_and_changes_nothing(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA)
    await ticket.do(BOB, cmd.Acknowledge(means=Means.call, text="We are looking into it."))
    before, state = await ticket.histories(), await ticket.state()
    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await ticket.do(BOB, cmd.Acknowledge(means=Means.call, text="Hello again."))
    assert isinstance(refusal.value.cause, ApplicationError)
    assert refusal.value.cause.type == "already_acknowledged"
    assert "status update" in refusal.value.cause.message
    assert await ticket.state() == state
    # The time-skipping server keeps the workflow task that refused; the real one drops that too (tests/e2e).
    accepted = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
    assert count(await ticket.histories(), accepted) == count(before, accepted)


async def test_a_storm_across_many_runs_loses_no_command_and_applies_none_twice(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA, history_limit=40)
    texts = [f"comment {number}" for number in range(60)]

    async def send(text: str) -> None:
        key = text.replace(" ", "-")
        await ticket.do(BOB, cmd.Note(text=text), key=key)

    for batch in range(0, len(texts), 6):
        await asyncio.gather(*(send(text) for text in texts[batch : batch + 6]))
    events = running.ledger.of(ticket.id)
    notes = [event.fact.text for event in events if event.fact.type == "note_added"]
    assert sorted(notes) == sorted(texts)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert len(await ticket.histories()) > 2
    assert rebuild(events) == await ticket.state()


async def test_a_command_sent_again_in_a_later_run_is_answered_as_before_and_not_applied(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA, history_limit=25)
    first = await ticket.do(BOB, cmd.Note(text="once"), key="the-same")
    for number in range(8):
        await ticket.do(BOB, cmd.Note(text=f"filling {number}"))
    assert len(await ticket.histories()) > 1
    again = await ticket.do(BOB, cmd.Note(text="once"), key="the-same")
    assert again == first
    assert running.ledger.types(ticket.id).count("note_added") == 9


async def test_a_database_that_is_away_delays_a_command_and_costs_no_polling(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA)
    await ticket.do(BOB, cmd.Note(text="before"))
    before = len((await ticket.histories())[0])
    running.ledger.away = 6
    await ticket.do(BOB, cmd.Note(text="while away"))
    assert running.ledger.types(ticket.id).count("note_added") == 2
    after = len((await ticket.histories())[0])
    # An update (5), the quick tries (1 marker), and one patient activity (3 and its workflow task, 3).
    assert after - before <= 13


async def test_a_database_that_hangs_is_left_to_the_engines_queue_before_the_workflow_task_has_to_beat(
    running: Engine,
) -> None:
    ticket = await running.open(factories.opening(), ANNA)
    await ticket.do(BOB, cmd.Note(text="before"))
    running.ledger.hanging = True
    await ticket.do(BOB, cmd.Note(text="while it hangs"))
    assert running.ledger.hung == 1
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED in (await ticket.histories())[0]
    # Hours and their recording, one after the other in one workflow task, which beats after eight seconds.
    assert timedelta(seconds=8) > LOCAL + booking.LOCAL


async def test_a_worker_that_dies_while_it_records_patiently_is_missed_in_seconds(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA)
    running.ledger.away = 6
    await ticket.do(BOB, cmd.Note(text="while away"))
    events = (await ticket.run_histories())[0].events
    patient = [event for event in events if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED]
    silent = [one.activity_task_scheduled_event_attributes.heartbeat_timeout.ToTimedelta() for one in patient]
    assert silent == [timedelta(seconds=RECORD_SILENT)]
    assert RECORD_BEAT * 3 < RECORD_SILENT  # a beat or two can be late on a busy machine


async def test_waiting_two_days_for_the_client_costs_no_event_but_what_falls_due(running: Engine) -> None:
    opening = factories.opening(severity="low")
    ticket = await running.open(opening, ANNA)
    await ticket.do(BOB, cmd.Ask(question="Which printer?"))
    before = (await ticket.histories())[0]
    await running.until(await running.now() + timedelta(days=2))
    fired = (await ticket.histories())[0][len(before) :]
    timers = fired.count(EventType.EVENT_TYPE_TIMER_FIRED)
    assert timers <= 3  # one or two daily updates, wherever the weekend falls
    # Fired, three of the workflow task, one record, the search attribute with the next due instant, the next timer.
    assert len(fired) <= 7 * timers
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in fired


async def test_a_change_that_moves_no_due_instant_arms_no_timer(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA)
    await ticket.do(BOB, cmd.Note(text="first"))
    before = count(await ticket.histories(), EventType.EVENT_TYPE_TIMER_STARTED)
    for number in range(5):
        await ticket.do(BOB, cmd.Note(text=f"note {number}"))
    assert count(await ticket.histories(), EventType.EVENT_TYPE_TIMER_STARTED) == before


async def test_the_run_ends_when_the_window_is_over_and_not_before(running: Engine) -> None:
    ticket = await running.open(factories.opening(), ANNA)
    await ticket.do(ANNA, cmd.Withdraw(reason="It prints again."))
    await running.until(await running.now() + timedelta(days=29))
    await ticket.do(ANNA, cmd.Reopen(reason="It does not."))
    await ticket.do(ANNA, cmd.Withdraw(reason="Now it does."))
    closed = await running.now()
    assert (await ticket.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await running.until(closed + timedelta(days=31))
    assert (await ticket.handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    archived = running.ledger.of(ticket.id)[-1]
    assert archived.fact.type == "ticket_archived"
    assert abs(archived.at - (closed + timedelta(days=30))) <= HOUR  # the same local time; one clock change at most
