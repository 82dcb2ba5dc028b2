"""The simulator's pace and memory, and the real workflow's pace beside it: `python -m bench foresight`.

The help desk's log where it is beside the repository, or the sample. CPU seconds of one process, so that a machine that
does other things too does not count for much; the real workflow, which waits for its server, is measured by the wall.
"""

from __future__ import annotations

import csv
import gzip
import multiprocessing
import resource
import tempfile
import time
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from agreements import compile_terms, load, published
from bench.equality import Job, told
from bench.figure import Figure
from cli.replay import mapping_from, read_tickets
from domain.terms import Terms
from foresight.backtest import Candidate, run
from foresight.logfile import lines, read_log
from foresight.retelling import retell
from tests.foresight.logs import HELPDESK, ROOT, SAMPLE

OPENING_HOURS = ROOT / "tests" / "foresight" / "opening_hours.yaml"
"""The help desk's own hours, under which its known answers were computed."""
TICKETS, ROUNDS = 1_000, 3
TIMES = 10
REAL_LIVES = 25
HASTE = 5
"""A quick run tells so many times fewer."""


class Pace(NamedTuple):
    """One agreement: tickets and events per CPU second, and how many events a ticket has."""

    agreement: str
    tickets: float
    events: float
    each: float


def agreements() -> dict[str, Path]:
    """By name; the one that the goal is about first."""
    return {"opening hours": OPENING_HOURS, **published()}


def _log() -> tuple[Path, Path]:
    return (HELPDESK, ROOT / "mappings/helpdesk.yaml") if HELPDESK.exists() else (SAMPLE, ROOT / "mappings/sample.yaml")


def pace(name: str, path: Path, number: int) -> Pace:
    """The best of some rounds over the same `number` tickets."""
    file, mapping_file = _log()
    mapping = mapping_from(mapping_file)
    tickets = read_tickets(read_log(file, mapping.named), mapping, load(path), 0, tickets=number, spread=True).tickets
    best, events = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        events = sum(len(retell(ticket)[0].events) for ticket in tickets)
        best = min(best, time.process_time() - began)
    return Pace(name, len(tickets) / best, events / best, events / len(tickets))


def longer(log: Path, folder: Path, times: int) -> Path:
    """The same log, `times` as long: each ticket as often, under other names."""
    column = mapping_from(_log()[1]).columns.ticket
    path = folder / "longer.csv.gz"
    opener = gzip.open if log.suffix == ".gz" else open
    with opener(log, "rt", encoding="utf-8", newline="") as source, gzip.open(path, "wt", newline="") as target:
        rows = list(csv.DictReader(source))
        writer = csv.DictWriter(target, rows[0].keys())
        writer.writeheader()
        for number in range(times):
            writer.writerows({**row, column: f"{row[column]}-{number}"} for row in rows)
    return path


def whole(log: str) -> tuple[int, float, float]:
    """A backtest of a log: tickets, CPU seconds, peak MB of a process that does nothing else."""
    mapping = mapping_from(_log()[1])
    agreement = load(OPENING_HOURS)

    @lru_cache
    def terms_in(year: int) -> Terms:
        return compile_terms(agreement, opened=date(year, 1, 1))

    began = time.process_time()
    candidate = Candidate("opening hours", lambda day: terms_in(day.year))
    found = run(lines(Path(log), mapping.named), mapping, (candidate,), afterwards=timedelta(days=60))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found.tickets, time.process_time() - began, peak


def _alone(log: Path) -> tuple[int, float, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(whole, (str(log),))


def paces(console: Console, number: int) -> list[Figure]:
    """How fast tickets are simulated, each agreement."""
    table = Table(title=f"Simulated tickets per CPU second on one core ({_log()[0].name})")
    for heading in ("agreement", "tickets / s", "events / s", "events a ticket"):
        table.add_column(heading, justify="left" if heading == "agreement" else "right")
    found = []
    for name, path in agreements().items():
        one = pace(name, path, number)
        goal = "pace" if path is OPENING_HOURS else ""
        table.add_row(name, f"{one.tickets:,.0f}", f"{one.events:,.0f}", f"{one.each:.0f}")
        found.append(Figure(f"simulated, {name}", one.tickets, "tickets / CPU s", goal=goal))
    console.print(table)
    return found


def memory(console: Console, times: int) -> list[Figure]:
    """What a whole backtest takes; whether it stays flat."""
    table = Table(
        title=f"A whole backtest (reading, sorting, mapping, telling, judging); the log {times} times as long"
    )
    for heading in ("what", "once", f"{times} times", "ratio"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    with tempfile.TemporaryDirectory() as folder:
        once, often = _alone(_log()[0]), _alone(longer(_log()[0], Path(folder), times))
    table.add_row("tickets", f"{once[0]:,}", f"{often[0]:,}", f"{often[0] / once[0]:.1f}")
    table.add_row("tickets / CPU s", f"{once[0] / once[1]:,.0f}", f"{often[0] / often[1]:,.0f}", "")
    table.add_row("peak memory, MB", f"{once[2]:.0f}", f"{often[2]:.0f}", f"{often[2] / once[2]:.2f}")
    console.print(table)
    what = f"peak memory of a backtest, a log {times} times as long"
    return [
        Figure("backtest", often[0] / often[1], "tickets / CPU s"),
        Figure(what, often[2], "MB", once[2], "the log once", "backtest_memory"),
    ]


def beside_the_real_one(console: Console, lives: int) -> list[Figure]:
    """Random lives told by both."""
    table = Table(title=f"The same {lives} lives, simulated and by the real workflow on the time-skipping server")
    for heading in ("agreement", "simulated / s", "real / s", "ratio"):
        table.add_column(heading, justify="left" if heading == "agreement" else "right")
    found = []
    for name in sorted(published()):
        both = told(Job(None, name, lives))
        rates = both.tickets / both.simulated_seconds, both.tickets / both.real_seconds
        table.add_row(name, f"{rates[0]:,.0f}", f"{rates[1]:,.1f}", f"{rates[0] / rates[1]:,.0f}")
        found.append(Figure(f"lives of {name}", rates[0], "/ s", rates[1], "the real workflow", "simulator"))
    console.print(table)
    return found


def figures(quick: bool) -> list[Figure]:
    """Pace, memory, and the real workflow beside them."""
    console = Console()
    return [
        *paces(console, TICKETS // HASTE if quick else TICKETS),
        *memory(console, TIMES // HASTE if quick else TIMES),
        *beside_the_real_one(console, REAL_LIVES // HASTE if quick else REAL_LIVES),
    ]
