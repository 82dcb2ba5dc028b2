"""From a ticket's page to its workflow and its traces, and back."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from api.engine.tickets import TicketEngine
from runtime.settings import Settings
from tests.api.conftest import World
from workflows.protocol import Start

VIEWER = "https://traces.example/search?tags=escalade.ticket%3D{ticket}"


async def test_the_page_leads_to_the_workflow_and_to_the_traces(world: World) -> None:
    world.app.state.settings = world.app.state.settings.model_copy(update={"traces_url": VIEWER})
    ticket = await world.open()
    async with world.browser("operations") as browser:
        page = (await browser.get(f"/board/tickets/{ticket}")).text
    assert VIEWER.replace("{ticket}", ticket) in page
    assert f"/namespaces/default/workflows/ticket-{ticket}" in page


async def test_level_1_is_not_led_to_the_machines(world: World) -> None:
    world.app.state.settings = world.app.state.settings.model_copy(update={"traces_url": VIEWER})
    ticket = await world.open()
    async with world.browser("level1") as browser:
        page = (await browser.get(f"/board/tickets/{ticket}")).text
    assert "traces.example" not in page


def test_a_viewer_without_a_place_for_the_number_is_refused() -> None:
    with pytest.raises(ValueError, match="traces_url"):
        Settings(traces_url="https://traces.example")


class Client:
    """Remembers how a workflow was started."""

    def __init__(self) -> None:
        self.started: dict[str, Any] = {}

    async def start_workflow(self, *_: Any, **how: Any) -> None:
        self.started = how


async def test_the_workflow_leads_back_to_the_page(world: World) -> None:
    ticket = await world.open()
    state = world.engine.runs[ticket].state
    start: Start = world.engine.runs[ticket].start
    client: Any = Client()
    engine = TicketEngine(
        client, task_queue="q", timeout=timedelta(seconds=5), visible=False, pages="https://desk.example"
    )
    await engine.open(start, state)
    began = SimpleNamespace(**client.started)
    assert began.memo["page"] == f"https://desk.example/board/tickets/{ticket}"
    assert f"https://desk.example/board/tickets/{ticket}" in began.static_details
