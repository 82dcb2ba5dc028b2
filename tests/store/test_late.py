"""The late report's rows on both databases: an outage of three hours among tickets that were served in time."""

from __future__ import annotations

from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select

from domain.lateness import Fired, Why
from store import late, outbox
from store.database import Database
from store.late import LateFilter, LateOrder
from store.late_messages import late_messages
from store.late_promises import missed
from store.recording import record
from store.tables import events
from tests.factories import DAY, HOUR, MINUTE, MONDAY, Life

AGAIN = MONDAY + 4 * HOUR
"""When it works again: it was out since before the first due instant, one hour after MONDAY."""
WHOLE = LateFilter(since=MONDAY, until=MONDAY + DAY)


@pytest.fixture
def desk(db: Database) -> Database:
    """A and B sleep through the outage; C, opened a day before, was noticed in time."""
    for name, organisation, at in (("A", "acme", MONDAY), ("B", "other", MONDAY + 10 * MINUTE)):
        life = Life(name, at=at, organisation=organisation)
        record(db, life.take(), life.now)
        record(db, life.oversleep(AGAIN).take(), AGAIN)
    early = Life("C", at=MONDAY - DAY, organisation="acme")
    early.wait(70 * MINUTE)
    record(db, early.take(), early.now)
    return db


def test_what_fired_late_says_when_it_was_due(desk: Database) -> None:
    found = late.find(desk, WHOLE).firings
    first = next(one for one in found if one.ticket == "A" and one.fired is Fired.promise)
    assert (first.clock, first.due, first.at, first.late) == ("response", MONDAY + HOUR, AGAIN, 3 * 3600)
    assert {one.ticket for one in found} == {"A", "B"}
    assert {one.fired for one in found} >= {Fired.promise, Fired.update, Fired.warning}


def test_filters_and_orders_hold_and_pages_meet(desk: Database) -> None:
    assert {one.ticket for one in late.find(desk, WHOLE.model_copy(update={"organisation": "acme"})).firings} == {"A"}
    updates = late.find(desk, WHOLE.model_copy(update={"fired": Fired.update})).firings
    assert {one.fired for one in updates} == {Fired.update}
    assert late.find(desk, WHOLE.model_copy(update={"later_than": 5 * 3600.0})).firings == ()
    for order in LateOrder:
        whole = late.find(desk, WHOLE, order).firings
        paged, cursor = [], None
        while True:
            page = late.find(desk, WHOLE, order, cursor, limit=1)
            paged += page.firings
            cursor = page.next
            if cursor is None:
                break
        assert tuple(paged) == whole
    worst = late.find(desk, WHOLE, LateOrder.worst).firings
    assert [one.late for one in worst] == sorted((one.late for one in worst), reverse=True)
    with pytest.raises(ValueError, match="cursor"):
        late.find(desk, WHOLE, LateOrder.worst, late.find(desk, WHOLE, limit=1).next)


def test_the_sums_are_over_all_rows(desk: Database) -> None:
    assert len(list(late.spans(desk, WHOLE))) == len(late.find(desk, WHOLE).firings)


def test_a_promise_is_told_apart_by_whether_firing_late_explains_it(desk: Database) -> None:
    found = {
        (one.ticket, one.kind): one
        for one in missed(desk, LateFilter(since=MONDAY - 2 * DAY, until=MONDAY + DAY), AGAIN)
    }
    assert found["A", "update"].why is Why.not_sent
    assert found["A", "response"].why is Why.not_noticed
    assert found["A", "response"].noticed_late == 3 * 3600
    assert found["C", "response"].why is Why.anyway
    assert found["C", "response"].noticed_late is None


def test_messages_are_measured_from_what_they_tell_of(desk: Database) -> None:
    update = next(one for one in outbox.of_ticket(desk, "A") if one.message.template == "update_automatic")
    outbox.delivered(desk, {update.key: AGAIN + MINUTE}, "mail")
    found = {one.key: one for one in late_messages(desk, WHOLE, AGAIN + HOUR)}
    sent = found[update.key]
    assert (sent.due, sent.sent_at) == (MONDAY + 90 * MINUTE, AGAIN + MINUTE)
    assert sent.late == (AGAIN + MINUTE - sent.due).total_seconds()
    unsent = [one for one in found.values() if one.sent_at is None]
    assert unsent
    assert all(one.late == (AGAIN + HOUR - one.due).total_seconds() for one in unsent)


def test_a_ticket_whose_instant_has_passed_without_anything_is_counted_as_waiting(desk: Database) -> None:
    life = Life("D", at=MONDAY, organisation="third")
    record(desk, life.take(), life.now)
    wanted = WHOLE.model_copy(update={"organisation": "third"})
    assert late.waiting(desk, wanted, MONDAY + MINUTE) == 0
    assert late.waiting(desk, wanted, MONDAY + 3 * HOUR) == 1


def test_rows_from_before_this_report_are_filled_by_the_migration(desk: Database) -> None:
    def written() -> list[tuple[object, ...]]:
        with desk.read() as connection:
            rows = connection.execute(
                select(events.c.ticket, events.c.sequence, events.c.late).order_by(*events.primary_key)
            )
            return [tuple(row) for row in rows]

    before = written()
    with desk.begin() as connection:
        connection.execute(events.update().values(late=None))
    with desk.engine.connect() as connection:
        migrating = MigrationContext.configure(connection)
        with migrating.begin_transaction(), Operations.context(migrating):
            import_module("store.migrations.versions.0019_lateness").fill()
        connection.commit()
    assert written() == before


PLANNED = MONDAY + 90 * MINUTE - 5 * MINUTE
"""When the first update of a ticket goes out whose updates go out five minutes ahead of their due instant."""


def test_an_update_planned_ahead_is_late_from_its_plan_and_explains_the_miss_of_its_promise(db: Database) -> None:
    life = Life("A", at=MONDAY, ahead=300)
    record(db, life.take(), life.now)
    record(db, life.oversleep(AGAIN).take(), AGAIN)
    update = next(one for one in late.find(db, WHOLE).firings if one.fired is Fired.update)
    assert (update.due, update.at, update.late) == (PLANNED, AGAIN, (AGAIN - PLANNED).total_seconds())
    promise = next(one for one in missed(db, WHOLE, AGAIN) if one.kind == "update")
    assert (promise.due, promise.why) == (MONDAY + 90 * MINUTE, Why.not_sent)
    assert promise.noticed_late == (AGAIN - promise.due).total_seconds()
    told = next(one for one in late_messages(db, WHOLE, AGAIN) if one.template == "update_automatic")
    assert told.due == PLANNED


def test_an_update_that_misses_its_plan_and_not_its_promise_costs_no_promise(db: Database) -> None:
    life, back = Life("A", at=MONDAY, ahead=300), MONDAY + 88 * MINUTE
    record(db, life.take(), life.now)
    record(db, life.oversleep(back).take(), back)
    assert [one.late for one in late.find(db, WHOLE).firings if one.fired is Fired.update] == [180.0]
    assert "update" not in {one.kind for one in missed(db, WHOLE, back)}


def test_one_that_fires_ahead_as_planned_is_not_late_at_all(db: Database) -> None:
    life = Life("A", at=MONDAY, ahead=300)
    life.wait(88 * MINUTE)
    record(db, life.take(), life.now)
    assert late.find(db, WHOLE).firings == ()
    for one in outbox.of_ticket(db, "A"):
        outbox.delivered(db, {one.key: PLANNED}, "mail")
    assert [one for one in late_messages(db, WHOLE, MONDAY + 90 * MINUTE) if one.template == "update_automatic"] == []
