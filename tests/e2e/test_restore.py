"""One store is put back from an older backup: `escalade reconcile` brings it to the other, and work goes on."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from typer.testing import CliRunner

from activities.recording import Recorder
from api.engine.tickets import TicketEngine
from cli.main import app
from domain import commands as cmd
from domain.commands import Actor, Command
from domain.decide import open_ticket
from domain.defects import AnswerDefect, DefectCommand, OpenDefect
from domain.events import Event
from domain.evolve import rebuild
from domain.words import Role
from runtime.settings import Settings
from runtime.temporal import register_search_attributes
from store import outbox, reconciling
from store.database import Database
from tests.factories import ANNA, BOB, opening
from worker import make_worker
from workflows import visibility
from workflows.protocol import Receipt, Start
from workflows.ticket import TicketWorkflow

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "temporal")
RON = Actor(role=Role.rnd, id="ron")
FOUND = OpenDefect(title="Gates stay closed", description="After a restart the gates stay closed.")
FIRST, SECOND, THIRD = "R1000000001", "R1000000002", "R1000000003"


async def nobody() -> None:
    """Messages wait: nobody delivers here."""


def copied(source: Path, target: Path) -> None:
    """A SQLite file whole, as its own backup makes it: a copy of the file alone would miss what is not in it yet."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


@dataclass
class Site:
    """A Temporal server over a file, a database beside it, and the days that they have lived through."""

    home: Path

    @property
    def engine_file(self) -> Path:
        return self.home / "temporal.db"

    @property
    def database_file(self) -> Path:
        return self.home / "escalade.db"

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home)

    @property
    def database(self) -> Database:
        return Database(self.settings.sqlalchemy_url)

    @asynccontextmanager
    async def engine(self, *, working: bool = True) -> AsyncIterator[TicketEngine]:
        """The server, with a worker unless `working` is off."""
        async with await WorkflowEnvironment.start_local(
            dev_server_existing_path=PROGRAM,
            dev_server_database_filename=str(self.engine_file),
            data_converter=pydantic_data_converter,
        ) as environment:
            client = environment.client
            await register_search_attributes(client, visibility.SEARCH_ATTRIBUTES)
            self.client = client
            self.target = client.service_client.config.target_host
            settings = self.settings
            engine = TicketEngine(client, task_queue=settings.task_queue, timeout=timedelta(seconds=60))
            if not working:
                yield engine
                return
            async with make_worker(client, settings, self.database, nobody):
                yield engine

    def backup(self, file: Path) -> None:
        copied(file, file.with_suffix(".backup"))

    def restore(self, file: Path) -> None:
        copied(file.with_suffix(".backup"), file)

    def backup_record(self) -> None:
        self.backup(self.database_file)

    def restore_record(self) -> None:
        self.restore(self.database_file)

    def events(self, ticket: str) -> list[Event]:
        return reconciling.history(self.database, ticket)

    async def reconcile(self, *options: str) -> tuple[int, dict[str, Any]]:
        """The exit code, and what it says."""
        settings = self.settings.model_copy(update={"temporal_address": self.target})
        environment = dict(settings.environment())
        asked = ["reconcile", "--json", *options]
        result = await asyncio.to_thread(lambda: CliRunner().invoke(app, asked, env=environment))
        assert result.stdout, result.output
        return result.exit_code, json.loads(result.stdout)


async def open_(engine: TicketEngine, ticket: str) -> None:
    now = datetime.now(UTC)
    asked = opening(ticket)
    start = Start(
        by=ANNA,
        command=f"open-{ticket}",
        opening=asked,
        opened_at=now,
        history_limit=12,
        run_first=True,
        shows_due=False,
    )
    await engine.open(start, rebuild(open_ticket(asked, ANNA, now, start.command)))


async def say(engine: TicketEngine, ticket: str, text: str) -> Receipt:
    """A comment under a key of its own; the same text is the same command."""
    command = Command(id=f"say-{text}".replace(" ", "-"), digest=text, by=ANNA, step=cmd.Comment(text=text))
    return await engine.command(ticket, command)


@workflow.defn(name="Ticket")
class Another(TicketWorkflow):
    """A version that waits where the real one does not, so that the real one cannot replay what it did."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> str:
        await workflow.sleep(timedelta(milliseconds=10))
        return await super().run(start)


@pytest.fixture
async def site(tmp_path: Path) -> Site:
    """Two tickets, a backup of both stores, and a day's work after it: more said, one closed, one opened."""
    return await lived_through(Site(tmp_path))


async def lived_through(site: Site) -> Site:
    """The site after that day."""
    site.database.upgrade()
    async with site.engine() as engine:
        await open_(engine, FIRST)
        await open_(engine, SECOND)
        await say(engine, FIRST, "before the backup")
        await engine.defect("D-1", DefectCommand(id="d1", by=RON, step=FOUND))
    site.backup(site.engine_file)
    site.backup_record()
    async with site.engine() as engine:
        for number in range(8):  # more than one run, so that its histories must be followed back
            await say(engine, FIRST, f"after the backup {number}")
        await engine.command(FIRST, Command(id="take", by=BOB, step=cmd.Assign(assignee="bob")))
        await engine.command(SECOND, Command(id="away", by=ANNA, step=cmd.Withdraw(reason="Solved by itself")))
        await engine.defect("D-1", DefectCommand(id="d2", by=RON, step=AnswerDefect(text="Restart the gate.")))
        await engine.defect("D-2", DefectCommand(id="d3", by=RON, step=FOUND))
        await open_(engine, THIRD)
        await say(engine, THIRD, "a ticket that no backup has")
    return site
    return site


async def test_what_agrees_is_left_alone(site: Site) -> None:
    async with site.engine(working=False):
        code, said = await site.reconcile("--mend")
    assert (code, said["looked_at"], said["differences"], said["mended"]) == (0, 3, [], None)


async def test_a_database_put_back_is_brought_to_the_engine(site: Site) -> None:
    await put_back(site)


async def put_back(site: Site) -> None:
    """The record of the backup, compared, mended, and looked at: every event, and every message."""
    lived = {ticket: site.events(ticket) for ticket in (FIRST, SECOND, THIRD)}
    keys = {ticket: {entry.key for entry in outbox.of_ticket(site.database, ticket)} for ticket in lived}
    site.restore_record()
    before = {entry.key for ticket in lived for entry in outbox.of_ticket(site.database, ticket)}
    async with site.engine(working=False):
        code, said = await site.reconcile()
        assert code == 1
        assert {one["ticket"]: one["difference"] for one in said["differences"]} == {
            FIRST: "record_behind", SECOND: "record_behind", THIRD: "no_record",
            "D-1": "record_behind", "D-2": "no_record",
        }  # fmt: skip
        code, said = await site.reconcile("--mend", "--yes")
        assert (code, said["mended"]["tickets"], said["mended"]["left"]) == (0, 5, {})
        assert (await site.reconcile())[0] == 0
    assert {ticket: site.events(ticket) for ticket in lived} == lived
    for ticket, known in keys.items():
        for entry in outbox.of_ticket(site.database, ticket):
            assert entry.key in known
            known.remove(entry.key)
            again = entry.key not in before
            assert entry.state == ("failed" if again else "pending"), "what may have gone out waits for a person"
        assert not known, "every message is there again"


@pytest.mark.timeout(300)
async def test_an_engine_put_back_is_brought_to_the_record_and_applies_nothing_twice(site: Site) -> None:
    lived = {ticket: site.events(ticket) for ticket in (FIRST, SECOND, THIRD)}
    site.restore(site.engine_file)
    async with site.engine(working=False):
        code, said = await site.reconcile()
        assert code == 1
        assert {one["ticket"]: one["difference"] for one in said["differences"]} == {
            FIRST: "engine_behind", SECOND: "engine_behind", THIRD: "no_run",
            "D-1": "engine_behind", "D-2": "no_run",
        }  # fmt: skip
        code, said = await site.reconcile("--mend", "--yes")
        assert (code, said["mended"]["tickets"], said["mended"]["left"]) == (0, 5, {})
    async with site.engine() as engine:
        again = await say(engine, FIRST, "after the backup 7")
        assert again.sequence < len(lived[FIRST]), "sent again, it is answered as before"
        assert (await say(engine, FIRST, "after the restore")).sequence == len(lived[FIRST]) + 1
        assert (await say(engine, THIRD, "here too")).sequence == len(lived[THIRD]) + 1
        state = await engine.state(SECOND)
        assert state.closing is not None
    assert site.events(FIRST)[:-1] == lived[FIRST]
    assert site.events(SECOND) == lived[SECOND]


async def test_a_run_that_cannot_be_replayed_begins_again_from_the_record_when_it_is_named(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.database.upgrade()
    async with site.engine(working=False) as engine:
        recorder = Recorder(database=site.database, wake=nobody, on_recorded=lambda recording: None)
        other = Worker(
            site.client, task_queue=Settings(home=tmp_path).task_queue, workflows=[Another],
            activities=[recorder.record], workflow_runner=UnsandboxedWorkflowRunner(),
        )  # fmt: skip
        async with other:
            await open_(engine, FIRST)
            await say(engine, FIRST, "as another version does it")
        lived = site.events(FIRST)
        code, said = await site.reconcile("--mend", "--yes")
        assert (code, [one["ticket"] for one in said["not_compared"]]) == (1, [FIRST])
        assert "ondeterminism" in said["not_compared"][0]["why"]
        code, said = await site.reconcile("--mend", "--yes", "--ticket", FIRST)
        assert (code, said["mended"]["tickets"]) == (0, 1)
        async with make_worker(site.client, Settings(home=tmp_path), site.database, nobody):
            assert (await say(engine, FIRST, "and on it goes")).sequence == len(lived) + 1
    assert site.events(FIRST)[:-1] == lived
