"""One defect, many tickets: all are told, none twice, whatever dies, and the defect's history stays short."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment
from temporalio.worker import Worker

from activities import names
from activities.defects import DefectCommands, DefectKeeper
from activities.recording import Recorder
from activities.telling_tickets import TicketTeller
from activities.ticket_commands import Gone, TicketCommands
from activities.waking import WakeDefects
from domain import commands as cmd
from domain.commands import Actor, Command
from domain.defects import AnswerDefect, Defect, DefectCommand, OpenDefect, RejectDefect, announce, follow
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
from workflows.defect import DefectWorkflow
from workflows.protocol import DefectReceipt
from workflows.release import ReleaseWorkflow
from workflows.ticket import TicketWorkflow

DORA = Actor(role=Role.rnd, id="dora")
OPENED = OpenDefect(title="Loses its connection", description="After 49 days.")
Send = Callable[[str, Command], Awaitable[None]]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    db.upgrade()
    return db


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


async def test_five_thousand_tickets_are_told_once_each_although_the_teller_is_killed_half_way(
    database: Database,
) -> None:
    waiting(database, 5_000)
    announced(database, "We know the cause.")
    boundary = Boundary(database)
    teller = TicketTeller(database=database, send=boundary)
    boundary.dies_after = 2_500
    with pytest.raises(BaseExceptionGroup):
        await ActivityEnvironment().run(teller.tell, "D-1", 1)
    assert 2_000 < len(boundary.heard) < 3_000
    boundary.dies_after = None
    assert await ActivityEnvironment().run(teller.tell, "D-1", 1) == 1
    assert len(boundary.heard) == 5_000
    assert {tuple(ids) for ids in boundary.heard.values()} == {("D-1:1",)}
    assert boundary.most_at_once <= teller.at_once


async def test_a_ticket_that_cannot_be_told_now_holds_no_other_one_up_and_is_told_by_the_next_attempt(
    database: Database,
) -> None:
    waiting(database, 500)
    announced(database, "We can reproduce it.", "We know the cause.")
    boundary = Boundary(database)
    boundary.slow = {"T00007"}
    teller = TicketTeller(database=database, send=boundary)
    with pytest.raises(ApplicationError, match="1 tickets could not be told yet"):
        await ActivityEnvironment().run(teller.tell, "D-1", 1)
    assert len(boundary.heard) == 499
    boundary.slow = set()
    await ActivityEnvironment().run(teller.tell, "D-1", 1)
    assert {tuple(ids) for ids in boundary.heard.values()} == {("D-1:1", "D-1:2")}


async def test_a_ticket_whose_run_is_gone_is_marked_and_tried_again_only_for_newer_news(database: Database) -> None:
    waiting(database, 3)
    state = announced(database, "We know the cause.")
    boundary = Boundary(database)
    boundary.gone = {"T00001"}
    teller = TicketTeller(database=database, send=boundary)
    await ActivityEnvironment().run(teller.tell, "D-1", 1)
    row = defects.get(database, "D-1")
    assert row is not None
    assert (row.waiting, row.unreached) == (3, 1)
    assert defects.waiting(database, "D-1", 1) == []
    assert defects.behind(database) == []
    news = announce(state, DefectCommand(id="n", by=DORA, step=AnswerDefect(text="Soon.")), MONDAY)
    defects.record(database, follow(state, news), news)
    assert [one.id for one in defects.waiting(database, "D-1", 2)] == ["T00000", "T00001", "T00002"]
    assert defects.behind(database) == ["D-1"]


async def test_a_ticket_that_refuses_because_it_has_heard_already_counts_as_told(database: Database) -> None:
    life = Life("T00000").do(BOB, cmd.AwaitDefect(defect="D-1", reason="A bug."))
    hear = cmd.HearDefect(defect="D-1", announcement=1, text="We know the cause.")
    life.do(factories.MAX, hear)
    with pytest.raises(Exception, match="has been heard already"):
        life.do(factories.MAX, hear)
    assert [event.fact.text for event in life.events if isinstance(event.fact, DefectNews)] == ["We know the cause."]


# --- the real engine


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
        async with asyncio.timeout(60):
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


def _history(database: Database, ticket: str) -> list[Any]:
    from store.tickets import history

    return list(history(database, ticket))


@asynccontextmanager
async def started(database: Database) -> AsyncIterator[Running]:
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(SCRIPTS / "temporal-test-server"), data_converter=pydantic_data_converter
    ) as environment:
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
        teller = TicketTeller(database=database, send=TicketCommands(client))
        keeper = DefectKeeper(database=database, send=DefectCommands(client, QUEUE))
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[TicketWorkflow, DefectWorkflow, ReleaseWorkflow],
            activities=[
                recorder.record, teller.tell, keeper.load, keeper.record, keeper.record_release, keeper.tell_defects,
            ],
            workflow_runner=sandbox.runner(),
        ):  # fmt: skip
            yield Running(client, Engine(environment, Ledger()), database)


async def test_sixty_tickets_in_the_engine_hear_each_news_once_and_cost_the_defect_nothing(database: Database) -> None:
    async with started(database) as running:
        await running.command("D-1", OPENED, "open")
        drivers = await running.wait_for(60)
        before = await running.history_length("D-1")
        for text in ("We can reproduce it.", "We know the cause."):
            await running.command("D-1", AnswerDefect(text=text), text.replace(" ", "-"))
            await running.settled("D-1")
        for driver in drivers:
            assert await running.told(driver) == ["We can reproduce it.", "We know the cause."]
        # An update, its recording and its telling, twice; nothing for each ticket.
        assert await running.history_length("D-1") - before <= 40


async def test_a_command_sent_again_is_announced_once_also_after_the_defects_run_has_ended(database: Database) -> None:
    async with started(database) as running:
        await running.command("D-1", OPENED, "open")
        (driver,) = await running.wait_for(1)
        for _ in range(2):
            await running.command("D-1", RejectDefect(text="As designed."), "no")
        await running.settled("D-1")
        handle = running.client.get_workflow_handle(names.defect_workflow("D-1"))
        assert await handle.result() == "rejected"
        await running.command("D-1", RejectDefect(text="As designed."), "no")
        assert [news.text for news in defects.announced(database, "D-1")] == ["As designed."]
        assert await running.told(driver) == ["As designed."]
        with pytest.raises(Exception, match="nothing more comes of it"):
            await running.command("D-1", AnswerDefect(text="After all."), "yes")


async def test_a_ticket_that_begins_to_wait_for_a_rejected_defect_is_told_although_its_run_has_ended(
    database: Database,
) -> None:
    async with started(database) as running:
        await running.command("D-1", OPENED, "open")
        await running.command("D-1", RejectDefect(text="As designed."), "no")
        await running.client.get_workflow_handle(names.defect_workflow("D-1")).result()
        (driver,) = await running.wait_for(1)  # the door refuses it; a race could still bring it here
        await running.settled("D-1")
        assert await running.told(driver) == ["As designed."]


async def test_many_announcements_leave_a_short_history_and_forget_no_command(database: Database) -> None:
    async with started(database) as running:
        await running.command("D-1", OPENED, "open")
        (driver,) = await running.wait_for(1)
        for number in range(40):
            await running.command("D-1", AnswerDefect(text=f"News {number}."), f"news-{number}")
        await running.settled("D-1")
        assert await running.told(driver) == [f"News {number}." for number in range(40)]
        assert await running.history_length("D-1") < 500
        await running.command("D-1", AnswerDefect(text="News 39."), "news-39")
        assert defects.news(database, "D-1") == 40


async def test_an_unknown_defect_takes_no_command_and_leaves_no_run(database: Database) -> None:
    async with started(database) as running:
        with pytest.raises(Exception, match="There is no defect"):
            await running.command("D-9", AnswerDefect(text="Hello?"), "hello")
        assert await running.client.get_workflow_handle(names.defect_workflow("D-9")).result() == "unknown"
