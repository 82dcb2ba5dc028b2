"""Old workers and new ones side by side with tickets open: each ticket has one version's rules at a time."""

from __future__ import annotations

import asyncio
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.recording import Recorder
from api.engine.tickets import TicketEngine
from domain import commands as cmd
from domain.commands import Command
from domain.decide import open_ticket
from domain.events import NoteAdded
from domain.evolve import rebuild
from runtime.settings import Settings
from runtime.temporal import register_search_attributes
from store.database import Database
from store.tickets import history
from tests.factories import BOB, opening
from worker import DEPLOYMENT, deployment
from workflows import visibility
from workflows.protocol import Start, workflow_id
from workflows.ticket import TicketWorkflow

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "temporal")
FIRST, SECOND, THIRD = "D1000000001", "D1000000002", "D1000000003"


@workflow.defn(name="Ticket")
class Newer(TicketWorkflow):
    """A later version, which does something else in its tickets' lives, and says so as the decision asks."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> str:
        if workflow.patched("waits-a-moment"):
            await workflow.sleep(timedelta(milliseconds=10))
        return await super().run(start)


class Site:
    """A Temporal server, a database, and workers of two versions."""

    def __init__(self, client: Client, home: Path) -> None:
        self.client = client
        self.settings = Settings(home=home)
        self.said: dict[str, list[str]] = {}
        self.database = Database(f"sqlite:///{home / 'escalade.db'}")
        self.database.upgrade()
        self.engine = TicketEngine(client, task_queue=self.settings.task_queue, timeout=timedelta(seconds=60))

    @asynccontextmanager
    async def worker(self, version: str, ticket: type[TicketWorkflow]) -> AsyncIterator[None]:
        """A worker that says it is that version."""
        recorder = Recorder(database=self.database, wake=_nobody, on_recorded=lambda recording: None)
        async with Worker(
            self.client, task_queue=self.settings.task_queue, workflows=[ticket], activities=[recorder.record],
            workflow_runner=UnsandboxedWorkflowRunner(), identity=f"worker of {version}",
            deployment_config=deployment(self.settings.model_copy(update={"worker_version": version})),
        ):  # fmt: skip
            yield

    async def make_current(self, version: str) -> None:
        """As docs/deploying.md says it; until the engine knows workers of that version it refuses."""
        command = [
            PROGRAM, "worker", "deployment", "set-current-version", "--yes", "--deployment-name", DEPLOYMENT,
            "--build-id", version, "--address", self.client.service_client.config.target_host,
        ]  # fmt: skip
        async with asyncio.timeout(90):
            while True:
                ran = await asyncio.create_subprocess_exec(
                    *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
                )
                said, _ = await ran.communicate()
                if ran.returncode == 0:
                    return
                # No worker of it has asked for work yet, or the server is slow to say so.
                assert any(word in said.lower() for word in (b"not found", b"poll", b"deadline")), said.decode()
                await asyncio.sleep(0.5)

    async def open(self, ticket: str) -> None:
        now = datetime.now(UTC)
        asked = opening(ticket)
        start = Start(by=BOB, command=f"open-{ticket}", opening=asked, opened_at=now)
        await self.engine.open(start, rebuild(open_ticket(asked, BOB, now, start.command)))

    async def say(self, ticket: str, text: str) -> None:
        command = Command(id=f"say-{len(self.said.get(ticket, ()))}", digest=text, by=BOB, step=cmd.Note(text=text))
        await self.engine.command(ticket, command)
        self.said.setdefault(ticket, []).append(text)

    async def moved(self, ticket: str, worker: str) -> None:
        """Goes on with the ticket until that worker has it: the engine needs a moment to hear of a change."""
        async with asyncio.timeout(90):
            for number in count():
                await self.say(ticket, f"{number} for {worker}")
                taken = await self.workers(ticket)
                if taken[-1] == worker:
                    return

    async def workers(self, ticket: str) -> list[str]:
        """Who took its tasks, in their order; none of them failed."""
        told = await self.client.get_workflow_handle(workflow_id(ticket)).fetch_history()
        assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in [event.event_type for event in told.events]
        started = [event for event in told.events if event.HasField("workflow_task_started_event_attributes")]
        return [event.workflow_task_started_event_attributes.identity for event in started]


async def _nobody() -> None:
    """Messages wait: nobody delivers here."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=PROGRAM, data_converter=pydantic_data_converter
    ) as environment:
        await register_search_attributes(environment.client, visibility.SEARCH_ATTRIBUTES)
        yield Site(environment.client, tmp_path)


async def test_tickets_stay_with_the_current_version_and_move_together_when_it_changes(site: Site) -> None:
    async with site.worker("1", TicketWorkflow):
        await site.make_current("1")
        await site.open(FIRST)
        await site.say(FIRST, "before the deployment")
        async with site.worker("2", Newer):
            for number in range(3):
                await site.say(FIRST, f"the new one is there {number}")
            await site.open(SECOND)
            assert set(await site.workers(FIRST) + await site.workers(SECOND)) == {"worker of 1"}
            builds = {one.build for queue in (await site.engine.vitals()).queues for one in queue.pollers}
            assert builds == {"1", "2"}, "the doctor sees both"

            await site.make_current("2")
            for ticket in (FIRST, SECOND):
                await site.moved(ticket, "worker of 2")
            await site.open(THIRD)
            await site.say(THIRD, "opened by the new one")
            assert set(await site.workers(THIRD)) == {"worker of 2"}
            # Back again: what is older than the new version goes on with the old one.
            await site.make_current("1")
            await site.moved(FIRST, "worker of 1")
            await site.make_current("2")
            await site.moved(FIRST, "worker of 2")
    async with site.worker("2", Newer):
        await site.say(FIRST, "the old one is gone")
    said = [event.fact.text for event in history(site.database, FIRST) if isinstance(event.fact, NoteAdded)]
    assert said == site.said[FIRST], "every step, once and in its order"
