"""`escalade agreement roll-out NAME`: brings running tickets to an agreement's current revision."""

from __future__ import annotations

import asyncio
import csv
import getpass
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from agreements import AgreementError
from api.engine.tickets import TicketEngine
from cli.client import ClientError, settings
from cli.rollout_drive import Commands, Compiler, Drive, EngineStays, Outcome, dry_run
from cli.rollout_view import ROWS, Progress, changes_page, found, history_page, result, rows
from domain.commands import Actor
from domain.preview import Preview
from domain.words import Role
from papers.cells import cell
from runtime.temporal import TemporalError, connect
from store import agreements as stored
from store import rollouts
from store.database import Database

Name = Annotated[str, typer.Argument(help="Name of an agreement that is loaded.", metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


class Ways(Protocol):
    """How a roll-out reaches the outside; a test gives its own."""

    def now(self) -> datetime:
        """The time."""

    async def engine(self) -> Commands:
        """The engine that takes the commands."""


@dataclass
class Cluster:
    """The database and the engine of the settings."""

    def now(self) -> datetime:
        """The time of this machine."""
        return datetime.now(UTC)

    async def engine(self) -> Commands:
        """A client of Temporal. ClientError when it does not answer."""
        chosen = settings()
        try:
            client = await connect(chosen)
        except TemporalError as error:
            raise ClientError(str(error)) from None
        return TicketEngine(client, task_queue=chosen.task_queue, timeout=timedelta(seconds=20))


def roll_out(
    name: Name,
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen, ticket by ticket, clock by clock.")
    ] = False,
    batch: Annotated[int, typer.Option(min=1, max=1000, help="Tickets in a batch.")] = 50,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    by: Annotated[str | None, typer.Option(help="Who does it, for the record (default: your login).")] = None,
    file: Annotated[
        Path | None, typer.Option("--csv", help="With --dry-run: write every clock that would move into a CSV file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring running tickets to the agreement's current revision; interrupted, run it again and it goes on.

    Exit code 1 when tickets were refused or could not be reached.
    """
    if file is not None and not dry:
        raise ClientError("--csv lists what would happen: give it together with --dry-run")
    with _database() as database:
        roll_out_with(Cluster(), database, name, dry=dry, batch=batch, yes=yes, by=by, file=file, as_json=as_json)


def roll_out_with(
    ways: Ways, database: Database, name: str, *, dry: bool, batch: int, yes: bool, by: str | None,
    file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """The command with its outside given."""
    revision, operator = _current(database, name), _operator(by)
    try:
        compiler = Compiler(database, revision, ways.now())
    except AgreementError as error:
        raise ClientError(f"revision {revision.revision} of {name} cannot be read any longer:\n{error}") from None
    total = rollouts.left(database, name, revision.revision)
    if dry:
        _dry(dry_run(database, compiler, operator, ways.now()), revision, total, file, as_json)
        return
    _agreed(name, revision, total, yes, as_json)
    try:
        rollout = rollouts.begin(database, name, revision.revision, operator.id, ways.now())
    except IntegrityError:
        raise ClientError(f"somebody else has just begun a roll-out of {name}; see `agreement roll-outs`") from None
    with asyncio.Runner() as runner:
        drive, outcomes, stopped = runner.run(
            _drive(ways, database, compiler, rollout, operator, batch, total, as_json)
        )
    refused = [outcome for outcome in outcomes if outcome.what == "refused"]
    _print(result(drive.rollout, outcomes, refused, stopped, as_json=as_json), as_json)
    if refused or stopped is not None or drive.rollout.counts.left:
        raise typer.Exit(1)


async def _drive(
    ways: Ways, database: Database, compiler: Compiler, rollout: rollouts.Rollout, operator: Actor, batch: int,
    total: int, as_json: bool,
) -> tuple[Drive, list[Outcome], str | None]:  # fmt: skip
    drive = Drive(database, await ways.engine(), compiler, rollout, operator, ways.now, batch)
    outcomes: list[Outcome] = []
    stopped: str | None = None
    with Progress(total, Console(stderr=True, highlight=False, quiet=as_json)) as progress:
        try:
            async for outcome in drive.run():
                outcomes.append(outcome)
                progress.step(outcome)
        except EngineStays as error:
            stopped = str(error)
    return drive, outcomes, stopped


def roll_outs(name: Name, as_json: AsJson = False) -> None:
    """List the roll-outs of an agreement: which revision, who, when, how far."""
    with _database() as database:
        done = rollouts.of(database, name)
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in done], indent=2))
        return
    Console(highlight=False).print(history_page(name, done))


def _dry(previews: Iterable[Preview], revision: stored.Revision, total: int, file: Path | None, as_json: bool) -> None:
    seen = list(previews)
    if file is not None:
        try:
            with file.open("w", newline="", encoding="utf-8") as opened:
                writer = csv.writer(opened)
                writer.writerow(ROWS)
                writer.writerows([cell(value) for value in row] for row in rows(seen))
        except OSError as error:
            raise ClientError(f"{file} cannot be written: {error.strerror}") from None
    if as_json:
        tickets = [preview.model_dump(mode="json") for preview in seen]
        whole = {"agreement": revision.name, "revision": revision.revision, **found(seen), "tickets": tickets}
        typer.echo(json.dumps(whole, indent=2))
        return
    Console(highlight=False).print(changes_page(revision, seen, total, file))


def _agreed(name: str, revision: stored.Revision, total: int, yes: bool, as_json: bool) -> None:
    if yes or total == 0:
        return
    if as_json or not sys.stdin.isatty():
        raise ClientError("nobody is here to be asked: look at --dry-run first, then give --yes")
    typer.confirm(f"Bring {total} running tickets of {name} to revision {revision.revision}?", abort=True)


def _current(database: Database, name: str) -> stored.Revision:
    revision = stored.current(database, name)
    if revision is None:
        known = ", ".join(one.name for one in stored.revisions(database, current_only=True)) or "none"
        raise ClientError(f'no agreement "{name}" is loaded; loaded: {known}. `escalade prepare` loads changed files')
    return revision


def _operator(by: str | None) -> Actor:
    try:
        return Actor(role=Role.system, id=by or getpass.getuser())
    except (ValidationError, OSError, KeyError):
        raise ClientError(
            f'"{by or "your login"}" cannot stand in the record: give --by with letters, digits and . _ @ + - : only'
        ) from None


def _print(content: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(content, indent=2))
    else:
        Console(highlight=False).print(content)


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(settings().sqlalchemy_url)
    try:
        database.ping()
        yield database
    except SQLAlchemyError as error:
        raise ClientError(
            f"the database cannot be used ({type(error).__name__}): start `escalade up` once, run `escalade prepare`, "
            "or set ESCALADE_HOME or ESCALADE_DATABASE_URL to where it is"
        ) from None
    finally:
        database.close()
