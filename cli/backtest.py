"""`escalade backtest`: which of last year's tickets an agreement would have broken, and which another one keeps."""

from __future__ import annotations

import csv
import gc
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from agreements import AgreementError, compile_terms, parse, published
from agreements.trying import ChangeRefused, read_change
from cli import backtest_view
from cli.files import check_writable, text_of, write
from cli.replay import mapping_from
from domain.errors import FileRefused
from domain.terms import Terms
from foresight import report
from foresight.backtest import Backtest, Candidate, Difference, run
from foresight.backtest_page import backtest_page
from foresight.guessing import LOOKED_AT, guess
from foresight.judging import Judged
from foresight.logfile import lines
from foresight.rows import BadRow, LogError, Row
from papers.cells import cell
from runtime.settings import Settings

SHOWN = 200
"""Differences on the page and on the screen; the file has them all."""

Lines = Iterator[Row | BadRow]
_Log = Annotated[Path, typer.Argument(help="CSV with a header, or XES; plain or gzipped.")]
_Mapping = Annotated[Path | None, typer.Option("--mapping", "-m", help="What the log's rows mean.")]
_Agreements = Annotated[list[str] | None, typer.Option("--agreement", "-a", help="Name or file; a second is compared.")]
_WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if", "-w", help="The first agreement with another value beside it: severities.low.response.within=2 h"
    ),
]
_Guess = Annotated[bool, typer.Option("--guess", help="Guess a mapping, and print it with its reasons.")]
_Afterwards = Annotated[int, typer.Option(min=0, max=3650, help="Days that a ticket is followed after its last row.")]


@dataclass
class _Shown:
    """The first differences: those that were kept under one agreement and not under the other, then others."""

    decisive: list[Difference] = field(default_factory=list)
    others: list[Difference] = field(default_factory=list)

    def add(self, one: Difference) -> None:
        kept = self.decisive if one.decisive else self.others
        if len(kept) < SHOWN:
            kept.append(one)

    def first(self) -> list[Difference]:
        return [*self.decisive, *self.others][:SHOWN]


def backtest(
    log: _Log,
    mapping: _Mapping = None,
    agreement: _Agreements = None,
    what_if: _WhatIf = None,
    guess_it: _Guess = False,
    html: Annotated[Path | None, typer.Option(help="Write the report with its pictures here.")] = None,
    verdicts: Annotated[Path | None, typer.Option(help="Write every verdict here, as CSV.")] = None,
    differences: Annotated[Path | None, typer.Option(help="Write what differs here, as CSV.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    afterwards: _Afterwards = 60,
) -> None:
    """Tell recorded tickets under one agreement or two: what was kept, what was missed, by how much, and why.

    Each row is used at its own instant, and nothing of it before: docs/foresight.md says how. Exit code 0; 2 where
    something that was asked for cannot be understood, read or written.
    """
    # Rows and events come and go by the million and hold no cycles: looking for some costs a third of the time.
    gc.set_threshold(100_000, 20, 50)
    try:
        if guess_it:
            _guess(log)
            return
        if mapping is None:
            _fail("name the mapping with --mapping, or have one guessed with --guess")
        check_writable(html, verdicts, differences, json_file)
        rules = mapping_from(mapping)
        candidates = _candidates(agreement or [], what_if or [])
        shown = _Shown()
        with ExitStack() as files:
            on_verdict = _verdict_writer(files, verdicts)
            on_difference = _difference_writer(files, differences, shown)
            rows_read, tickets_told = _progress(files)
            found = run(
                rows_read(lines(log, rules.named)),
                rules,
                candidates,
                on_verdict=on_verdict,
                on_difference=on_difference,
                on_ticket=tickets_told,
                afterwards=timedelta(days=afterwards),
            )
        if not found.tickets:
            _fail(_nothing(log, found))
        notes = [f"Changed in the second: {words}" for words in what_if or []]
        if html is not None:
            write(html, backtest_page(log.name, found, shown.first(), notes))
        if json_file is not None:
            write(json_file, json.dumps(report.as_data(found), indent=2, ensure_ascii=False) + "\n")
    except (AgreementError, FileRefused, LogError, ChangeRefused) as error:
        _fail(str(error))
    except OSError as error:  # the disk is full, of a table or of what is sorted beside it
        _fail(f"{error.filename or 'what is kept on disk meanwhile'} cannot be written: {error.strerror}")
    console = Console(highlight=False)
    console.print(backtest_view.page(log.name, found, shown.first(), notes))
    for file in (html, verdicts, differences, json_file):
        if file is not None:
            console.print(Text(f"written: {file}", "dim"), soft_wrap=True)


def _candidates(named: list[str], what_if: list[str]) -> tuple[Candidate, ...]:
    if not 1 <= len(named) <= 2:
        _fail("name one agreement with --agreement, or two that are compared")
    if what_if and len(named) == 2:
        _fail("--what-if changes a copy of one agreement: name one")
    found = [_candidate(one, []) for one in named]
    if len(found) == 2 and found[0].name == found[1].name:
        if named[0] == named[1]:
            _fail(f"both are {named[0]}: name another one, or change this one with --what-if")
        # Two files of one name are told apart by their paths: figures are kept by the name.
        found = [Candidate(words, one.terms_of) for words, one in zip(named, found, strict=True)]
    return (*found, _candidate(named[0], what_if)) if what_if else tuple(found)


def _candidate(named: str, changes: list[str]) -> Candidate:
    known = published(Settings.load().agreements_dir)
    path = Path(named) if named.endswith((".yaml", ".yml")) else known.get(named)
    if path is None:
        _fail(f'no agreement is called "{named}"; known: {", ".join(sorted(known))}; or name a file')
    text = text_of(path, "name a published agreement or the path of a file")
    agreement = parse(text, file=str(path), name=path.stem, changes=[read_change(words) for words in changes])

    @lru_cache
    def terms_in(year: int) -> Terms:
        return compile_terms(agreement, opened=date(year, 1, 1))

    return Candidate(f"{path.stem}, changed" if changes else path.stem, lambda day: terms_in(day.year))


def _guess(log: Path) -> None:
    seen = list(islice(lines(log, set()), LOOKED_AT))
    first = next((row for row in seen if isinstance(row, Row)), None)
    if first is None:
        _fail(f"{log} has no row that can be read")
    try:
        guessed = guess(seen, list(first.values))
    except ValueError as error:
        _fail(str(error))
    typer.echo(guessed.text)
    stderr = Console(stderr=True, highlight=False)
    for reason in guessed.reasons:
        stderr.print(Text(f"guessed: {reason}", "dim"), soft_wrap=True)


def _verdict_writer(files: ExitStack, path: Path | None) -> Any:
    if path is None:
        return None
    writer = csv.writer(files.enter_context(path.open("w", newline="", encoding="utf-8")))
    writer.writerow(report.COLUMNS)

    def write(agreement: str, ticket: str, one: Judged) -> None:
        told = [getattr(one, name) for name in report.COLUMNS[2:]]
        writer.writerow([cell("" if value is None else value) for value in (agreement, ticket, *told)])

    return write


def _difference_writer(files: ExitStack, path: Path | None, shown: _Shown) -> Any:
    writer = csv.writer(files.enter_context(path.open("w", newline="", encoding="utf-8"))) if path else None
    if writer is not None:
        sides = [f"{name}_{which}" for which in ("first", "second") for name in ("ending", "due", "late", "promise")]
        writer.writerow(["ticket", "clock", *sides, "why"])

    def write(one: Difference) -> None:
        shown.add(one)
        if writer is not None:
            told = [
                value
                for side in (one.first, one.second)
                for value in ((side.ending, side.due, side.late, side.promise) if side else ("", "", "", ""))
            ]
            writer.writerow([cell(value) for value in (one.ticket, one.clock, *told, one.why)])

    return write


def _progress(files: ExitStack) -> tuple[Callable[[Lines], Lines], Callable[[int], None]]:
    """What counts rows and tickets on a terminal; in a pipe nothing is said."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.fields[rows]:,} rows read, {task.fields[tickets]:,} tickets"), TimeElapsedColumn())
    bar = files.enter_context(Progress(*columns, console=console, transient=True, disable=not console.is_terminal))
    task = bar.add_task("backtest", total=None, rows=0, tickets=0)

    def rows_read(rows: Lines) -> Lines:
        number = 0
        for row in rows:
            number += 1
            if number % 1_000 == 0:
                bar.update(task, rows=number)
            yield row
        bar.update(task, rows=number)

    return rows_read, lambda count: bar.update(task, tickets=count) if count % 50 == 0 else None


def _nothing(log: Path, found: Backtest) -> str:
    if not found.read:
        return f"{log} has no row below its column names"
    told = "".join(f"\n  line {bad.line}: {bad.reason}" for bad in found.bad[:5])
    return f"none of the {found.read:,} rows of {log} can be used; see what the mapping says of their columns{told}"


def _fail(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message, "red"), soft_wrap=True)
    raise typer.Exit(2)
