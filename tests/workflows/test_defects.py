"""One defect, many tickets, in the engine: all are told, none twice, and the history stays short in any storm."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from activities import names
from activities.telling_tickets import AT_ONCE as TELLERS
from domain.commands import Command
from domain.defects import AnswerDefect, RejectDefect
from store import defects
from store.database import Database
from tests.workflows.rnd import MOST, OPENED, PATIENCE, Boundary, real, started, waiting


@pytest.fixture
def database(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    db.upgrade()
    return db


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
    async with started(database, real) as running:
        await running.command("D-1", OPENED, "open")
        (driver,) = await running.wait_for(1)
        for number in range(40):
            await running.command("D-1", AnswerDefect(text=f"News {number}."), f"news-{number}")
        await running.settled("D-1")
        assert await running.told(driver) == [f"News {number}." for number in range(40)]
        assert max(await running.history_lengths("D-1")) <= MOST
        await running.command("D-1", AnswerDefect(text="News 39."), "news-39")
        assert defects.news(database, "D-1") == 40


@pytest.mark.timeout(2 * PATIENCE)
async def test_a_storm_of_announcements_never_keeps_a_run_from_ending_and_each_is_heard_once(
    database: Database,
) -> None:
    async with started(database, real) as running:
        await running.command("D-1", OPENED, "open")
        (driver,) = await running.wait_for(1)
        await running.storm(120)
        await running.settled("D-1")
        assert await running.told(driver) == [news.text for news in defects.announced(database, "D-1")]
        assert {f"News {number}." for number in range(120)} == set(await running.told(driver))
        lengths = await running.history_lengths("D-1")
        # A command costs at least an update and a recording's three events, so that so many do not fit into one run.
        assert len(lengths) > 1
        assert max(lengths) <= MOST


@pytest.mark.timeout(2 * PATIENCE)
async def test_a_telling_that_lasts_keeps_no_run_from_ending_and_is_taken_up_by_the_next(database: Database) -> None:
    waiting(database, 40)
    boundary = Boundary(database)
    told, on_their_way = asyncio.Event(), 0

    async def slow(ticket: str, command: Command) -> None:
        nonlocal on_their_way
        on_their_way += 1
        try:
            await told.wait()
        finally:
            on_their_way -= 1
        await boundary(ticket, command)

    async with started(database, real, slow) as running:
        await running.command("D-1", OPENED, "open")
        await running.storm(120)
        lengths = await running.history_lengths("D-1")
        assert len(lengths) > 1
        assert max(lengths) <= MOST
        assert not boundary.heard
        async with asyncio.timeout(
            PATIENCE
        ):  # a beat tells the tellings of the runs that ended that nobody waits for them
            while on_their_way > TELLERS:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        told.set()
        await running.settled("D-1")
    assert {tuple(ids) for ids in boundary.heard.values()} == {tuple(f"D-1:{number}" for number in range(1, 121))}
    assert len(boundary.heard) == 40


async def test_an_unknown_defect_takes_no_command_and_leaves_no_run(database: Database) -> None:
    async with started(database) as running:
        with pytest.raises(Exception, match="There is no defect"):
            await running.command("D-9", AnswerDefect(text="Hello?"), "hello")
        assert await running.client.get_workflow_handle(names.defect_workflow("D-9")).result() == "unknown"
