"""Promises over a period: what is about to be missed, what was missed and by how much, the share that was kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import field_validator
from sqlalchemy import ColumnElement, Text, bindparam, func, literal_column, select

from domain.base import Instant, Model
from domain.clock import Clock
from domain.keeping import PROMISED
from domain.words import ClockKind, Level
from store.clock_bodies import clock
from store.database import Database
from store.keyset import Keyset
from store.quick import Quick, first
from store.tables import clocks, tickets
from store.types import UtcInstant

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
    kind, values = _kind(wanted)
    rows = _written(kind, "due", min(limit, MOST)).rows(db, since=now, until=until, **values)
    return [_promise(row, now) for row in rows]


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
    kind, values = _kind(wanted)
    if cursor is not None:
        values |= _NEWEST.place(cursor)
    query = _written(kind, "missed" if cursor is None else "missed_further", limit + 1)
    rows = query.rows(db, since=since, until=until, **values)
    more = _NEWEST.cursor_at(rows[limit - 1]) if len(rows) > limit else None
    return Page(promises=tuple(_promise(row, now) for row in rows[:limit]), next=more)


def kept(db: Database, wanted: PromiseFilter, since: datetime, until: datetime) -> list[Kept]:
    """By client and agreement, whoever missed most first. A promise counts when it is kept, or when it is missed."""
    done = (clocks.c.ended_at >= since, clocks.c.ended_at < until, clocks.c.verdict == "met")
    late = (clocks.c.missed_due >= since, clocks.c.missed_due < until)
    found: dict[tuple[str, str], Kept] = {}
    kind, values = _kind(wanted)
    with db.read() as connection:
        for name, conditions in (("kept", done), ("missed", late)):
            query = (
                select(tickets.c.organisation, tickets.c.agreement, func.count())
                .select_from(clocks)
                .join(tickets, tickets.c.id == clocks.c.ticket)
                .where(*conditions, *_conditions(kind))
                .group_by(tickets.c.organisation, tickets.c.agreement)
            )
            for organisation, agreement, number in connection.execute(query, values):
                one = found.get((organisation, agreement)) or Kept(organisation=organisation, agreement=agreement)
                found[(organisation, agreement)] = one.model_copy(update={name: number})
    return sorted(found.values(), key=lambda one: (-one.missed, -one.kept, one.organisation, one.agreement))


_OF_TICKET = ("organisation", "agreement", "group", "assignee")
_KINDS = {str(kind): kind for kind in ClockKind}


class _Kind(NamedTuple):
    """What of a filter decides how its query is written; the rest are values."""

    kinds: tuple[ClockKind, ...]
    equal: tuple[str, ...]
    without: tuple[str, ...]
    level: bool


def _kind(wanted: PromiseFilter) -> tuple[_Kind, dict[str, Any]]:
    given = {name: value for name in _OF_TICKET if (value := getattr(wanted, name)) is not None}
    kind = _Kind(
        kinds=(wanted.kind,) if wanted.kind else tuple(sorted(PROMISED)),
        equal=tuple(name for name, value in given.items() if value != ""),
        without=tuple(name for name, value in given.items() if value == ""),
        level=wanted.level is not None,
    )
    values = {name: given[name] for name in kind.equal}
    return kind, values | {"level": str(wanted.level)} if wanted.level else values


def _conditions(kind: _Kind) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        clocks.c.kind.in_([literal_column(f"'{one}'", Text) for one in kind.kinds])
    ]
    conditions += [tickets.c[name] == bindparam(name, type_=Text) for name in kind.equal]
    conditions += [tickets.c[name].is_(None) for name in kind.without]
    if kind.level:
        conditions.append(clocks.c.level == bindparam("level", type_=Text))
    return conditions


@lru_cache(maxsize=200)
def _written(kind: _Kind, list_: Literal["due", "missed", "missed_further"], most: int) -> Quick:
    at = clocks.c.due if list_ == "due" else clocks.c.missed_due
    since, until = (bindparam(name, type_=UtcInstant) for name in ("since", "until"))
    query = select(*_ROW).join(tickets, tickets.c.id == clocks.c.ticket)
    query = query.where(at >= since, at < until, *_conditions(kind))
    if list_ == "due":
        query = query.where(clocks.c.verdict.is_(None)).order_by(clocks.c.due, clocks.c.ticket, clocks.c.number)
    else:
        query = query.order_by(*_NEWEST.ordering)
    if list_ == "missed_further":
        query = query.where(_NEWEST.beyond_place)
    return Quick(first(query, most))


def _promise(row: dict[str, Any], now: datetime) -> Promise:
    stood = _stood_still(clock(row.pop("body")), row["ended_at"] or now)
    due = row["due"] = row.pop("missed_due") or row["due"]
    if not row["ended_at"]:
        row["late"] = max(0, int((now - due).total_seconds()))
    row["kind"] = _KINDS[row["kind"]]
    row |= {"pauses": len(stood), "still": int(sum(stood, timedelta()).total_seconds())}
    return Promise.adopted(row)


def _stood_still(clock: Clock, until: datetime) -> list[timedelta]:
    runs = clock.runs(until)
    ends = [clock.started_at, *(end for _, end in runs)]
    starts = [*(begin for begin, _ in runs), until]
    return [start - end for end, start in zip(ends, starts, strict=True) if start > end]
