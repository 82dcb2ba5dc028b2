"""Stuck tickets: workflows that try the same in vain, with the engine's word on why."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from api.engine.vitals import Failing
from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from runtime.codec import missing_key
from store import tickets
from store.figures import GRACE

MOST = 20
"""Workflows looked at one by one; what holds more of them up is one cause, and is told by the first."""


NEWEST = 5
DATABASE_WITHIN = 3.0
"""Seconds: one that hangs must not take the time from the engine, which is asked next."""


async def look(subject: Subject) -> Seen:
    engine = subject.running
    late: list[str] = []
    newest = 0
    try:
        async with asyncio.timeout(DATABASE_WITHIN):
            found = await aside(tickets.overdue, subject.database, subject.now - GRACE, MOST)
        # What is not recorded is late nowhere: where nothing can be, those that began last are looked at.
        newest = NEWEST if await subject.refusal() is not None else 0
        late = [one.id for one in found if one.next_due is not None and one.next_due < subject.now - GRACE]
    except (TimeoutError, SQLAlchemyError):
        late, newest = [], NEWEST  # told by the database's own part; what the engine marks is looked at all the same
    failing = await engine.failing(late, MOST, newest)
    said = Said(_("workflows that fail again and again: %(number)s"), {"number": len(failing)})
    return Seen(said, tuple(_finding(alike) for alike in _alike(failing)))


def _alike(failing: list[Failing]) -> list[list[Failing]]:
    """By what fails and why: a hundred tickets stuck on one cause are one finding."""
    found: dict[tuple[str, str, str], list[Failing]] = {}
    for one in failing:
        found.setdefault((one.what, one.cause, one.message[:80]), []).append(one)
    return list(found.values())


def _finding(alike: list[Failing]) -> Finding:
    first = alike[0]
    affected = tuple(one.ticket for one in alike if one.ticket is not None)
    data = {"number": len(alike), "what": first.what, "attempt": max(one.attempt for one in alike)}
    if (key := missing_key(first.message)) is not None:
        meaning = _(
            'Workflows that stand still, since a process lacks the key "%(key)s" in ESCALADE_CODEC_KEYS: %(number)s. '
            "Nothing is lost."
        )
        return Finding(
            "codec-key-missing", Severity.critical, Said(meaning, {**data, "key": key}), affected, _detail(first)
        )
    if first.what == "workflow task":
        meaning = _(
            "Stuck workflows: %(number)s. Their workflow task fails, at attempt %(attempt)s by now. "
            "What was said to them waits, and nothing is lost."
        )
        return Finding("ticket-stuck", Severity.critical, Said(meaning, data), affected, _detail(first))
    meaning = _("Workflows that wait for the activity %(what)s: %(number)s. It fails, at attempt %(attempt)s by now.")
    return Finding("activity-failing", Severity.critical, Said(meaning, data), affected, _detail(first))


def _detail(one: Failing) -> str:
    return f"{one.workflow}: {one.cause}: {one.message}"[:500]
