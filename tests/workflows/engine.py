"""A real engine for tests: the time-skipping server, a worker as in production, and a ledger instead of a database."""

from __future__ import annotations

import asyncio
import sysconfig
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.names import RECORD
from domain.commands import Actor, Command, Open, Step
from domain.decide import open_ticket
from domain.events import Event
from domain.record import Recording, Unrecorded
from domain.ticket import Ticket
from runtime.temporal import register_search_attributes
from workflows import sandbox, visibility
from workflows.protocol import COMMAND, STATE, Receipt, Start, workflow_id
from workflows.ticket import TicketWorkflow

SCRIPTS = Path(sysconfig.get_path("scripts"))
QUEUE = "test"


class Ledger:
    """Keeps recordings as the store would; `away` recordings fail first, as with a database that is down."""

    def __init__(self) -> None:
        self.events: dict[str, dict[int, Event]] = {}
        self.recordings = 0
        self.away = 0
        self.hung = 0
        self.hanging = False
        """Whether an attempt in a hurry gets no answer; a patient one does."""

    @activity.defn(name=RECORD)
    async def record(self, recording: Recording) -> None:
        if self.hanging and activity.info().is_local:
            self.hung += 1
            await asyncio.Event().wait()
        if self.away > 0:
            self.away -= 1
            raise ConnectionError("the database is away")
        self.recordings += 1
        kept = self.events.setdefault(recording.summary.id, {})
        for number in [number for number in kept if number >= recording.first]:
            del kept[number]
        kept.update({event.sequence: event for event in recording.events})

    def of(self, ticket: str) -> list[Event]:
        """The recorded events of a ticket, in order."""
        return [event for _, event in sorted(self.events.get(ticket, {}).items())]

    def types(self, ticket: str) -> list[str]:
        """Their types."""
        return [event.fact.type for event in self.of(ticket)]


class Driver:
    """Drives one ticket's workflow as the API would."""

    def __init__(self, engine: Engine, opening: Open) -> None:
        self.engine = engine
        self.id = opening.ticket
        self.opening = opening
        self.sent = 0

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """Whichever run is the ticket's newest."""
        return self.engine.client.get_workflow_handle(workflow_id(self.id))

    async def do(self, by: Actor, step: Step, *, key: str | None = None) -> Receipt:
        """Sends one step and waits until it is applied and recorded."""
        self.sent += 1
        command = Command(id=key or f"step-{self.sent}", by=by, step=step)
        receipt: Receipt = await self.handle.execute_update(COMMAND, command, id=command.id, result_type=Receipt)
        return receipt

    async def state(self) -> Ticket:
        """The live state."""
        state: Ticket = await self.handle.query(STATE, result_type=Ticket)
        return state

    async def histories(self) -> list[list[EventType.ValueType]]:
        """Event types of every run, oldest first."""
        return [[event.event_type for event in run.events] for run in await self.run_histories()]

    async def run_histories(self) -> list[WorkflowHistory]:
        """The history of every run, oldest first."""
        runs: list[WorkflowHistory] = []
        run_id: str | None = None
        while True:
            handle = self.engine.client.get_workflow_handle(workflow_id(self.id), run_id=run_id)
            runs.insert(0, await handle.fetch_history())
            first = runs[0].events[0].workflow_execution_started_event_attributes
            run_id = first.continued_execution_run_id or None
            if run_id is None:
                return runs


class Engine:
    """The running server with its worker."""

    def __init__(self, environment: WorkflowEnvironment, ledger: Ledger) -> None:
        self.environment = environment
        self.ledger = ledger

    @property
    def client(self) -> Client:
        return self.environment.client

    async def now(self) -> datetime:
        """Virtual now."""
        return await self.environment.get_current_time()

    async def until(self, at: datetime) -> None:
        """Lets virtual time pass until `at`."""
        left = at - await self.now()
        if left > timedelta():
            await self.environment.sleep(left)

    async def open(self, opening: Open, by: Actor, **changes: Any) -> Driver:
        """Starts a ticket at virtual now."""
        now, key = await self.now(), f"open-{opening.ticket}"
        opened = Unrecorded().follow(None, open_ticket(opening, by, now, key))
        start = Start(by=by, command=key, opening=opening, opened_at=now, run_first=True, shows_due=False)
        await self.client.start_workflow(
            "Ticket",
            start.model_copy(update=changes),
            id=workflow_id(opening.ticket),
            task_queue=QUEUE,
            search_attributes=visibility.attributes(opened),
        )
        return Driver(self, opening)


@asynccontextmanager
async def engine(activities: Sequence[Any] = ()) -> AsyncIterator[Engine]:
    """A time-skipping server with a worker; `activities` replace the ledger's."""
    ledger = Ledger()
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(SCRIPTS / "temporal-test-server"), data_converter=pydantic_data_converter
    ) as environment:
        await register_search_attributes(environment.client, visibility.SEARCH_ATTRIBUTES)
        async with Worker(
            environment.client,
            task_queue=QUEUE,
            workflows=[TicketWorkflow],
            activities=list(activities) or [ledger.record],
            workflow_runner=sandbox.runner(),
            debug_mode=True,  # a busy machine takes a workflow's two seconds away: no sign of a fault
        ):
            yield Engine(environment, ledger)
