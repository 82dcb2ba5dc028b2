"""What everything stands on: the disk under the state, clocks that agree, secrets that are set."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.engine.tickets import EngineAway, EngineBusy
from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.probes.workers import POLLED_WITHIN
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from runtime.links import PURPOSE
from runtime.secret import secret_key, why_lost
from runtime.settings import Settings, SettingsError
from store import vital

LITTLE, LEAST = 0.10, 0.03
"""Shares of the disk, free: below the first somebody must look, below the second writes are about to fail."""
ENOUGH = 5_000_000_000
"""Bytes free that are no warning, however big the disk."""
SKEW = 2.0
"""Seconds between two clocks: a promise is told late or early by as much."""
AHEAD = 20.0
"""Seconds that every one of the latest recordings took: the worker's clock is ahead, or recording hangs."""
NAMED = 5
"""Workers that are named, at most."""


async def look(subject: Subject) -> Seen:
    findings = []
    free, total = await aside(_disk, subject.settings.home)
    share = free / total
    data = {"percent": round(share * 100, 1), "gb": round(free / 1e9, 1), "home": str(subject.settings.home)}
    if share < LEAST or (share < LITTLE and free < ENOUGH):
        meaning = _(
            "The disk under %(home)s has %(percent)s %% (%(gb)s GB) left: when it is full, nothing is recorded."
        )
        severity = Severity.critical if share < LEAST and free < ENOUGH else Severity.warning
        findings.append(Finding("disk-full", severity, Said(meaning, data)))
    missing = await aside(_missing, subject.settings)
    if missing:
        meaning = _(
            "The installation's secret is missing or not the same for all: sign-in links and stored secrets "
            "do not work."
        )
        findings.append(Finding("secret-missing", Severity.critical, Said(meaning), detail=missing))
    try:
        async with asyncio.timeout(3):
            findings += await aside(_skews, subject, await _recorders(subject))
    except (TimeoutError, SQLAlchemyError):
        pass  # told by the database's own part
    return Seen(Said(_("%(percent)s %% of the disk (%(gb)s GB) free"), data), tuple(findings))


def _disk(home: Path) -> tuple[int, int]:
    while not home.exists():
        home = home.parent
    usage = shutil.disk_usage(home)
    return usage.free, usage.total


def _missing(settings: Settings) -> str:
    if settings.secret_key is None and settings.database_url is None:
        return why_lost(settings)  # asking for it would make one: an examination changes nothing
    try:
        secret_key(settings, PURPOSE)
    except SettingsError as error:
        return str(error)
    return ""


async def _recorders(subject: Subject) -> str:
    """Whose clock it can be: the workers that ask for work, as process@host; empty where nobody knows."""
    try:
        queues = (await subject.vitals()).queues
    except (EngineAway, EngineBusy, RPCError):
        return ""
    names = {one.identity for queue in queues for one in queue.pollers if subject.now - one.seen_at < POLLED_WITHIN}
    return ", ".join(sorted(names)[:NAMED])


def _skews(subject: Subject, recorders: str) -> list[Finding]:
    found = []
    there = vital.clock(subject.database)
    if there is not None:
        skew = (there - datetime.now(UTC)).total_seconds()
        if abs(skew) > SKEW:
            meaning = _("The database's clock and this machine's differ by %(seconds)s s.")
            found.append(Finding("clock-skew", Severity.warning, Said(meaning, {"seconds": round(skew, 1)})))
    lag = vital.lag(subject.database, subject.now)
    if lag is None:
        return found
    behind = [at for at, late in lag.steps if late < -SKEW]
    if not behind and not (lag.least > AHEAD and lag.steady):
        return found
    last = max(behind or [at for at, _ in lag.steps])
    data = {
        "seconds": round(abs(lag.least), 1),
        "last": f"{last:%Y-%m-%d %H:%M:%S} UTC",
        "until": f"{last + vital.RECENT:%H:%M:%S}",
    }
    if behind:
        meaning = _(
            "A worker's clock is at least %(seconds)s s behind the engine's: steps seem recorded before they happened. "
            "Last seen at %(last)s; once the clock is right, this goes by %(until)s."
        )
    else:
        meaning = _(
            "Every one of the latest steps was recorded %(seconds)s s after it happened, or later: a worker's clock is "
            "ahead of the engine's, or each recording waits for the database. Last seen at %(last)s; this goes with "
            "the next step that is recorded in time, or by %(until)s."
        )
    whose = f"workers: {recorders}" if recorders else ""
    return [*found, Finding("clock-skew", Severity.warning, Said(meaning, data), detail=whose)]
