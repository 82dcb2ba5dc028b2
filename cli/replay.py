"""`escalade replay`: a recorded log through the real workflow, in virtual time, and what an agreement had meant."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from agreements import AgreementError, AgreementFile, compile_terms, load, plain, published, revision
from cli import replay_drive, replay_report
from cli.files import text_of
from cli.replay_drive import Drive
from cli.replay_report import Replayed
from cli.virtual_time import DriveError, virtual_time
from domain.errors import FileRefused
from domain.record import Recording
from domain.terms import Terms
from foresight.figures import Tally
from foresight.logfile import Log, read_log
from foresight.mapping import Mapping
from foresight.problems import checked
from foresight.recorded import Reading, first_instant, read, shift_for
from foresight.rows import LogError
from runtime.settings import Settings, SettingsError
from store.database import Database
from store.tickets import history


def replay(
    log: Annotated[Path, typer.Argument(help="Recorded log: CSV with a header, plain or .gz.", metavar="LOG")],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", help="How its rows become commands (YAML).")],
    agreement: Annotated[
        str, typer.Option("--agreement", "-a", help="Name of an agreement, or its file.", metavar="NAME|FILE")
    ],
    tickets: Annotated[int, typer.Option(help="How many tickets; 0: all.", min=0)] = 300,
    pick: Annotated[
        str, typer.Option(help="Which: evenly over the log (spread), or those opened first (first).", metavar="HOW")
    ] = "spread",
    shift_years: Annotated[
        str, typer.Option(help="Years the log is moved by, a multiple of 28; auto: as few as possible.")
    ] = "auto",
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Virtual day to stop on (default: 60 days after the last step, or when every ticket is archived).",
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the report here, as JSON.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the record in this (new) SQLite file.")] = None,
) -> None:
    """Drive recorded tickets through the real workflow in virtual time, and say what the agreement would have meant.

    The server's clock starts today and only goes forward, so a log is moved by whole multiples of 28 years: weekdays
    and clock changes stay, and public holidays are those of the years it was recorded in.
    """
    console = Console()
    try:
        rules = mapping_from(mapping)
        terms_file = _agreement(agreement)
        recorded = read_log(log, rules.named)
        years = _years(shift_years, recorded, rules)
        reading = read_tickets(recorded, rules, terms_file, years, tickets=tickets, spread=_spread(pick))
        if not reading.tickets:
            _fail("no ticket could be read" + "".join(f"\n  line {bad.line}: {bad.reason}" for bad in reading.bad[:20]))
        if keep is not None and keep.exists():
            _fail(f"{keep} exists: name a new file to keep the record in")
        stop = until.replace(tzinfo=UTC) if until else None
        done = asyncio.run(_replayed(log, rules, terms_file, years, reading, stop, keep and keep.resolve(), console))
    except (AgreementError, FileRefused, LogError, SettingsError, DriveError) as error:
        _fail(str(error))
    if json_file is not None:
        json_file.write_text(json.dumps(replay_report.as_json(done), indent=2, ensure_ascii=False) + "\n")
    console.print(replay_report.page(done))
    if json_file is not None:
        console.print(Text(f"written: {json_file}", "dim"), soft_wrap=True)


def mapping_from(path: Path) -> Mapping:
    """The mapping in a file. FileRefused names every problem with its place."""
    found = plain.read(text_of(path, "a first one is guessed by `escalade backtest LOG --guess > MAPPING.yaml`"))
    if found.wrong:
        raise LogError("\n".join(f"{path}:{line}: {message}" for _, line, message in found.wrong))
    return checked(found.data, file=str(path), line=found.line)


def read_tickets(
    log: Log, mapping: Mapping, agreement: AgreementFile, years: int, *, tickets: int = 0, spread: bool = False
) -> Reading:
    """The recorded tickets of a log under an agreement, moved by `years`; the log's bad rows are in it."""

    @lru_cache
    def terms_in(year: int) -> Terms:
        return compile_terms(agreement, opened=date(year, 1, 1), shift_years=years)

    reading = read(log.rows, mapping, lambda day: terms_in(day.year), years=years, tickets=tickets, spread=spread)
    reading.bad = sorted([*log.bad, *reading.bad], key=lambda bad: bad.line)
    return reading


async def drive(
    reading: Reading,
    database: Database,
    say: Callable[[replay_drive.Progress], None],
    until: datetime | None = None,
) -> tuple[Drive, Counter[str], datetime, dict[str, int]]:
    """Carries the tickets through: the drive, messages by template, the virtual end, history events by ticket."""
    messages: dict[str, str] = {}
    heard: list[Callable[[Recording], None]] = []

    def on_recorded(recording: Recording) -> None:
        messages.update({message.key: message.template for message in recording.messages})
        for listener in heard:
            listener(recording)

    async with AsyncExitStack() as stack:
        env = await stack.enter_async_context(virtual_time(database, on_recorded))
        driving = Drive(env, database, reading.tickets, say)
        heard.append(driving.follow)
        ended_at = await driving.run(until)
        lengths = await driving.history_events()
    return driving, Counter(messages.values()), ended_at, lengths


async def _replayed(
    log: Path,
    mapping: Mapping,
    agreement: AgreementFile,
    years: int,
    reading: Reading,
    until: datetime | None,
    keep: Path | None,
    console: Console,
) -> Replayed:
    began = time.monotonic()
    steps = sum(len(ticket.steps) for ticket in reading.tickets)
    columns = (
        TextColumn("{task.fields[tickets]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("steps  {task.fields[day]}"),
        TimeElapsedColumn(),
    )
    folder = tempfile.TemporaryDirectory(prefix="escalade-replay-") if keep is None else nullcontext(str(keep.parent))
    with folder as place, Progress(*columns, console=console, transient=True) as bar:
        database = Database(f"sqlite:///{keep or Path(place) / 'replay.db'}")
        await asyncio.to_thread(database.upgrade)
        task = bar.add_task("replay", total=steps, tickets="", day="")

        def say(progress: replay_drive.Progress) -> None:
            text = f"{progress.opened} of {len(reading.tickets)} tickets, {progress.ended} ended"
            bar.update(task, completed=progress.steps, tickets=text, day=f"{progress.at:%Y-%m-%d}")

        driving, messages, ended_at, lengths = await drive(reading, database, say, until)
        tally = Tally()
        for ticket in reading.tickets:
            tally.add(history(database, ticket.id))
        database.close()
    return Replayed(
        log=log.name,
        title=mapping.log,
        agreement=agreement.agreement,
        revision=revision(agreement),
        years=years,
        reading=reading,
        outcomes=driving.outcomes,
        figures=tally.figures(),
        history_events=lengths,
        messages=dict(messages.most_common()),
        ended_at=ended_at,
        seconds=time.monotonic() - began,
    )


def _years(wanted: str, log: Log, mapping: Mapping) -> int:
    if wanted != "auto":
        if not wanted.isdigit() or int(wanted) % 28:
            _usage(f"--shift-years {wanted}: write auto, or a multiple of 28; another number would move the weekdays")
        return int(wanted)
    start = first_instant(log.rows, mapping)
    return shift_for(start, datetime.now(UTC)) if start else 0


def _spread(pick: str) -> bool:
    if pick not in ("spread", "first"):
        _usage(f"--pick {pick}: write spread or first")
    return pick == "spread"


def _agreement(which: str) -> AgreementFile:
    if which.endswith((".yaml", ".yml")) or "/" in which:
        return load(Path(which))
    known = published(Settings.load().agreements_dir)
    if which not in known:
        _fail(f'no agreement is called "{which}"; known: {", ".join(sorted(known))}; or name a file')
    return load(known[which])


def _usage(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message, "red"), soft_wrap=True)
    raise typer.Exit(2)


def _fail(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message, "red"), soft_wrap=True)
    raise typer.Exit(1)
