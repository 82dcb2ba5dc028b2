"""Reading tickets: lists, one ticket, its events and clocks, what is late, what is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from domain.base import Instant, Model
from domain.clock import Clock
from domain.events import Event
from domain.record import Summary
from domain.words import Status
from store import tables as t
from store.database import Database
from store.paging import KEYS, Order
from store.ticket_filter import TicketFilter, is_overdue, listed

_STATUS = {str(status): status for status in Status}
MOST = 200
"""Tickets on a page, at most."""

OPEN = (Status.new, Status.open, Status.waiting, Status.resolved)
"""Statuses of a ticket that still needs something from somebody."""


class TicketRow(Summary):
    """A ticket's row. `updated_at` is when its last event happened, `recorded_at` when that reached this database.

    `fence` orders recordings (domain.record.Recording); `fence // 1_000_000` is the number of its run.
    """

    fence: int
    updated_at: Instant
    recorded_at: Instant


class Gap(LookupError):
    """Events of a ticket are missing here, so its state cannot be built from them. The message says which."""


class Page(Model):
    """Tickets, and the cursor of the page after them; None after the last."""

    tickets: tuple[TicketRow, ...]
    next: str | None


def find(
    db: Database,
    filters: TicketFilter | None = None,
    order: Order = Order.next_due,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """One page of the tickets that `filters` describe. ValueError for a cursor that is not of such a list.

    A ticket that neither comes nor moves while one pages is seen exactly once, and no page costs more than the first.
    """
    limit = max(1, min(limit, MOST))
    query, values = listed(filters or TicketFilter(), order, cursor, limit + 1)
    rows = query.rows(db, **values)
    following = KEYS[order].cursor_at(rows[limit - 1]) if len(rows) > limit else None
    return Page.adopted({"tickets": tuple(_row(row) for row in rows[:limit]), "next": following})


def get(db: Database, ticket: str) -> TicketRow | None:
    """The ticket's row; None when it is not (yet) recorded."""
    rows = _rows(db, select(t.tickets).where(t.tickets.c.id == ticket))
    return rows[0] if rows else None


def some(db: Database, ids: Collection[str]) -> list[TicketRow]:
    """The rows of these tickets, in no order; what is not recorded is not there."""
    return _rows(db, select(t.tickets).where(t.tickets.c.id.in_(list(ids)))) if ids else []


def exists(db: Database, ticket: str) -> bool:
    """Whether the ticket is recorded."""
    with db.read() as connection:
        return connection.execute(select(t.tickets.c.id).where(t.tickets.c.id == ticket)).first() is not None


def events(
    db: Database, ticket: str, *, after: int = 0, limit: int = 100, types: Iterable[str] | None = None
) -> list[Event]:
    """Events numbered above `after`, in their order, at most `limit`; only of these `types` when they are given."""
    query = select(t.events.c.body).where(t.events.c.ticket == ticket, t.events.c.sequence > after)
    if types is not None:
        query = query.where(t.events.c.type.in_(list(types)))
    return _events(db, query.order_by(t.events.c.sequence).limit(limit))


def causes_since(db: Database, ticket: str, cause: str) -> set[str]:
    """What has caused events of the ticket after the last event that came of `cause`; empty when none did."""
    last = select(func.max(t.events.c.sequence)).where(t.events.c.ticket == ticket, t.events.c.cause == cause)
    later = select(t.events.c.cause).distinct()
    query = later.where(t.events.c.ticket == ticket, t.events.c.sequence > last.scalar_subquery())
    with db.read() as connection:
        return set(connection.execute(query).scalars())


def history(db: Database, ticket: str) -> list[Event]:
    """Every event, for `domain.evolve.rebuild`; empty when the ticket is not recorded. `Gap` when one is missing."""
    found = _events(db, select(t.events.c.body).where(t.events.c.ticket == ticket).order_by(t.events.c.sequence))
    for expected, event in enumerate(found, start=1):
        if event.sequence != expected:
            raise Gap(f"ticket {ticket}: events {expected} to {event.sequence - 1} are missing; restore them first")
    return found


def clocks(db: Database, ticket: str) -> list[Clock]:
    """Every clock the ticket ever had, ended ones too, in the order in which they were started."""
    query = select(t.clocks.c.body).where(t.clocks.c.ticket == ticket).order_by(t.clocks.c.number)
    with db.read() as connection:
        return [Clock.model_validate_json(body) for body in connection.execute(query).scalars()]


def open_by_level_and_severity(db: Database) -> list[tuple[str, str, int]]:
    """(level, severity, number) of the open tickets."""
    query = (
        select(t.tickets.c.level, t.tickets.c.severity, func.count())
        .where(t.tickets.c.status.in_([str(status) for status in OPEN]))
        .group_by(t.tickets.c.level, t.tickets.c.severity)
        .order_by(t.tickets.c.level, t.tickets.c.severity)
    )
    with db.read() as connection:
        return [(level, severity, number) for level, severity, number in connection.execute(query)]


def open_by_assignee(db: Database) -> dict[str, int]:
    """How many open tickets each member of staff has; who has none is not there."""
    query = (
        select(t.tickets.c.assignee, func.count())
        .where(t.tickets.c.status.in_([str(status) for status in OPEN]), t.tickets.c.assignee.is_not(None))
        .group_by(t.tickets.c.assignee)
    )
    with db.read() as connection:
        return {str(row.assignee): int(row[1]) for row in connection.execute(query)}


def overdue(db: Database, now: datetime, limit: int = 100) -> list[TicketRow]:
    """Tickets with a promise past its due instant: missed and still to be done, or not even acted upon.

    The latter (`next_due` before `now`) is what a stuck ticket looks like; those come first, longest stuck first.
    """
    query = select(t.tickets).where(is_overdue(now)).order_by(t.tickets.c.next_due, t.tickets.c.id)
    return _rows(db, query.limit(limit))


def _rows(db: Database, query: Select[Any]) -> list[TicketRow]:
    """The tickets that a query of whole rows finds."""
    with db.read() as connection:
        return [_row(dict(row)) for row in connection.execute(query).mappings()]


def _row(values: dict[str, Any]) -> TicketRow:
    """Of the database's own row: it holds what a `Summary` that was checked held, so it is not checked again."""
    values["status"] = _STATUS[values["status"]]
    return TicketRow.adopted(values)


def _events(db: Database, query: Select[Any]) -> list[Event]:
    with db.read() as connection:
        return [Event.model_validate_json(body) for body in connection.execute(query).scalars()]
