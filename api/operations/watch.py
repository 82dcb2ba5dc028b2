"""What Prometheus and OTLP are told of the whole installation: the examination, counted, whenever metrics are read.

Each API process tells the same of the database and the engine: rules take the maximum over all of them.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from api.board.feed import Feed
from api.context import Context
from api.operations.examining import PATIENCE, examine
from api.operations.findings import Report, Severity
from api.operations.probes.workers import polling
from api.operations.subject import Subject
from store import vital

log = logging.getLogger(__name__)

FRESH = 10.0
"""Seconds for which an examination is told: one scrape reads it many times."""

Tell = Callable[[Report], Iterable[Observation]]


class Watch:
    """Examines for threads that read metrics, in the loop that the application runs in."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._at = 0.0
        self._report: Report | None = None

    def report(self) -> Report | None:
        """The examination of now, or of a moment ago; None while the application does not run."""
        with self._lock:
            if self._report is None or time.monotonic() - self._at > FRESH:
                self._report = self._examined()
                self._at = time.monotonic()
            return self._report

    def _examined(self) -> Report | None:
        loop: asyncio.AbstractEventLoop | None = getattr(self._app.state, "loop", None)
        if loop is None or not loop.is_running():
            return None
        ours: Context = self._app.state.context
        subject = Subject(ours.database, ours.connected, ours.waiting_for, ours.settings, datetime.now(UTC))
        try:
            return asyncio.run_coroutine_threadsafe(examine(subject), loop).result(PATIENCE + 2)
        except (TimeoutError, CancelledError):
            log.warning("the examination for the metrics has not come to its end")
            return None


def begin(app: FastAPI) -> Watch:
    """Makes the gauges of this process. Once in a process: the meter is the process's."""
    watch, meter = Watch(app), metrics.get_meter("escalade")

    def gauge(name: str, description: str, tell: Tell, unit: str = "") -> None:
        def look(_: CallbackOptions) -> Iterable[Observation]:
            report = watch.report()
            return [] if report is None else list(tell(report))

        meter.create_observable_gauge(name, [look], unit=unit, description=description)

    for name, unit, description, tell in GAUGES:
        gauge(name, description, tell, unit)
    feed: Feed = app.state.feed
    ours: Context = app.state.context

    def pool(_: CallbackOptions) -> Iterable[Observation]:
        used, most = vital.connections(ours.database)
        return [Observation(used, {"state": "used"}), Observation(most, {"state": "most"})]

    def disk(_: CallbackOptions) -> Iterable[Observation]:
        home = ours.settings.home
        if not home.exists():
            return []
        usage = shutil.disk_usage(home)
        return [Observation(usage.free / usage.total)]

    meter.create_observable_gauge("escalade.pool.connections", [pool], description="Connections of this process")
    meter.create_observable_gauge("escalade.disk.free", [disk], unit="1", description="Share of the disk that is free")
    meter.create_observable_gauge(
        "escalade.feed.listeners", [lambda _: [Observation(feed.listeners)]], description="Boards that listen"
    )
    return watch


def _age(report: Report, since: datetime | None) -> float:
    return max(0.0, (report.at - since) / timedelta(seconds=1)) if since is not None else 0.0


def _well(report: Report) -> Iterable[Observation]:
    return [
        Observation(int(part.severity in (Severity.well, Severity.warning)), {"part": part.name})
        for part in report.parts
    ]


def _findings(report: Report) -> Iterable[Observation]:
    return [
        Observation(1, {"code": code, "severity": str(severity)})
        for code, severity in {(one.code, one.severity) for one in report.findings}
    ]


def _open(report: Report) -> Iterable[Observation]:
    for one in report.figures.open if report.figures else ():
        yield Observation(
            one.number,
            {"agreement": one.agreement, "status": one.status, "level": one.level, "severity": one.severity},
        )


def _stuck(report: Report) -> Iterable[Observation]:
    part = next(one for one in report.parts if one.name == "stuck")
    if not part.seen.unknown:
        stuck = [one for one in part.seen.findings if one.code == "ticket-stuck"]
        yield Observation(sum(int(one.meaning.data["number"]) for one in stuck))


def _number(name: str) -> Tell:
    def tell(report: Report) -> Iterable[Observation]:
        return [Observation(getattr(report.figures, name))] if report.figures else []

    return tell


def _since(name: str) -> Tell:
    def tell(report: Report) -> Iterable[Observation]:
        return [Observation(_age(report, getattr(report.figures, name)))] if report.figures else []

    return tell


def _line(name: str) -> Tell:
    def tell(report: Report) -> Iterable[Observation]:
        for line in report.figures.lines if report.figures else ():
            value = getattr(line, name)
            yield Observation(_age(report, value) if name == "oldest" else value, {"way": str(line.way)})

    return tell


def _workers(report: Report) -> Iterable[Observation]:
    for queue in report.vitals.queues if report.vitals else ():
        yield Observation(polling(queue, report.at), {"queue": queue.label})


def _backlog(report: Report) -> Iterable[Observation]:
    for queue in report.vitals.queues if report.vitals else ():
        yield Observation(queue.backlog, {"queue": queue.label})


def _backlog_age(report: Report) -> Iterable[Observation]:
    for queue in report.vitals.queues if report.vitals else ():
        yield Observation(queue.age / timedelta(seconds=1), {"queue": queue.label})


GAUGES: tuple[tuple[str, str, str, Tell], ...] = (
    ("escalade.part.well", "", "1 while a part is well or has warnings only", _well),
    ("escalade.finding", "", "What is wrong, by its code in the runbook", _findings),
    ("escalade.tickets.open", "", "Open tickets", _open),
    ("escalade.tickets.stuck", "", "Workflows whose workflow task fails again and again", _stuck),
    ("escalade.tickets.overdue", "", "Tickets on which nothing acted when something fell due", _number("overdue")),
    ("escalade.tickets.overdue.age", "s", "How long ago the oldest of it fell due", _since("due")),
    ("escalade.outbox.waiting", "", "Messages that wait", _line("waiting")),
    ("escalade.outbox.tried", "", "Messages that wait after a failed attempt", _line("tried")),
    ("escalade.outbox.given_up", "", "Messages that were given up", _line("given_up")),
    ("escalade.outbox.age", "s", "How long the oldest message has waited", _line("oldest")),
    ("escalade.alerts.pending", "", "Alerts that were taken and not carried out", _number("alerts")),
    ("escalade.alerts.pending.age", "s", "How long the oldest of them has waited", _since("alerts_since")),
    ("escalade.messages.unmatched", "", "Messages that nobody could be found for", _number("unmatched")),
    ("escalade.texts.overdue", "", "Archived tickets whose texts should be gone", _number("texts")),
    ("escalade.texts.overdue.age", "s", "How long ago the first of them should have gone", _since("texts_since")),
    ("escalade.erasures.pending", "", "People whose erasure has not ended", _number("erasures")),
    ("escalade.erasures.pending.age", "s", "How long ago the first was asked for", _since("erasures_since")),
    ("escalade.workers", "", "Workers that ask for work", _workers),
    ("escalade.backlog", "", "Tasks that wait for a worker", _backlog),
    ("escalade.backlog.age", "s", "How long the oldest of them has waited", _backlog_age),
)
"""Name, unit, description, and how it is read from an examination."""
