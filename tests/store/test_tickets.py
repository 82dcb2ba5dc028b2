"""Lists, filters and pages of tickets, and what operations look for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from domain import commands as cmd
from domain.words import Status
from store import tables, tickets
from store.database import Database
from store.paging import Order
from store.recording import record
from store.ticket_filter import TicketFilter
from tests.factories import ANNA, BOB, DAY, HOUR, MINUTE, MONDAY, Life, a_whole_life


def put(db: Database, ticket: str, *, at: timedelta = timedelta(), **changes: Any) -> Life:
    life = Life(ticket, at=MONDAY + at, **changes)
    record(db, life.take(), life.now)
    return life


def step(db: Database, life: Life, by: cmd.Actor, what: cmd.Step) -> None:
    record(db, life.do(by, what).take(), life.now)


def ids(page: tickets.Page) -> list[str]:
    return [row.id for row in page.tickets]


def all_pages(db: Database, order: Order, limit: int) -> list[str]:
    seen: list[str] = []
    page = tickets.find(db, order=order, limit=limit)
    seen += ids(page)
    while page.next:
        page = tickets.find(db, order=order, limit=limit, cursor=page.next)
        seen += ids(page)
    return seen


@pytest.fixture
def five(db: Database) -> Database:
    """A: acme, critical, new. B: acme, low, with Bob. C: other, consulting. D: asked. E: withdrawn a day ago."""
    put(db, "A", subject="Étiquettes 50% blank")
    b = put(db, "B", at=MINUTE, severity="low")
    step(db, b, BOB, cmd.Assign(assignee="bob"))
    c = put(db, "C", at=2 * MINUTE, organisation="other", subject="Scanner 50 dead")
    step(db, c, BOB, cmd.Escalate(level="consulting", group="logistics", reason="Layout"))
    d = put(db, "D", at=3 * MINUTE)
    step(db, d, BOB, cmd.Ask(question="Since when?"))
    e = put(db, "E", at=-DAY)
    step(db, e, ANNA, cmd.Withdraw(reason="Solved itself"))
    return db


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "ABCDE"),
        ({"organisation": "acme"}, "ABDE"),
        ({"status": (Status.new,)}, "A"),
        ({"status": (Status.waiting, Status.closed)}, "DE"),
        ({"level": "consulting"}, "C"),
        ({"group": "logistics"}, "C"),
        ({"assignee": "bob"}, "B"),
        ({"assignee": ""}, "ACDE"),
        ({"severity": "low"}, "B"),
        ({"agreement": "trial"}, "ABCDE"),
        ({"agreement": "none"}, ""),
        ({"text": "50%"}, "A"),
        ({"text": "DEAD"}, "C"),
        ({"text": "_"}, ""),
        ({"opened_from": MONDAY, "opened_to": MONDAY + 2 * MINUTE}, "AB"),
        ({"organisation": "acme", "status": (Status.new, Status.open), "severity": "critical"}, "A"),
    ],
)
def test_filters_find_what_they_say(five: Database, wanted: dict[str, Any], found: str) -> None:
    page = tickets.find(five, TicketFilter(**wanted), order=Order.opened_at)
    assert sorted(ids(page)) == list(found)


def test_a_filter_that_no_database_could_look_for_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        TicketFilter(text="a\0b")


def test_orders_are_what_people_expect_of_them(five: Database) -> None:
    assert ids(tickets.find(five, order=Order.opened_at)) == ["D", "C", "B", "A", "E"]
    severity = tickets.find(five, order=Order.severity).tickets
    assert [row.severity_rank for row in severity] == sorted(row.severity_rank for row in severity)
    due = [row.next_due for row in tickets.find(five, order=Order.next_due).tickets]
    assert due == sorted(at for at in due if at)
    updated = [row.updated_at for row in tickets.find(five, order=Order.updated).tickets]
    assert updated == sorted(updated, reverse=True)


def test_a_ticket_that_awaits_nothing_comes_last(five: Database) -> None:
    for recording in a_whole_life("Z", at=MONDAY - 60 * DAY):
        record(five, recording, MONDAY)
    last = tickets.find(five, order=Order.next_due).tickets[-1]
    assert (last.id, last.next_due) == ("Z", None)
    assert all_pages(five, Order.next_due, 1)[-1] == "Z"
    assert len(all_pages(five, Order.severity, 1)) == 6


@pytest.mark.parametrize("order", list(Order))
def test_pages_hold_every_ticket_once_in_the_order_of_the_whole_list(five: Database, order: Order) -> None:
    whole = ids(tickets.find(five, order=order))
    for limit in (1, 2, 3, 5):
        assert all_pages(five, order, limit) == whole


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_tickets_that_were_there_are_seen_once_whatever_is_opened_meanwhile(db: Database, data: st.DataObject) -> None:
    with db.begin() as connection:
        for table in (tables.outbox, tables.clocks, tables.events, tables.ticket_words, tables.tickets):
            connection.execute(delete(table))
    # Few distinct instants, so that many tickets share a place in the order and only the id tells them apart.
    instants = st.integers(0, 3)
    order = data.draw(st.sampled_from(list(Order)))
    there = {f"T{number}" for number in range(data.draw(st.integers(1, 9)))}
    for name in sorted(there):
        put(db, name, at=data.draw(instants) * MINUTE)
    seen: list[str] = []
    cursor = None
    for turn in range(40):
        page = tickets.find(db, order=order, cursor=cursor, limit=data.draw(st.integers(1, 3)))
        seen += ids(page)
        if (cursor := page.next) is None:
            break
        if turn < 6:
            put(db, data.draw(st.sampled_from(["A", "Q", "Z"])) + str(turn), at=data.draw(instants) * MINUTE)
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "%%%", "bm90IGpzb24", "W10", "WyJuZXh0X2R1ZSJd", "WyJuZXh0X2R1ZSIsIm5vdyIsIkEiXQ",
        "WyJuZXh0X2R1ZSIsbnVsbCxudWxsXQ", "WyJuZXh0X2R1ZSIsIjIwMjYtMDMtMDJUMDk6MDA6MDAiLCJBIl0", "e30", "é",
    ],
)  # fmt: skip
def test_a_cursor_that_we_did_not_give_is_refused(db: Database, cursor: str) -> None:
    with pytest.raises(ValueError, match="begin at the first page"):
        tickets.find(db, cursor=cursor)


def test_a_cursor_of_another_order_is_refused(five: Database) -> None:
    cursor = tickets.find(five, order=Order.opened_at, limit=1).next
    with pytest.raises(ValueError, match="ordered by severity"):
        tickets.find(five, order=Order.severity, cursor=cursor)


def test_a_ticket_that_is_not_recorded_is_none(db: Database) -> None:
    assert tickets.get(db, "nobody") is None
    assert not tickets.exists(db, "nobody")
    assert tickets.history(db, "nobody") == []
    put(db, "A")
    assert tickets.exists(db, "A")


def test_events_are_paged_by_their_number_and_chosen_by_type(five: Database) -> None:
    every = tickets.history(five, "D")
    assert tickets.events(five, "D", limit=2) == every[:2]
    assert tickets.events(five, "D", after=2) == every[2:]
    asked = tickets.events(five, "D", types=["information_requested"])
    assert [event.fact.type for event in asked] == ["information_requested"]


def test_open_tickets_are_counted_by_level_and_severity(five: Database) -> None:
    assert tickets.open_by_level_and_severity(five) == [
        ("consulting", "critical", 1),
        ("support", "critical", 2),
        ("support", "low", 1),
    ]


def test_a_ticket_nobody_acted_upon_is_overdue_and_comes_before_the_merely_late(db: Database) -> None:
    late = put(db, "LATE")
    record(db, late.wait(61 * MINUTE).take(), late.now)
    stuck = put(db, "STUCK")
    assert stuck.ticket.clocks
    put(db, "GOOD", at=61 * MINUTE)
    now = MONDAY + 62 * MINUTE
    row = tickets.get(db, "LATE")
    assert row is not None
    assert row.next_due is not None
    assert row.next_due > now
    assert [row.id for row in tickets.overdue(db, now)] == ["STUCK", "LATE"]
    assert sorted(ids(tickets.find(db, TicketFilter(overdue_at=now)))) == ["LATE", "STUCK"]


def test_a_promise_kept_late_is_overdue_no_longer(db: Database) -> None:
    late = put(db, "LATE")
    record(db, late.wait(61 * MINUTE).take(), late.now)
    step(db, late, BOB, cmd.Acknowledge(means="call", text="Sorry."))
    assert tickets.overdue(db, MONDAY + HOUR + 3 * MINUTE) == []


def test_a_row_has_a_field_for_each_column_as_lists_do_not_check_it_again() -> None:
    assert set(tickets.TicketRow.model_fields) == {column.name for column in tables.tickets.columns}
