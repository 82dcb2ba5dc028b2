"""R&D in tests: rows of tickets that wait, tickets as the teller sees them, and a running engine over one database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import names
from activities.defects import DefectCommands, DefectKeeper
from activities.recording import Recorder
from activities.telling_tickets import TicketTeller
from activities.ticket_commands import Gone, TicketCommands
from activities.waking import WakeDefects
from domain import commands as cmd
from domain.commands import Actor, Command
from domain.defects import AnswerDefect, Defect, DefectCommand, OpenDefect, announce, follow
from domain.events import DefectNews
from domain.record import summarise
from domain.words import Role
from runtime.temporal import register_search_attributes
from store import defects
from store.database import Database
from store.tables import tickets
from tests import factories
from tests.factories import ANNA, BOB, MONDAY, Life
from tests.workflows.engine import QUEUE, SCRIPTS, Driver, Engine, Ledger
from workflows import sandbox, visibility
from workflows.defect import HISTORY_LIMIT, DefectWorkflow
from workflows.protocol import DefectReceipt
from workflows.release import ReleaseWorkflow
from workflows.ticket import TicketWorkflow

DORA = Actor(role=Role.rnd, id="dora")
OPENED = OpenDefect(title="Loses its connection", description="After 49 days.")
Send = Callable[[str, Command], Awaitable[None]]


def waiting(db: Database, number: int, **changes: Any) -> None:
    """So many tickets that wait for D-1, as rows of the store."""
    life = Life("T00000").do(BOB, cmd.AwaitDefect(defect="D-1", reason="A bug."))
    summary = summarise(life.ticket)
    row = {name: getattr(summary, name) for name in type(summary).model_fields if name in tickets.c}
    row |= {"status": "open", "fence": 1, "updated_at": MONDAY, "recorded_at": MONDAY, **changes}
    with db.begin() as connection:
        connection.execute(insert(tickets), [{**row, "id": f"T{each:05}"} for each in range(number)])


def announced(db: Database, *texts: str) -> Defect:
    """D-1 with its news, recorded."""
    state = Defect(id="D-1", title="x", description="y", opened_at=MONDAY, opened_by=DORA)
    defects.record(db, state, None)
    for place, text in enumerate(texts):
        command = DefectCommand(id=f"news-{place}", by=DORA, step=AnswerDefect(text=text))
        news = announce(state, command, MONDAY + timedelta(hours=1))
        state = follow(state, news)
        defects.record(db, state, news)
    return state


class Killed(BaseException):
    """The worker's end, in the middle of the work."""


class Boundary:
    """Tickets as the teller sees them: each keeps what it heard, in its row as a recording would."""

    def __init__(self, db: Database) -> None:
        # Not the store's own way: that would wait for the disk five thousand times.
        self.rows = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
        self.rows.execute("PRAGMA synchronous=OFF")
        self.heard: dict[str, list[str]] = {}
        self.dies_after: int | None = None
        self.gone: set[str] = set()
        self.slow: set[str] = set()
        self.most_at_once = self.now_at_once = 0

    async def __call__(self, ticket: str, command: Command) -> None:
        self.now_at_once += 1
        self.most_at_once = max(self.most_at_once, self.now_at_once)
        try:
            await asyncio.sleep(0)
            await self._take(ticket, command)
        finally:
            self.now_at_once -= 1

    async def _take(self, ticket: str, command: Command) -> None:
        if ticket in self.gone:
            raise Gone(ticket)
        if ticket in self.slow:
            raise ConnectionError("the engine is away")
        if self.dies_after is not None:
            if self.dies_after == 0:
                raise Killed
            self.dies_after -= 1
        step = command.step
        assert isinstance(step, cmd.HearDefect)
        self.heard.setdefault(ticket, []).append(command.id)
        self.rows.execute("UPDATE tickets SET defect_heard = ? WHERE id = ?", (step.announcement, ticket))


PATIENCE = 500
"""Seconds for what takes five on a machine of one's own."""
AT_ONCE = 10
"""Updates that a server lets be on their way to one workflow."""
PER_COMMAND = 11
"""Events of a command at most: taken and answered (2), its recording (3), a workflow task for either (6)."""
MOST = HISTORY_LIMIT + AT_ONCE * PER_COMMAND + 6
"""What a run can grow to: past its limit it takes nothing, finishes what is in its hand, and one telling (6) ends."""


class Running:
    """A server with a worker that keeps tickets and defects over one database."""

    def __init__(self, client: Client, engine: Engine, database: Database) -> None:
        self.client, self.engine, self.database = client, engine, database

    async def command(self, defect: str, step: Any, key: str) -> DefectReceipt:
        """One command to a defect, as the API sends it."""
        await DefectCommands(self.client, QUEUE)(defect, DefectCommand(id=key, by=DORA, step=step))
        receipt: DefectReceipt = DefectReceipt(defect=defect, status="", announcement=0)
        return receipt

    async def settled(self, defect: str) -> None:
        """Returns when nobody has anything left to hear."""
        async with asyncio.timeout(PATIENCE):
            while defects.waiting(self.database, defect, defects.news(self.database, defect)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def wait_for(self, number: int, defect: str = "D-1", *, first: int = 0) -> list[Driver]:
        """So many tickets that begin to wait."""
        drivers = []
        for each in range(first, first + number):
            ticket = await self.engine.open(factories.opening(f"T{each}"), ANNA)
            await ticket.do(BOB, cmd.AwaitDefect(defect=defect, reason="A bug."))
            drivers.append(ticket)
        return drivers

    async def told(self, driver: Driver) -> list[str]:
        """What a ticket heard, in order."""
        history = await asyncio.to_thread(_history, self.database, driver.id)
        return [event.fact.text for event in history if isinstance(event.fact, DefectNews)]

    async def history_length(self, defect: str) -> int:
        """Events of the defect's newest run."""
        handle = self.client.get_workflow_handle(names.defect_workflow(defect))
        return (await handle.describe()).history_length

    async def history_lengths(self, defect: str) -> list[int]:
        """Events of each of the defect's runs, newest first."""
        lengths: list[int] = []
        run_id: str | None = None
        while run_id is not None or not lengths:
            handle = self.client.get_workflow_handle(names.defect_workflow(defect), run_id=run_id)
            events = (await handle.fetch_history()).events
            lengths.append(len(events))
            run_id = events[0].workflow_execution_started_event_attributes.continued_execution_run_id or None
        return lengths

    async def storm(self, number: int) -> None:
        """R&D answers so often, as many at once as the engine lets through; all of it is recorded."""
        numbers = iter(range(number))

        async def writer() -> None:
            for each in numbers:
                await self.command("D-1", AnswerDefect(text=f"News {each}."), f"news-{each}")

        await asyncio.gather(*(writer() for _ in range(AT_ONCE)))


def _history(database: Database, ticket: str) -> list[Any]:
    from store.tickets import history

    return list(history(database, ticket))


def skipping() -> Awaitable[WorkflowEnvironment]:
    """Time passes by itself there."""
    return WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(SCRIPTS / "temporal-test-server"), data_converter=pydantic_data_converter
    )


def real() -> Awaitable[WorkflowEnvironment]:
    """The server of the embedded stack, in memory: what it refuses costs no event, as in production."""
    return WorkflowEnvironment.start_local(
        dev_server_existing_path=str(SCRIPTS / "temporal"), data_converter=pydantic_data_converter
    )


@asynccontextmanager
async def started(
    database: Database,
    server: Callable[[], Awaitable[WorkflowEnvironment]] = skipping,
    send: Send | None = None,
) -> AsyncIterator[Running]:
    async with await server() as environment:
        client = environment.client
        await register_search_attributes(client, visibility.SEARCH_ATTRIBUTES)

        async def nobody() -> None:
            """Nothing is delivered here."""

        recorder = Recorder(
            database=database,
            wake=nobody,
            on_recorded=lambda _: None,
            wake_defect=WakeDefects(client, QUEUE, database),
        )
        teller = TicketTeller(database=database, send=send or TicketCommands(client))
        keeper = DefectKeeper(database=database, send=DefectCommands(client, QUEUE))
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[TicketWorkflow, DefectWorkflow, ReleaseWorkflow],
            activities=[
                recorder.record, teller.tell, keeper.load, keeper.record, keeper.record_release, keeper.tell_defects,
            ],
            workflow_runner=sandbox.runner(),
            debug_mode=True,  # a busy machine takes a workflow's two seconds away: no sign of a fault
            max_heartbeat_throttle_interval=timedelta(milliseconds=200),
        ):  # fmt: skip
            yield Running(client, Engine(environment, Ledger()), database)
