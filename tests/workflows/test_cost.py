"""What a ticket's life costs in history events: counted, so the same on every machine."""

from __future__ import annotations

import pytest
from temporalio.api.enums.v1 import EventType

from bench.life import ANNA, BOB, HOUR, RATIO, run
from domain import commands as cmd
from domain.words import Means
from tests import factories
from tests.workflows.engine import engine


async def test_a_life_costs_little_more_than_the_engine_needs_for_it() -> None:
    rows = {row.what: row for row in await run()}
    assert rows["the written-down life"].events <= RATIO * rows["the written-down life"].floor
    assert rows["a pause of two days"].events < 100
    assert rows["ten pauses of a day"].events < 250


@pytest.mark.parametrize(("shows_due", "written"), [(False, 0), (True, 2)])
async def test_a_step_that_only_moves_the_next_due_instant_writes_no_search_attribute(
    shows_due: bool, written: int
) -> None:
    """A run that began when they were written goes on as it began: its history replays."""
    async with engine() as running:
        ticket = await running.open(factories.opening(), ANNA, shows_due=shows_due)
        await ticket.do(BOB, cmd.Acknowledge(means=Means.call, text="On it."))
        before = await ticket.histories()
        for text in ("The cause is narrowed down.", "A test is running."):
            await running.until(await running.now() + HOUR)
            await ticket.do(BOB, cmd.StatusUpdate(text=text))
        after = await ticket.histories()
    kind = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
    assert after[-1].count(kind) - before[-1].count(kind) == written
