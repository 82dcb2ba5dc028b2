"""The workers: is there one for each queue, of which builds, and does work wait for them."""

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
    for queue in vitals.queues:
        there = polling(queue, subject.now)
        quiet = max(quiet, min((subject.now - one.seen_at for one in queue.pollers), default=timedelta()))
        builds |= {one.build for one in queue.pollers if one.build and subject.now - one.seen_at < POLLED_WITHIN}
        fewest = there if fewest is None else min(there, fewest)
        if not there:
            findings.append(_away(queue, subject.settings.task_queue))
        elif queue.age > LONG:
            findings.append(_behind(queue))
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


def _away(queue: Queue, name: str) -> Finding:
    last = max((one.seen_at for one in queue.pollers), default=None)
    meaning = _("No worker polls the %(kind)s queue %(queue)s: commands are not answered, clocks do not act.")
    detail = f"last seen {last:%Y-%m-%d %H:%M:%S} UTC" if last else ""
    return Finding("worker-away", Severity.critical, Said(meaning, {"kind": queue.kind, "queue": name}), detail=detail)


def _behind(queue: Queue) -> Finding:
    meaning = _("%(number)s tasks wait for a worker, the oldest for %(seconds)s s: workers hang or cannot keep up.")
    data = {"number": queue.backlog, "seconds": round(queue.age.total_seconds())}
    return Finding("backlog", Severity.critical, Said(meaning, data))
