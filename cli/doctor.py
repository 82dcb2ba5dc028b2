"""`escalade doctor`: looks at every part and says what is wrong, what it means and what to do next."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.engine.tickets import TicketEngine
from api.operations.doors import HealthView, view
from api.operations.examining import examine
from api.operations.findings import Report
from api.operations.subject import Subject
from cli.client import settings
from cli.tickets import AsJson
from runtime.settings import Settings
from runtime.temporal import TemporalError, connect
from store.database import Database

EXIT = {"well": 0, "unknown": 1, "warning": 1, "critical": 2}
"""By the worst that was found: nothing, somebody must look today, promises are not kept."""
MARKS = {"well": ("✓", "green"), "unknown": ("?", "dim"), "warning": ("!", "yellow"), "critical": ("✖", "bold red")}
ENGINE_WITHIN = timedelta(seconds=3)


def doctor(
    as_json: AsJson = False,
    language: Annotated[str, typer.Option("--language", "-l", help="en or fr.")] = "en",
) -> None:
    """Say what is wrong and what to do next; works while half of it is down. Exit code 0: well, 1: look today, 2: now.

    It needs no API and no key: it looks at the engine, the database and this machine itself, and changes nothing.
    """
    chosen = settings()
    found = view(asyncio.run(examined(chosen)), chosen, language)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _print(Console(highlight=False), found)
    sys.stdout.flush()
    raise typer.Exit(EXIT[str(found.severity)])


async def examined(chosen: Settings) -> Report:
    """What is found from here, with a client and a database of its own."""
    engine, away = None, ""
    with suppress(TimeoutError):
        async with asyncio.timeout(ENGINE_WITHIN.total_seconds() + 1):
            try:
                client = await connect(chosen, patience=ENGINE_WITHIN - timedelta(seconds=1))
                engine = TicketEngine(client, task_queue=chosen.task_queue, timeout=ENGINE_WITHIN)
            except TemporalError as error:
                away = str(error)
    database = Database(chosen.sqlalchemy_url)
    reason = away or f"Temporal at {chosen.temporal_target} hangs: it takes connections and does not answer"
    return await examine(Subject(database, engine, reason, chosen, datetime.now(UTC)))


def _print(console: Console, found: HealthView) -> None:
    table = Table.grid(padding=(0, 2))
    for part in found.parts:
        mark, style = MARKS[str(part.severity)]
        table.add_row(Text(mark, style), Text(part.name), Text(part.said, "dim" if part.severity == "well" else ""))
    console.print(table, soft_wrap=True)
    for one in found.findings:
        mark, style = MARKS[str(one.severity)]
        console.print(Text(f"\n{mark} {one.code}: {one.meaning}", style), soft_wrap=True)
        rows = {
            "says": one.detail,
            "tickets": ", ".join(one.tickets),
            "look at": one.look,
            "do": one.do,
            "begin with": one.command,
            "workflow": one.workflow or "",
            "runbook": one.runbook,
        }
        for title, words in rows.items():
            if words:
                console.print(Text(f"  {title:<11}", "dim") + Text(words), soft_wrap=True)
    if not found.findings:
        console.print(Text("\nEverything is well.", "bold green"))
