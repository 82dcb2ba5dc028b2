"""Bytes in PostgreSQL of an open ticket and of a closed one, by table: real lives recorded as the worker does it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text

from agreements import published
from bench.sizing import lives
from store import agreements as stored
from store import directory
from store.database import Database
from store.recording import record
from tests.factories import MONDAY

DELIVERED = """
UPDATE outbox SET state = 'delivered', attempts = 1, channel = 'mail', delivered_at = created_at,
                  routed_at = created_at;
INSERT INTO delivery_attempts (key, at, outcome) SELECT key, created_at, 'delivered' FROM outbox;
"""
"""Every message went out at its first attempt."""


class Weight(NamedTuple):
    """Bytes per ticket in a table and in its indexes, and rows per ticket."""

    table: str
    rows: float
    heap: float
    indexes: float


def weigh(db: Database, number: int, *, closed: bool) -> list[Weight]:
    """Fills an empty, migrated database with `number` tickets of each agreement; the weights, heaviest first.

    Closed ones are archived; open ones stand in the middle of their lives.
    """
    count = 0
    for agreement in sorted(published()):
        tickets = lives.recorded(agreement)
        for each in range(number):
            ticket = tickets[each % len(tickets)]
            until = None if closed else lives.middle(ticket)
            _put(db, agreement, ticket.opening.organisation)
            state, steps = lives.recordings(ticket, f"{agreement[:2].upper()}{each:08}", until)
            for one in steps:
                record(db, one, one.events[-1].at)
            assert not closed or state.closing is not None
            count += 1
    with db.begin() as connection:
        for statement in DELIVERED.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")))
    return _weights(db, count)


def _weights(db: Database, count: int) -> list[Weight]:
    with db.read() as connection:
        connection.exec_driver_sql("VACUUM FULL ANALYZE")
        found = connection.execute(
            text(
                "SELECT relname, reltuples, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > :few"
            ),
            {"few": count / 2},  # agreements and clients do not grow with tickets
        ).all()
    weights = [Weight(name, rows / count, heap / count, indexes / count) for name, rows, heap, indexes in found]
    return sorted(weights, key=lambda one: -(one.heap + one.indexes))


def _put(db: Database, agreement: str, organisation: str) -> None:
    if stored.current(db, agreement) is None:
        stored.save(db, agreement, "1", published()[agreement].read_text(encoding="utf-8"), MONDAY)
    directory.save(db, directory.Organisation(id=organisation, name=organisation.capitalize(), language="en"))
