"""What the engine says of a ticket it does not know, on both servers: that it is not there, not that it is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from api.engine.tickets import EngineAway, NoRun, TicketEngine
from tests.workflows.rnd import real, skipping


def engine_on(client: Client) -> TicketEngine:
    return TicketEngine(client, task_queue="nobody", timeout=timedelta(seconds=20), visible=False)


@pytest.mark.parametrize("server", [real, skipping])
async def test_a_ticket_that_is_not_there_is_unknown_and_no_reason_to_wait(
    server: Callable[[], Awaitable[WorkflowEnvironment]],
) -> None:
    async with await server() as environment:
        engine = engine_on(environment.client)
        # The servers quote the id, or their namespace, in the refusal: neither may be taken for what is missing.
        for ticket in ("K7M39QX24T", "namespace"):
            with pytest.raises(NoRun):
                await engine.state(ticket)
            assert await engine.opened(ticket) is None


async def test_a_namespace_that_is_missing_is_the_engines_trouble_and_no_unknown_ticket() -> None:
    async with await real() as environment:
        target = environment.client.service_client.config.target_host
        elsewhere = await Client.connect(target, namespace="gone", data_converter=pydantic_data_converter)
        with pytest.raises(EngineAway, match="Namespace gone is not found"):
            await engine_on(elsewhere).state("K7M39QX24T")
