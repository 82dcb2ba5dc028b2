"""What time brought too late in a period: the firings that the events tell of, as a list and for the sums over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import field_validator
from sqlalchemy import ColumnElement, func, select

from domain.base import Instant, Model
from domain.events import Event, due_instant
from domain.lateness import BY_TYPE, LATE, Fired, Span
from domain.words import Level
from store.database import Database
from store.keyset import Keyset
from store.tables import events, tickets

MOST = 200
"""Rows on a page, at most."""


class LateFilter(Model):
    """What fired from `since` until before `until`, more than `later_than` seconds late; everything given must hold.

    `level`, `group` are where the ticket is now; an empty `group` is without one.
    """

    since: Instant
    until: Instant
    later_than: float = LATE.total_seconds()
    organisation: str | None = None
    level: Level | None = None
    group: str | None = None
    fired: Fired | None = None

    @field_validator("organisation", "group")
    @classmethod
    def _sayable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("contains a NUL character, which PostgreSQL cannot look for")
        return value


class LateOrder(StrEnum):
    """As they fired, the newest first, or the latest one first."""

    oldest = "oldest"
    newest = "newest"
    worst = "worst"


class LateFiring(Model):
    """One thing that fired `late` seconds after `due`; `clock` where it was a clock's. The rest is its ticket, now."""

    ticket: str
    number: int
    fired: Fired
    clock: str | None
    due: Instant
    at: Instant
    late: float
    subject: str
    organisation: str
    agreement: str
    severity: str
    level: str
    group: str | None
    assignee: str | None


class Page(Model):
    """Firings, and the cursor of those that follow; None after the last."""

    firings: tuple[LateFiring, ...]
    next: str | None = None


_KEYS = (events.c.at, events.c.ticket, events.c.sequence)
_ORDERS = {
    LateOrder.oldest: Keyset("oldest", _KEYS),
    LateOrder.newest: Keyset("newest", _KEYS, downwards=True),
    LateOrder.worst: Keyset("worst", (events.c.late, events.c.ticket, events.c.sequence), downwards=True),
}
_TYPES = {fired: name for name, fired in BY_TYPE.items()}
_ROW = (
    events.c.ticket, events.c.sequence, events.c.type, events.c.at, events.c.late, events.c.body, tickets.c.subject,
    tickets.c.organisation, tickets.c.agreement, tickets.c.severity, tickets.c.level, tickets.c.group,
    tickets.c.assignee,
)  # fmt: skip


def find(
    db: Database, wanted: LateFilter, order: LateOrder = LateOrder.oldest, cursor: str | None = None, limit: int = 50
) -> Page:
    """One page. ValueError for another list's cursor."""
    limit, keys = max(1, min(limit, MOST)), _ORDERS[order]
    query = select(*_ROW).join(tickets, tickets.c.id == events.c.ticket).where(*conditions(wanted))
    if cursor is not None:
        query = query.where(keys.beyond(cursor))
    with db.read() as connection:
        rows: Sequence[Any] = connection.execute(query.order_by(*keys.ordering).limit(limit + 1)).mappings().all()
    more = keys.cursor_at(rows[limit - 1]) if len(rows) > limit else None
    return Page(firings=tuple(_firing(dict(row)) for row in rows[:limit]), next=more)


def spans(db: Database, wanted: LateFilter) -> Iterator[tuple[Fired, Span]]:
    """All of them, as they fired, without what only a list shows."""
    query = (
        select(events.c.type, events.c.ticket, events.c.at, events.c.late)
        .join(tickets, tickets.c.id == events.c.ticket)
        .where(*conditions(wanted))
        .order_by(*_KEYS)
    )
    with db.read() as connection:
        for name, ticket, at, late in connection.execute(query):
            yield BY_TYPE[name], Span.trusted(ticket=ticket, due=at - timedelta(seconds=late), at=at)


def waiting(db: Database, wanted: LateFilter, now: datetime) -> int:
    """Tickets that wait for something which fell due before `now`, by more than is allowed, and has not fired yet."""
    overdue = tickets.c.next_due < now - timedelta(seconds=wanted.later_than)
    query = select(func.count()).select_from(tickets).where(overdue, *of_tickets(wanted))
    with db.read() as connection:
        return int(connection.execute(query).scalar_one())


def conditions(wanted: LateFilter) -> list[ColumnElement[bool]]:
    """For a query of events with their tickets."""
    # "late IS NOT NULL" in so many words: the condition of the index, without which it would not be used.
    found: list[ColumnElement[bool]] = [
        events.c.late.is_not(None), events.c.late > wanted.later_than,
        events.c.at >= wanted.since, events.c.at < wanted.until,
    ]  # fmt: skip
    if wanted.fired is not None:
        found.append(events.c.type == _TYPES[wanted.fired])
    return [*found, *of_tickets(wanted)]


def of_tickets(wanted: LateFilter) -> list[ColumnElement[bool]]:
    """The conditions that are about the ticket."""
    found: list[ColumnElement[bool]] = []
    for name in ("organisation", "level", "group"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(tickets.c[name].is_(None) if value == "" else tickets.c[name] == str(value))
    return found


def _firing(row: dict[str, Any]) -> LateFiring:
    event = Event.model_validate_json(row.pop("body"))
    due = due_instant(event.cause)
    assert due is not None  # or it would have no lateness
    clock = getattr(event.fact, "clock", None)
    told = {"number": row.pop("sequence"), "fired": BY_TYPE[row.pop("type")], "clock": clock, "due": due}
    return LateFiring(**row, **told)
