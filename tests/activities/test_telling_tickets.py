"""Telling the tickets that wait for a defect: each once, none held up by another, whatever dies."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.telling_tickets import PAGE, TicketTeller
from domain import commands as cmd
from domain.commands import Command
from domain.defects import AnswerDefect, DefectCommand, announce, follow
from domain.events import DefectNews
from store import defects
from store.database import Database
from tests import factories
from tests.factories import BOB, MINUTE, MONDAY, Life
from tests.workflows.rnd import DORA, Boundary, announced, waiting


@pytest.fixture
def database(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    db.upgrade()
    return db


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


async def test_a_ticket_that_never_answers_holds_no_other_one_up(database: Database) -> None:
    waiting(database, 3)
    announced(database, "We know the cause.")
    boundary = Boundary(database)

    async def stuck(ticket: str, command: Command) -> None:
        if ticket == "T00001":
            await asyncio.Event().wait()
        await boundary(ticket, command)

    teller = TicketTeller(database=database, send=stuck, patience=0.05)
    with pytest.raises(ApplicationError, match="1 tickets could not be told yet"):
        await ActivityEnvironment().run(teller.tell, "D-1", 1)
    assert set(boundary.heard) == {"T00000", "T00002"}


async def test_what_was_touched_last_is_told_first_and_whoever_moves_up_meanwhile_is_not_forgotten(
    database: Database,
) -> None:
    waiting(database, PAGE + 20)
    announced(database, "We know the cause.")
    boundary = Boundary(database)

    def touch(ticket: str, minutes: int) -> None:
        at = (MONDAY + minutes * MINUTE).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        boundary.rows.execute("UPDATE tickets SET recorded_at = ? WHERE id = ?", (at, ticket))

    touch("T00300", 1)
    touch("T00007", 2)

    async def send(ticket: str, command: Command) -> None:
        if len(boundary.heard) == 100:
            touch(f"T{PAGE + 10:05}", 3)  # its client writes to it while the others are told
        await boundary(ticket, command)

    await ActivityEnvironment().run(TicketTeller(database=database, send=send, at_once=1).tell, "D-1", 1)
    assert list(boundary.heard)[:3] == ["T00007", "T00300", "T00000"]
    assert len(boundary.heard) == PAGE + 20
    assert {len(ids) for ids in boundary.heard.values()} == {1}
