"""The workers: is there one for each queue, delivery's too, of which builds, and does work wait for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.engine.vitals import Queue
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _

POLLED_WITHIN = timedelta(seconds=75)
"""A poll lasts a minute at most, so a worker that has not asked for work for longer than that is gone."""
LONG = timedelta(seconds=20)
"""A task that waits for longer has no worker: a living one takes it within milliseconds."""


async def look(subject: Subject) -> Seen:
    vitals = await subject.vitals()
    findings = []
    builds: set[str] = set()
    fewest, quiet = None, timedelta()
    silent = [queue for queue in vitals.queues if queue.delivers and not polling(queue, subject.now)]
    for queue in vitals.queues:
        there = polling(queue, subject.now)
        if queue in silent:
            continue
        quiet = max(quiet, min((subject.now - one.seen_at for one in queue.pollers), default=timedelta()))
        builds |= {one.build for one in queue.pollers if one.build and subject.now - one.seen_at < POLLED_WITHIN}
        fewest = there if fewest is None else min(there, fewest)
        if not there:
            findings.append(_away(queue))
        elif queue.age > LONG:
            findings.append(_behind(queue))
    if silent and fewest:  # where nobody works at all, that is told, and this with it
        findings.append(_nobody_delivers(silent))
    waiting = sum(queue.backlog for queue in vitals.queues)
    data = {
        "number": fewest or 0,
        "builds": len(builds),
        "waiting": waiting,
        "queue": subject.settings.task_queue,
        # Not judged below a whole poll: a worker that has nothing to do asks once a minute.
        "seconds": round(quiet.total_seconds()),
    }
    said = _(
        "polling the queue %(queue)s: %(number)s, last %(seconds)s s ago; builds: %(builds)s; "
        "tasks that wait: %(waiting)s"
    )
    return Seen(Said(said, data), tuple(findings))


def polling(queue: Queue, now: datetime) -> int:
    """How many workers ask for work there."""
    return sum(1 for one in queue.pollers if now - one.seen_at < POLLED_WITHIN)


def _away(queue: Queue) -> Finding:
    meaning = _("No worker polls the %(kind)s queue %(queue)s: commands are not answered, clocks do not act.")
    data = {"kind": queue.kind, "queue": queue.name}
    return Finding("worker-away", Severity.critical, Said(meaning, data), detail=_last_seen([queue]))


def _nobody_delivers(silent: list[Queue]) -> Finding:
    meaning = _(
        "Workers keep tickets, and none of them polls the queue %(queue)s (%(kinds)s): messages are recorded and do "
        "not go out."
    )
    name = silent[0].name
    return Finding(
        "delivery-worker-away",
        Severity.critical,
        Said(meaning, {"queue": name, "kinds": ", ".join(queue.kind for queue in silent)}),
        detail=_last_seen(silent),
        command=f"temporal task-queue describe --task-queue {name}",
    )


def _last_seen(queues: list[Queue]) -> str:
    last = max((one.seen_at for queue in queues for one in queue.pollers), default=None)
    return f"last seen {last:%Y-%m-%d %H:%M:%S} UTC" if last else ""


def _behind(queue: Queue) -> Finding:
    meaning = _(
        "%(number)s tasks of the queue %(queue)s wait for a worker, the oldest for %(seconds)s s: workers hang or "
        "cannot keep up."
    )
    data = {"number": queue.backlog, "seconds": round(queue.age.total_seconds()), "queue": queue.name}
    return Finding("backlog", Severity.critical, Said(meaning, data))
