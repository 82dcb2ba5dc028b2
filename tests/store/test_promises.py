"""Promises over a period and the load of a desk, on both databases."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain.words import ClockKind
from store import load, promises
from store.database import Database
from store.promises import PromiseFilter
from store.recording import record
from tests.factories import BOB, DAY, HOUR, MINUTE, MONDAY, Life

ALL = PromiseFilter()


@pytest.fixture
def desk(db: Database) -> Database:
    """A is answered in time by Bob; B, of another client, is answered ten minutes too late; C waits for an answer."""
    for name, organisation, after in (("A", "acme", 30), ("B", "other", 70), ("C", "acme", None)):
        life = Life(name, at=MONDAY, organisation=organisation)
        record(db, life.take(), life.now)
        if after is not None:
            life.wait((after - 2) * MINUTE)
            life.do(BOB, cmd.Assign(assignee="bob"))
            life.do(BOB, cmd.Acknowledge(means="call", text="We are on it."))
            record(db, life.take(), life.now)
    return db


def test_what_falls_due_soon_comes_nearest_first(desk: Database) -> None:
    found = promises.due_soon(desk, ALL, MONDAY + 35 * MINUTE, MONDAY + 65 * MINUTE)
    assert [(one.ticket, one.kind) for one in found] == [("C", ClockKind.response)]
    far = promises.due_soon(desk, ALL, MONDAY, MONDAY + 12 * HOUR)
    assert [one.due for one in far] == sorted(one.due for one in far)


def test_what_was_missed_says_by_how_much_and_whose_it_was(desk: Database) -> None:
    found = promises.missed(desk, ALL, MONDAY, MONDAY + DAY, MONDAY + 2 * HOUR).promises
    late = next(one for one in found if one.ticket == "B")
    assert (late.kind, late.late, late.assignee, late.level) == (ClockKind.response, 600, "bob", "support")
    assert promises.missed(desk, PromiseFilter(organisation="acme"), MONDAY, MONDAY + DAY, MONDAY + HOUR).promises == ()
    assert promises.missed(desk, ALL, MONDAY - DAY, MONDAY, MONDAY + HOUR).promises == ()


def test_the_share_kept_is_told_by_client_and_agreement(desk: Database) -> None:
    kept = {
        one.organisation: (one.kept, one.missed)
        for one in promises.kept(desk, PromiseFilter(kind=ClockKind.response), MONDAY, MONDAY + DAY)
    }
    assert kept == {"acme": (1, 0), "other": (0, 1)}


def test_pages_of_missed_promises_meet_and_do_not_overlap(desk: Database) -> None:
    for number in range(5):
        life = Life(f"M{number}", at=MONDAY)
        life.wait(61 * MINUTE)
        record(desk, life.take(), life.now)
    seen: list[tuple[str, int]] = []
    cursor = None
    while True:
        page = promises.missed(desk, ALL, MONDAY, MONDAY + DAY, MONDAY + 2 * HOUR, cursor, 2)
        seen += [(one.ticket, one.number) for one in page.promises]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6
    with pytest.raises(ValueError, match="cursor"):
        promises.missed(desk, ALL, MONDAY, MONDAY + DAY, MONDAY, "nonsense")


def test_the_load_counts_open_tickets_what_is_due_and_what_is_late(desk: Database) -> None:
    found = {one.assignee: one for one in load.load(desk, MONDAY + 61 * MINUTE, MONDAY + 15 * HOUR)}
    assert (found["bob"].open, found[None].open) == (2, 1)
    assert found[None].late == 1
