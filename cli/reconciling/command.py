"""`escalade reconcile`: compares the engine with the record, and mends what differs when it is told to."""

from __future__ import annotations

import asyncio
import getpass
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from api.engine.tickets import EngineAway, TicketEngine
from cli.client import ClientError, settings
from cli.reconciling.defects import Defects
from cli.reconciling.looking import Look, Untold
from cli.reconciling.mending import Mender, Unmendable
from cli.reconciling.retelling import HistoryUntold, Reteller
from cli.reconciling.view import as_json, found_page, mended_page
from domain.commands import Actor
from domain.reconciling import Finding
from domain.words import Role
from runtime.settings import Settings
from runtime.temporal import TemporalError, connect
from store.database import Database


@dataclass
class Done:
    """What was found, and what came of mending it."""

    findings: list[Finding]
    untold: list[Untold]
    looked: int
    mended: int = 0
    kept_back: int = 0
    left: dict[str, str] | None = None
    """Why, by ticket, where mending failed; None when nothing was to be mended."""


def reconcile(
    mend: Annotated[bool, typer.Option("--mend", help="Mend what differs; without it, only say so.")] = False,
    ticket: Annotated[str | None, typer.Option(help="Only this ticket.", metavar="NUMBER")] = None,
    send_again: Annotated[
        bool, typer.Option("--send-again", help="Let messages that are recorded again go out, sent before or not.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Compare the engine with the database, ticket by ticket, after one of them was restored from a backup.

    Needs no worker: best run before the workers start again. Exit code 1 while anything differs.
    """
    if send_again and not mend:
        raise ClientError("--send-again belongs to --mend: without it nothing is recorded")
    chosen = settings()
    database = Database(chosen.sqlalchemy_url)
    console = Console(stderr=True, highlight=False, quiet=json_)
    try:
        database.ping()
        done = asyncio.run(_run(chosen, database, console, ticket, mend, send_again, yes or (json_ and mend)))
    except SQLAlchemyError as error:
        raise ClientError(f"the database cannot be used ({type(error).__name__}): see `escalade prepare`") from None
    except (TemporalError, EngineAway, RPCError) as error:
        raise ClientError(f"the engine cannot be read: {error}") from None
    finally:
        database.close()
    if json_:
        told = None if done.left is None else {"tickets": done.mended, "kept_back": done.kept_back, "left": done.left}
        typer.echo(json.dumps(as_json(done.findings, done.untold, done.looked, told), indent=2))
    if done.untold or (done.findings if done.left is None else done.left):
        raise typer.Exit(1)


async def _run(
    chosen: Settings, database: Database, console: Console, ticket: str | None, mend: bool, send: bool, yes: bool
) -> Done:
    client = await connect(chosen, patience=timedelta(seconds=10))
    look = Look(client, database, Reteller(client.data_converter))
    defects = Defects(client, database, look.reteller, chosen.task_queue)
    done = await _look(look, defects, console, ticket)
    console.print(found_page(done.findings, done.untold, done.looked))
    if mend and ticket is not None and done.untold:
        await _begin_again(_mender(chosen, client, look, send), done, ticket, yes)
        console.print(mended_page(done.mended, 0, done.left or {}))
    elif mend and done.findings:
        if not yes:
            _agreed(len(done.findings))
        await _mend(_mender(chosen, client, look, send), defects, done, console)
        console.print(mended_page(done.mended, done.kept_back, done.left or {}))
    return done


async def _look(look: Look, defects: Defects, console: Console, ticket: str | None) -> Done:
    done = Done([], [], 0)
    total = await look.total() if ticket is None else 1
    with _progress(console) as progress:
        bar = progress.add_task("comparing", total=total)
        async for found in look.everything(only=ticket):
            if isinstance(found, Finding):
                done.findings.append(found)
            else:
                done.untold.append(found)
            progress.update(bar, completed=look.seen)
        progress.update(bar, completed=look.seen)
    if ticket is None:
        done.findings += [found async for found in defects.everything()]
    done.findings.sort(key=lambda one: one.ticket)
    done.looked = look.seen
    return done


async def _mend(mender: Mender, defects: Defects, done: Done, console: Console) -> None:
    done.left = {}
    with _progress(console) as progress:
        for finding in progress.track(done.findings, description="mending"):
            why = await (_defect(defects, finding) if finding.defect else _ticket(mender, finding, done))
            if why is None:
                done.mended += 1
            else:
                done.left[finding.ticket] = why
    await mender.engine.wake_delivery()


async def _begin_again(mender: Mender, done: Done, ticket: str, yes: bool) -> None:
    """For a run that cannot be replayed, and so is stuck: the record has all that was ever answered."""
    if not yes:
        _agreed(1)
    done.left = {}
    try:
        await mender.begin_again(ticket)
        async for still in mender.look.everything(only=ticket):
            done.left[ticket] = still.why if isinstance(still, Untold) else f"still {still.difference}: run it again"
    except Unmendable as error:
        done.left[ticket] = str(error)
    done.mended += ticket not in done.left
    done.untold = []


async def _ticket(mender: Mender, finding: Finding, done: Done) -> str | None:
    """Why the ticket still is not as it should be; None when it is."""
    try:
        done.kept_back += await mender.mend(finding)
    except Unmendable as error:
        return str(error)
    async for still in mender.look.everything(only=finding.ticket):
        return still.why if isinstance(still, Untold) else f"still {still.difference}: run it again"
    return None


async def _defect(defects: Defects, finding: Finding) -> str | None:
    try:
        await defects.mend(finding)
    except HistoryUntold as untold:
        return str(untold)
    async for still in defects.everything(finding.ticket):
        return f"still {still.difference}: run it again"
    return None


def _mender(chosen: Settings, client: Client, look: Look, send: bool) -> Mender:
    engine = TicketEngine(client, task_queue=chosen.task_queue, timeout=timedelta(seconds=20))
    by = Actor(role=Role.system, id=getpass.getuser())
    return Mender(look, engine, by, lambda: datetime.now(UTC), send)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True)


def _agreed(number: int) -> None:
    if not sys.stdin.isatty():
        raise ClientError("nobody is here to be asked: look at what differs first, then give --yes")
    typer.confirm(f"Mend {number} tickets? Workers should not run meanwhile.", abort=True)
