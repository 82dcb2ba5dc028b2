"""Promises that were missed in a period, each with whether firing late explains it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.base import Instant, Model
from domain.clock import Clock
from domain.keeping import PROMISED
from domain.lateness import Fired, Span, Why, why_missed
from domain.words import ClockKind
from store import late
from store.database import Database
from store.keyset import Keyset
from store.late import LateFilter
from store.tables import clocks, tickets
from store.types import NEVER


class LatePromise(Model):
    """A missed promise. `noticed_late`: seconds after `due` at which that was acted upon, where it was late.

    `late`: real seconds past its due instant, so far where `ended_at` is absent.
    """

    ticket: str
    number: int
    kind: ClockKind
    due: Instant
    why: Why
    noticed_late: float | None
    ended_at: Instant | None
    late: int
    severity: str
    subject: str
    organisation: str
    agreement: str
    level: str
    group: str | None
    assignee: str | None


_ROW = (
    clocks.c.ticket, clocks.c.number, clocks.c.kind, clocks.c.missed_due, clocks.c.ended_at, clocks.c.late,
    clocks.c.severity, clocks.c.body, tickets.c.subject, tickets.c.organisation, tickets.c.agreement, tickets.c.level,
    tickets.c.group, tickets.c.assignee,
)  # fmt: skip
_ORDER = Keyset("late promises", (clocks.c.missed_due, clocks.c.ticket, clocks.c.number))
_AUTOMATIC = "automatic update"


def missed(db: Database, wanted: LateFilter, now: datetime, cursor: str | None = None) -> Iterator[LatePromise]:
    """Those whose due instant passed in the period, in the order in which they fell due; only beyond `cursor`.

    ValueError for another list's cursor.
    """
    query = (
        select(*_ROW)
        .join(tickets, tickets.c.id == clocks.c.ticket)
        .where(
            clocks.c.missed_due >= wanted.since,
            clocks.c.missed_due < wanted.until,
            clocks.c.kind.in_([str(kind) for kind in PROMISED]),
            *late.of_tickets(wanted),
        )
        .order_by(*_ORDER.ordering)
    )
    if cursor is not None:
        query = query.where(_ORDER.beyond(cursor))
    lateness = _Lateness(db, wanted)
    with db.read() as connection:
        for row in connection.execute(query).mappings():
            yield _promise(dict(row), lateness, now)


def cursor_at(row: LatePromise) -> str:
    """The cursor of the page that begins after `row`."""
    return _ORDER.cursor_at({"missed_due": row.due, "ticket": row.ticket, "number": row.number})


class _Lateness:
    """What fired late, by ticket: where misses were noticed, updates written, and staff warned."""

    def __init__(self, db: Database, wanted: LateFilter) -> None:
        self._at: dict[tuple[str, datetime], datetime] = {}
        self._updates: dict[str, list[Span]] = defaultdict(list)
        self.warnings: dict[str, list[datetime]] = defaultdict(list)
        # What fell due in the period may have been noticed long after it.
        for fired, span in late.spans(db, wanted.model_copy(update={"until": NEVER, "fired": None})):
            if fired is Fired.promise:
                self._at[span.ticket, span.due] = span.at
            elif fired is Fired.update:
                self._updates[span.ticket].append(span)
            elif fired in (Fired.warning, Fired.escalation):
                self.warnings[span.ticket].append(span.due)

    def noticed(self, ticket: str, kind: ClockKind, due: datetime) -> float | None:
        """Seconds after `due` at which that was acted upon, where it was late."""
        at = self._at.get((ticket, due))
        if kind is ClockKind.update:
            # An update is planned for a little before it is due: that instant is the one which came late.
            at = next((span.at for span in self._updates[ticket] if span.due <= due < span.at), at)
        return None if at is None else (at - due).total_seconds()


def _promise(row: dict[str, Any], lateness: _Lateness, now: datetime) -> LatePromise:
    due, clock = row.pop("missed_due"), Clock.model_validate_json(row.pop("body"))
    kind, ticket = ClockKind(row["kind"]), row["ticket"]
    seconds = lateness.noticed(ticket, kind, due)
    automatic = clock.reason == _AUTOMATIC
    why = why_missed(kind, due, seconds, automatic=automatic, warnings=lateness.warnings.get(ticket, ()))
    so_far = row["late"] if row["ended_at"] else max(0, int((now - due).total_seconds()))
    return LatePromise(**{**row, "due": due, "why": why, "noticed_late": seconds, "late": so_far})
