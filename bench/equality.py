"""The simulator against the real workflow, field by field: `python -m bench equality`.

For each agreement as many random lives, and as many tickets of each recorded log that is here, are told by both: the
real workflow on the time-skipping server. Each server has one time for all its tickets, so several stand side by side.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.service import RPCError

from agreements import load, published
from bench.figure import Figure
from cli.replay import mapping_from, read_tickets
from cli.virtual_time import DriveError
from foresight.logfile import read_log
from foresight.recorded import RecordedTicket, first_instant, shift_for
from tests.foresight.equality import Compared, compare
from tests.foresight.logs import REAL, ROOT
from tests.foresight.random_lives import packages, random_tickets

LIVES, TICKETS = 200, 300
QUICK = 10
SEED = 20261126
AT_ONCE = 50
"""Lives in one virtual time. More would not go faster: each command waits for all the others of its instant."""
SHOWN = 10
"""Tickets that differ, of which the lines are printed."""
LOGS = {"helpdesk": "helpdesk_events.csv.gz", "volvo": "volvo_incidents.csv.gz"}


class Job(NamedTuple):
    """One comparison: random lives, or tickets of a log, under one agreement. `part` of `parts` of them."""

    log: str | None
    agreement: str
    number: int
    part: int = 0
    parts: int = 1


def tickets_of(job: Job) -> list[RecordedTicket]:
    """The tickets to be told twice."""
    if job.log is None:
        return random_tickets(job.agreement, SEED, job.number)[job.part :: job.parts]
    mapping = mapping_from(ROOT / "mappings" / f"{job.log}.yaml")
    log = read_log(REAL / LOGS[job.log], mapping.named)
    now = datetime.now(UTC)
    years = shift_for(first_instant(log.rows, mapping) or now, now)
    agreement = load(published()[job.agreement])
    return read_tickets(log, mapping, agreement, years, tickets=job.number, spread=True).tickets[job.part :: job.parts]


def told(job: Job) -> Compared:
    """Both tellings of a job, compared."""
    tickets = tickets_of(job)
    bought = None if job.log else partial(lambda ticket: packages(ticket.id, ticket.opened_at))
    for more in (True, False):
        try:
            with tempfile.TemporaryDirectory() as folder:
                return compare(tickets, Path(folder), bought)
        except (RPCError, DriveError) as error:  # the test server gives up where the machine is too busy for it
            if not more:
                raise RuntimeError(f"{job}: {error}") from None
    raise AssertionError("one of the two has returned or raised")


def jobs(lives: int, tickets: int) -> list[Job]:
    """Every comparison, the longest ones first."""
    logs = [name for name, file in LOGS.items() if (REAL / file).exists()]
    wanted: list[tuple[str | None, str, int]] = [
        (log, agreement, tickets) for log in logs for agreement in sorted(published())
    ]
    wanted += [(None, agreement, lives) for agreement in sorted(published())]
    found = []
    for log, agreement, count in wanted:
        parts = max(1, count // AT_ONCE)
        found += [Job(log, agreement, count, part, parts) for part in range(parts)]
    return found


def figures(quick: bool) -> list[Figure]:
    """Lives that differ: none may."""
    asked = jobs(QUICK, QUICK) if quick else jobs(LIVES, TICKETS)
    spawn = multiprocessing.get_context("spawn")  # the engine's client does not survive a fork
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=spawn) as pool:
        answers = []
        for answer in pool.map(told, asked):
            answers.append(answer)
            sys.stderr.write(f"\r{len(answers)} of {len(asked)} parts compared ")
    sys.stderr.write("\n")
    console = Console()
    table = Table(title="The simulator and the real workflow: the same events at the same instants, field for field")
    for heading in ("what", "agreement", "lives", "events", "refused steps", "delayed", "different", "goal"):
        table.add_column(heading, justify="left" if heading in ("what", "agreement", "goal") else "right")
    different: dict[str, list[str]] = {}
    for log, agreement in dict.fromkeys((job.log, job.agreement) for job in asked):
        found = [one for job, one in zip(asked, answers, strict=True) if (job.log, job.agreement) == (log, agreement)]
        differ = {name: lines for one in found for name, lines in one.different.items()}
        different |= {f"{log or 'random'} {agreement} {name}": lines for name, lines in differ.items()}
        table.add_row(
            log or "random lives",
            agreement,
            f"{sum(one.tickets for one in found):,}",
            f"{sum(one.events for one in found):,}",
            f"{sum(one.refused for one in found):,}",
            f"{sum(len(one.delayed) for one in found):,}",
            str(len(differ)),
            f"0: {'FAIL' if differ else 'pass'}",
        )
    console.print(table)
    console.print("delayed: alike only at the instants at which the engine acted, more than 3 s late on a busy machine")
    for name in LOGS.keys() - {job.log for job in asked}:
        console.print(f"{LOGS[name]} is not beside the repository: its publisher grants no redistribution")
    for name, lines in list(different.items())[:SHOWN]:
        console.print(f"{name}: {len(lines)} differences, first: {lines[0]}", highlight=False)
    lives, events = sum(one.tickets for one in answers), sum(one.events for one in answers)
    delayed, told_of = sum(len(one.delayed) for one in answers), f"lives, {events:,} events"
    return [
        Figure("lives told otherwise by the real workflow", len(different), "", lives, told_of, "equality"),
        Figure("of them alike only at the engine's late instants", delayed, "", lives, "lives"),
    ]
