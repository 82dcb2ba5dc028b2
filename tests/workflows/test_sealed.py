"""Payload encryption on the real development server: what is stored shows nothing, keys change under open tickets."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from api.engine.tickets import TicketEngine
from cli.stack import temporal_command
from domain.commands import Command, Comment
from domain.decide import open_ticket
from domain.record import Unrecorded
from domain.ticket import Ticket
from runtime.codec import missing_key
from runtime.settings import Settings
from runtime.temporal import connect, register_search_attributes
from tests.cli.stacks import free_port
from tests.factories import ANNA, MONDAY, opening
from tests.workflows.engine import QUEUE, Ledger
from workflows import sandbox, visibility
from workflows.protocol import COMMAND, STATE, Receipt, Start, workflow_id
from workflows.ticket import TicketWorkflow

OLD, NEW = f"a:{'11' * 32}", f"b:{'22' * 32}"
PRIVATE = ("The gates stay shut", "Nobody named Zoé gets in", "zoe@acme.example", "Zoé says it is the lock")


@pytest.fixture
def engine_settings(tmp_path: Path) -> Iterator[Settings]:
    """Of a development server that is being started."""
    settings = Settings(home=tmp_path, temporal_port=free_port(), temporal_ui_port=free_port())
    server = subprocess.Popen(temporal_command(settings), stdout=subprocess.DEVNULL)
    yield settings
    server.kill()
    server.wait()


@asynccontextmanager
async def working(settings: Settings, keys: str) -> AsyncIterator[Client]:
    client = await connect(settings.model_copy(update={"codec_keys": Settings(codec_keys=keys).codec_keys}))
    async with Worker(
        client, task_queue=QUEUE, workflows=[TicketWorkflow], activities=[Ledger().record],
        workflow_runner=sandbox.runner(), debug_mode=True,
    ):  # fmt: skip
        yield client


async def stored(client: Client, ticket: str) -> tuple[bytes, list[EventType.ValueType]]:
    """Everything that the engine holds of a ticket, as it holds it, and the types of its events."""
    execution = WorkflowExecution(workflow_id=workflow_id(ticket))
    service, namespace = client.workflow_service, client.namespace
    history = await service.get_workflow_execution_history(
        GetWorkflowExecutionHistoryRequest(namespace=namespace, execution=execution)
    )
    described = await service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(namespace=namespace, execution=execution)
    )
    kinds = [event.event_type for event in history.history.events]
    return history.SerializeToString() + described.SerializeToString(), kinds


async def say(client: Client, key: str, text: str) -> Receipt:
    command = Command(id=key, by=ANNA, step=Comment(text=text))
    handle = client.get_workflow_handle(workflow_id("T1"))
    receipt: Receipt = await handle.execute_update(COMMAND, command, id=key, result_type=Receipt)
    return receipt


async def taken(client: Client, key: str, text: str) -> bool:
    """Whether it was; the engine takes nothing for a ticket until it has tried its task once more."""
    try:
        await say(client, key, text)
    except RPCError as error:
        if error.status != RPCStatusCode.FAILED_PRECONDITION:
            raise
        return False
    return True


@pytest.mark.timeout(400)
async def test_what_is_stored_shows_nothing_and_keys_change_under_an_open_ticket(engine_settings: Settings) -> None:
    subject, description, mail, comment = PRIVATE
    filed = opening(subject=subject, description=f"{description}, write to {mail}")
    start = Start(by=ANNA, command="open", opening=filed, opened_at=datetime.now(UTC), run_first=True, shows_due=False)
    state = Unrecorded().follow(None, open_ticket(filed, ANNA, MONDAY, "open"))
    async with working(engine_settings, OLD) as client:
        await register_search_attributes(client, visibility.SEARCH_ATTRIBUTES)
        await client.start_workflow(
            "Ticket", start, id=workflow_id("T1"), task_queue=QUEUE,
            search_attributes=visibility.attributes(state), memo={"organisation": "acme"},
        )  # fmt: skip
        await say(client, "one", comment)
        held, _ = await stored(client, "T1")
        assert not [word for word in PRIVATE if word.encode() in held]
        assert b"binary/encrypted" in held

    async with working(engine_settings, f"{NEW},{OLD}") as client:  # the key is replaced
        assert (await say(client, "two", "By the new key.")).sequence > 0

    async with working(engine_settings, NEW) as client:  # and the old one taken away too early
        waiting = asyncio.create_task(say(client, "three", "Kept until the key is back."))
        async with asyncio.timeout(120):
            failed = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
            while failed not in (await stored(client, "T1"))[1]:  # noqa: ASYNC110  no event of ours tells it
                await asyncio.sleep(0.2)
        engine = TicketEngine(client, task_queue=QUEUE, timeout=timedelta(seconds=20))
        assert (await engine.vitals()).sealed == {"a": 1}  # what the doctor judges by: it is still needed
        named: list[str | None] = []
        async with asyncio.timeout(120):
            while not named:
                named = [missing_key(one.message) for one in await engine.failing(["T1"], 5)]
                await asyncio.sleep(0.2)
        assert named == ["a"]
        _, kinds = await stored(client, "T1")
        assert EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED not in kinds
        waiting.cancel()

    async with working(engine_settings, f"{NEW},{OLD}") as client:  # put back: it goes on by itself
        async with asyncio.timeout(120):
            while not await taken(client, "three", "Kept until the key is back."):  # noqa: ASYNC110  nothing tells it
                await asyncio.sleep(0.5)
        now: Ticket = await client.get_workflow_handle(workflow_id("T1")).query(STATE, result_type=Ticket)
        assert now.subject == subject


async def test_no_search_attribute_holds_what_a_person_wrote_or_is_called() -> None:
    """Search attributes stay in clear: ids, words of the agreement, instants, and nothing else."""
    filed = opening(subject=PRIVATE[0], description=PRIVATE[1], contact="zoe")
    state = Unrecorded().follow(None, open_ticket(filed, ANNA, MONDAY, "open"))
    shown = {pair.key.name: pair.value for pair in visibility.attributes(state)}
    assert set(shown) <= {"EscaladeOrganisation", "EscaladeStatus", "EscaladeLevel", "EscaladeSeverity"}
    assert set(shown) <= set(visibility.SEARCH_ATTRIBUTES)
    allowed = {state.organisation, str(state.status), str(state.level), state.severity}
    assert set(shown.values()) <= allowed
    said = visibility.sentence(state)
    assert not [word for word in (state.subject, state.contact, "zoe", PRIVATE[1]) if word in said]
