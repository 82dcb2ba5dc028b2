"""`escalade erase`: takes a person out of the tickets and of the directory; what was promised and kept stays."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from api.engine.tickets import EngineAway, EngineBusy, TicketEngine
from api.erasure.erasing import Erasing, NobodyThere, StillNeeded
from cli.client import ClientError, settings
from cli.keys import open_database
from cli.tickets import AsJson
from domain.commands import Actor
from domain.words import Role
from runtime.settings import Settings
from runtime.temporal import TemporalError, connect
from store import erasures
from store.erasing import Counts


def erase(
    organisation: Annotated[str, typer.Option("--organisation", "-o", help="Whose person it is.")],
    contact: Annotated[str, typer.Option("--contact", "-c", help="The person, by the contact's id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase. Without it, only what would go is shown.")] = False,
    operator: Annotated[str, typer.Option(help="Who does it: stands in the audit.")] = "operations",
    as_json: AsJson = False,
) -> None:
    """Erase a person: names, addresses, what it wrote and what was written on its tickets. The promise record stays.

    Interrupted, it is simply run again, or an API process goes on with it. Backups, and closed runs in Temporal until
    its retention is over, keep theirs.
    """
    chosen = settings()
    with open_database() as database:
        work = Erasing(
            database, None, organisation, contact, Actor(role=Role.operations, id=operator), datetime.now(UTC)
        )
        try:
            counts = asyncio.run(_run(work, chosen)) if yes else work.would().counts
        except (NobodyThere, StillNeeded) as error:
            raise ClientError(str(error)) from None
        except (EngineAway, EngineBusy, TemporalError) as error:
            kept = "an API process goes on with it; or run it again in a minute"
            raise ClientError(f"the engine does not answer ({error}); {kept}") from None
    if as_json:
        typer.echo(json.dumps({"erased": yes, **vars(counts)}, indent=2))
        return
    Console(highlight=False).print(_said(counts, yes))


async def _run(work: Erasing, chosen: Settings) -> Counts:
    asked = await asyncio.to_thread(work.ask)
    if not await asyncio.to_thread(erasures.take, work.database, work.contact, work.now):
        raise ClientError(f"it is under way already: {asked.done} of {asked.tickets} tickets are done")
    work.engine = TicketEngine(await connect(chosen), task_queue=chosen.task_queue, timeout=timedelta(seconds=20))
    return await work.run()


def _said(counts: Counts, done: bool) -> Text:
    parts = ", ".join(f"{value} {name}" for name, value in vars(counts).items())
    if done:
        return Text(f"Erased: the person, and of its tickets: {parts}", "green")
    return Text(f"Would go: the person, and of its tickets: {parts}. Nothing was changed; give --yes to erase.")
