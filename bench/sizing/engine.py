"""Billable actions and history bytes of real lives in the engine, counted from their histories.

What counts as an action is Temporal Cloud's list (docs.temporal.io/cloud/actions): a start (each further run too), a
timer, an update, a signal, an activity, the local activities of one task together, an upsert of search attributes.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from bench.sizing import lives
from cli.replay_drive import Drive
from cli.virtual_time import virtual_time
from domain.record import Recording
from foresight.recorded import RecordedTicket
from store.database import Database
from workflows.protocol import workflow_id

ONE_EACH = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "starts",
    EventType.EVENT_TYPE_TIMER_STARTED: "timers",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "updates",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signals",
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: "activities",
}


class Cost(NamedTuple):
    """Means over the lives of an agreement. `upserts` and `deliveries` are those that the lives call for."""

    agreement: str
    lives: int
    commands: float
    events: float
    """In the engine's history, over all runs."""
    actions: dict[str, float]
    deliveries: float
    """Recordings with messages: each costs at most a signal and an activity of the delivery workflow."""
    open_bytes: float
    """Of the running run's history, averaged over the time in which the ticket is open."""
    closed_bytes: float
    """Of all its runs, until their retention is over."""
    open_days: float

    @property
    def total(self) -> float:
        """Actions of a life, with the delivery's part at its most."""
        return sum(self.actions.values()) + 2 * self.deliveries


def count(agreement: str, tickets: int, folder: Path) -> Cost:
    """Lets the first tickets of the log live on the time-skipping server, and counts."""
    return asyncio.run(_count(agreement, lives.recorded(agreement)[:tickets], folder))


async def _count(agreement: str, tickets: list[RecordedTicket], folder: Path) -> Cost:
    database = Database(f"sqlite:///{folder / f'{agreement}.db'}")
    database.upgrade()
    with_messages: dict[str, int] = {}
    follow: list[Drive] = []

    def on_recorded(recording: Recording) -> None:
        for drive in follow:
            drive.follow(recording)
        name = recording.summary.id
        with_messages[name] = with_messages.get(name, 0) + bool(recording.messages)

    async with virtual_time(database, on_recorded) as env:
        drive = Drive(env, database, tickets, lambda progress: None)
        follow.append(drive)
        await drive.run()
        chains = [await _chain(env, workflow_id(ticket.id)) for ticket in tickets]
    database.close()
    actions: dict[str, float] = {}
    for chain in chains:
        for kind, number in _actions(chain).items():
            actions[kind] = actions.get(kind, 0) + number / len(chains)
    actions["upserts"] = fmean(lives.upserts(ticket) for ticket in tickets)
    sizes = [_bytes(chain) for chain in chains]
    return Cost(
        agreement,
        len(tickets),
        actions["updates"],
        fmean(sum(len(run.events) for run in chain) for chain in chains),
        actions,
        fmean(with_messages.get(ticket.id, 0) for ticket in tickets),
        sum(held for held, _, _ in sizes) / sum(days for _, _, days in sizes),
        fmean(whole for _, whole, _ in sizes),
        fmean(days for _, _, days in sizes),
    )


async def _chain(env: WorkflowEnvironment, name: str) -> list[WorkflowHistory]:
    """The histories of a ticket's runs, newest first."""
    runs: list[WorkflowHistory] = []
    run: str | None = None
    while True:
        runs.append(await env.client.get_workflow_handle(name, run_id=run).fetch_history())
        run = runs[-1].events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run:
            return runs


def _actions(chain: list[WorkflowHistory]) -> dict[str, int]:
    found: dict[str, int] = {}
    for run in chain:
        local = set()
        for event in run.events:
            if event.event_type in ONE_EACH:
                name = ONE_EACH[event.event_type]
                found[name] = found.get(name, 0) + 1
            elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
                local.add(event.marker_recorded_event_attributes.workflow_task_completed_event_id)
        found["local activities"] = found.get("local activities", 0) + len(local)
    return found


def _bytes(chain: list[WorkflowHistory]) -> tuple[float, int, float]:
    """Byte-days while it was open, bytes in the end, days."""
    held, whole, days = 0.0, 0, 0.0
    for run in chain:
        size = 0
        for event, after in pairwise(run.events):
            size += event.ByteSize()
            lasted = (after.event_time.ToDatetime() - event.event_time.ToDatetime()) / timedelta(days=1)
            held += size * lasted
            days += lasted
        whole += size + run.events[-1].ByteSize()
    return held, whole, days
