"""Promises over a period: what is about to be missed, what was missed and by how much, the share that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import field_validator
from sqlalchemy import ColumnElement, func, select

from domain.base import Instant, Model
from domain.clock import Clock
from domain.keeping import PROMISED
from domain.words import ClockKind, Level
from store.database import Database
from store.keyset import Keyset
from store.tables import clocks, tickets

MOST = 200
"""Promises on a page, at most."""
_NEWEST = Keyset("missed", (clocks.c.missed_due, clocks.c.ticket, clocks.c.number), downwards=True)
_ROW = (
    clocks.c.ticket, clocks.c.number, clocks.c.kind, clocks.c.severity, clocks.c.level, clocks.c.started_at,
    clocks.c.due, clocks.c.missed_due, clocks.c.ended_at, clocks.c.late, clocks.c.body, tickets.c.subject,
    tickets.c.organisation, tickets.c.agreement, tickets.c.group, tickets.c.assignee,
)  # fmt: skip


class PromiseFilter(Model):
    """Everything given must hold. Internal times are no promise to a client, and only looked at by name."""

    organisation: str | None = None
    agreement: str | None = None
    kind: ClockKind | None = None
    level: Level | None = None
    group: str | None = None
    assignee: str | None = None

    @field_validator("organisation", "agreement", "group", "assignee")
    @classmethod
    def _sayable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("contains a NUL character, which PostgreSQL cannot look for")
        return value


class Promise(Model):
    """A clock with its ticket. `level` is where it was started, `group` and `assignee` whose the ticket is now.

    `late` and `still` are real seconds: past its due instant (so far, while it goes on), and in which it stood still.
    """

    ticket: str
    number: int
    kind: ClockKind
    severity: str
    level: str
    group: str | None
    assignee: str | None
    subject: str
    organisation: str
    agreement: str
    started_at: Instant
    due: Instant
    ended_at: Instant | None
    late: int
    pauses: int
    still: int


class Page(Model):
    """Promises, and the cursor of those that follow; None after the last."""

    promises: tuple[Promise, ...]
    next: str | None = None


class Kept(Model):
    """How many promises to a client under an agreement were kept and missed in a period."""

    organisation: str
    agreement: str
    kept: int = 0
    missed: int = 0

    @property
    def share(self) -> float | None:
        """Of those that were decided, between 0 and 1; None without any."""
        return self.kept / (self.kept + self.missed) if self.kept + self.missed else None


def due_soon(db: Database, wanted: PromiseFilter, now: datetime, until: datetime, limit: int = 50) -> list[Promise]:
    """Promises that fall due between `now` and `until` and are not kept yet, the nearest first."""
    query = (
        select(*_ROW)
        .join(tickets, tickets.c.id == clocks.c.ticket)
        .where(clocks.c.verdict.is_(None), clocks.c.due >= now, clocks.c.due < until, *_conditions(wanted))
        .order_by(clocks.c.due, clocks.c.ticket, clocks.c.number)
    )
    with db.read() as connection:
        rows = connection.execute(query.limit(min(limit, MOST))).mappings().all()
    return [_promise(dict(row), now) for row in rows]


def missed(
    db: Database,
    wanted: PromiseFilter,
    since: datetime,
    until: datetime,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """Promises that were missed in the period, the latest first. ValueError for a cursor of another list."""
    limit = max(1, min(limit, MOST))
    query = (
        select(*_ROW)
        .join(tickets, tickets.c.id == clocks.c.ticket)
        .where(clocks.c.missed_due >= since, clocks.c.missed_due < until, *_conditions(wanted))
        .order_by(*_NEWEST.ordering)
    )
    if cursor is not None:
        query = query.where(_NEWEST.beyond(cursor))
    with db.read() as connection:
        rows: Sequence[Any] = connection.execute(query.limit(limit + 1)).mappings().all()
    more = _NEWEST.cursor_at(rows[limit - 1]) if len(rows) > limit else None
    return Page(promises=tuple(_promise(dict(row), now) for row in rows[:limit]), next=more)


def kept(db: Database, wanted: PromiseFilter, since: datetime, until: datetime) -> list[Kept]:
    """By client and agreement, whoever missed most first. A promise counts when it is kept, or when it is missed."""
    done = (clocks.c.ended_at >= since, clocks.c.ended_at < until, clocks.c.verdict == "met")
    late = (clocks.c.missed_due >= since, clocks.c.missed_due < until)
    found: dict[tuple[str, str], Kept] = {}
    with db.read() as connection:
        for name, conditions in (("kept", done), ("missed", late)):
            query = (
                select(tickets.c.organisation, tickets.c.agreement, func.count())
                .select_from(clocks)
                .join(tickets, tickets.c.id == clocks.c.ticket)
                .where(*conditions, *_conditions(wanted))
                .group_by(tickets.c.organisation, tickets.c.agreement)
            )
            for organisation, agreement, number in connection.execute(query):
                one = found.get((organisation, agreement)) or Kept(organisation=organisation, agreement=agreement)
                found[(organisation, agreement)] = one.model_copy(update={name: number})
    return sorted(found.values(), key=lambda one: (-one.missed, -one.kept, one.organisation, one.agreement))


def _conditions(wanted: PromiseFilter) -> list[ColumnElement[bool]]:
    kinds = [wanted.kind] if wanted.kind else PROMISED
    conditions: list[ColumnElement[bool]] = [clocks.c.kind.in_([str(kind) for kind in kinds])]
    for name in ("organisation", "agreement", "group", "assignee"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(tickets.c[name].is_(None) if value == "" else tickets.c[name] == value)
    if wanted.level is not None:
        conditions.append(clocks.c.level == str(wanted.level))
    return conditions


def _promise(row: dict[str, Any], now: datetime) -> Promise:
    clock = Clock.model_validate_json(row.pop("body"))
    due = row.pop("missed_due") or row["due"]
    late = row["late"] if row["ended_at"] else max(0, int((now - due).total_seconds()))
    stood = _stood_still(clock, row["ended_at"] or now)
    return Promise.model_validate(
        {**row, "due": due, "late": late, "pauses": len(stood), "still": int(sum(stood, timedelta()).total_seconds())}
    )


def _stood_still(clock: Clock, until: datetime) -> list[timedelta]:
    runs = clock.runs(until)
    ends = [clock.started_at, *(end for _, end in runs)]
    starts = [*(begin for begin, _ in runs), until]
    return [start - end for end, start in zip(ends, starts, strict=True) if start > end]
