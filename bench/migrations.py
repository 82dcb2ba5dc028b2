"""Migrations on 100,000 tickets in PostgreSQL while it is read and written: `python -m bench migrations`.

A database full of tickets, events, clocks and messages is brought back to revision FIRST, and then up to date, one
migration after the other. Meanwhile others read and write it without a pause, as a page and a recording do, in the
columns that a process of the older version knows. Counted is the longest that one of them had to wait; beside it
stands the longest wait with nothing else going on, in the same run.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from alembic import command
from alembic.config import Config
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, text

from bench.figure import Figure
from bench.lists import desk
from store.database import MIGRATIONS, Database

TICKETS = 100_000
FIRST = "0012"
QUICK = 5_000
STILL = "no migration"
QUIET = 5.0
"""Seconds of reading and writing without a migration."""

MORE = """
INSERT INTO events (ticket, sequence, at, type, role, actor, cause, body)
SELECT id, n, opened_at + n * interval '1 hour', CASE n WHEN 3 THEN 'clock_missed' ELSE 'comment_added' END, 'client',
       'anna', CASE n WHEN 3 THEN 'due:2026-11-02T09:00:00+00:00' ELSE 'step-' || n END,
       json_build_object('at', '2026-11-02T10:00:00+00:00', 'fact', json_build_object(
           'type', 'clock_missed', 'clock', 'response-1', 'text', repeat('What was said. ', 20)))
FROM tickets, generate_series(1, 4) n;
INSERT INTO outbox (key, ticket, sequence, to_kind, to_id, template, body, state, attempts, next_attempt_at, created_at,
                    delivered_at)
SELECT id || ':' || n, id, n, 'contact', 'anna', 'status_updated', '{}', 'delivered', 1, opened_at, opened_at, opened_at
FROM tickets, generate_series(1, 3) n;
"""
READ = (
    "SELECT id, subject, severity FROM tickets WHERE status IN ('new', 'open', 'waiting', 'resolved')"
    " AND organisation = :organisation ORDER BY opened_at DESC, id LIMIT 50",
    "SELECT id, status, next_due FROM tickets WHERE id = :ticket",
    "SELECT sequence, type, body FROM events WHERE ticket = :ticket ORDER BY sequence",
    "SELECT number, kind, due, body FROM clocks WHERE ticket = :ticket ORDER BY number",
)
WRITE = (
    "INSERT INTO events (ticket, sequence, at, type, role, actor, cause, body) VALUES"
    " (:ticket, :number, now(), 'comment_added', 'client', 'anna', 'b', '{}')",
    "UPDATE tickets SET version = version + 1, updated_at = now(), next_due = now(), promise_due = now()"
    " WHERE id = :ticket",
    "UPDATE clocks SET due = now() WHERE ticket = :ticket",
    "INSERT INTO outbox (key, ticket, sequence, to_kind, to_id, template, body, state, attempts, next_attempt_at,"
    " created_at) VALUES (:key, :ticket, :number, 'contact', 'anna', 'x', '{}', 'delivered', 1, now(), now())",
)


class Stretch(NamedTuple):
    """A migration, or nothing, with the longest that a reader and a writer had to wait, in seconds."""

    what: str
    took: float
    reads: int
    read: float
    writes: int
    write: float


class Service(threading.Thread):
    """Does one thing again and again, and remembers when and how long each took."""

    def __init__(self, database: Database, act: Callable[[Connection, int], None]) -> None:
        super().__init__(daemon=True)
        self.done: list[tuple[float, float]] = []
        """When each began, and what it took; seconds."""
        self.error: Exception | None = None
        self.ended = threading.Event()
        self._database, self._act = database, act

    def run(self) -> None:
        number = 0
        try:
            while not self.ended.is_set():
                number += 1
                began = time.perf_counter()
                with self._database.begin() as connection:
                    self._act(connection, number)
                self.done.append((began, time.perf_counter() - began))
        except Exception as error:  # whoever measures is told
            self.error = error

    def between(self, began: float, ended: float) -> tuple[int, float]:
        """How many there were in that time, and the longest."""
        took = [each for at, each in self.done if at < ended and at + each > began]
        return len(took), max(took, default=0.0)


def run(tickets: int) -> list[Stretch]:
    """Fills, goes back, and comes forward with readers and writers at work."""
    with desk(tickets) as db:
        _say(f"{tickets:,} tickets are there; their events and messages follow")
        with db.begin() as connection:
            for statement in MORE.strip().split(";\n"):
                connection.execute(text(statement.rstrip(";")))
        _say(f"back to {FIRST}")
        revisions = _back(db)
        with db.read() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        names = [f"B{number * 97 % tickets:09}" for number in range(1_000)]
        return _forward(db, revisions, names)


def _forward(db: Database, revisions: list[str], names: list[str]) -> list[Stretch]:
    def read(connection: Connection, number: int) -> None:
        asked = {"ticket": names[number % len(names)], "organisation": f"client-{number % 400}"}
        for statement in READ:
            connection.execute(text(statement), asked).all()

    def write(connection: Connection, number: int) -> None:
        name = names[(number * 31) % len(names)]
        for statement in WRITE:
            connection.execute(text(statement), {"ticket": name, "number": 100 + number, "key": f"new-{number}"})

    reader, writer = Service(db, read), Service(db, write)
    stretches: list[tuple[str, float, float]] = []
    reader.start()
    writer.start()
    began = time.perf_counter()
    time.sleep(QUIET)
    stretches.append(("nothing else", began, time.perf_counter()))
    for revision in revisions:
        began = time.perf_counter()
        db.upgrade(revision)
        stretches.append((revision, began, time.perf_counter()))
        _say(f"{revision} took {stretches[-1][2] - began:.1f} s")
    for service in (reader, writer):
        service.ended.set()
    for service in (reader, writer):
        service.join(60)
        if service.error is not None:
            raise service.error
    return [
        Stretch(what, ended - began, *reader.between(began, ended), *writer.between(began, ended))
        for what, began, ended in stretches
    ]


def _back(db: Database) -> list[str]:
    """Takes the newest migrations back; gives their revisions, in the order in which they come again."""
    known = {path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py")}
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, FIRST)
        connection.commit()
    return sorted(revision for revision in known if revision > FIRST)


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def figures(quick: bool) -> list[Figure]:
    """The longest waits, beside those with nothing else going on; the table has each migration."""
    count = QUICK if quick else TICKETS
    rows = run(count)
    table = Table(title=f"Migrations on {count:,} tickets in PostgreSQL, while they are read and written")
    for heading in ("migration", "took s", "reads", "longest s", "writes", "longest s"):
        table.add_column(heading, justify="left" if heading == "migration" else "right")
    for row in rows:
        told: tuple[Any, ...] = (f"{row.took:.1f}", row.reads, f"{row.read:.2f}", row.writes, f"{row.write:.2f}")
        table.add_row(row.what, *map(str, told))
    Console().print(table)
    alone, changing = rows[0], rows[1:]
    return [
        Figure("longest wait of a reader", max(row.read for row in changing), "s", alone.read, STILL, "migrations"),
        Figure("longest wait of a writer", max(row.write for row in changing), "s", alone.write, STILL, "migrations"),
    ]
