"""Defects as they are recorded: what they are, what was announced, which tickets wait and have not heard it yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import field_validator
from sqlalchemy import Connection, and_, exists, func, insert, select, update

from domain.base import Instant, Model
from domain.commands import Actor
from domain.defects import Announcement, Defect, DefectStatus, follow
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import announcements, defects, tickets, unreached

MOST = listing.MOST
"""Defects on a page, at most."""


class DefectOrder(StrEnum):
    """Both newest first."""

    opened_at = "opened_at"
    updated = "updated"


_ORDERS = {
    DefectOrder.opened_at: Keyset("opened_at", (defects.c.opened_at, defects.c.id), downwards=True),
    DefectOrder.updated: Keyset("updated", (defects.c.updated_at, defects.c.id), downwards=True),
}


class DefectRow(Model):
    """A defect in a list. `waiting` counts the tickets that wait for it, `unreached` those that could not be told."""

    id: str
    title: str
    description: str
    product: str | None
    status: DefectStatus
    opened_at: Instant
    updated_at: Instant
    opened_by: Actor
    announcements: int
    waiting: int = 0
    unreached: int = 0


class DefectFilter(Model):
    """Everything given must hold."""

    status: tuple[DefectStatus, ...] = ()
    product: str | None = None
    text: str | None = None
    """Contained in the title, whatever its case."""

    @field_validator("product", "text")
    @classmethod
    def _sayable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("contains a NUL character, which PostgreSQL cannot look for")
        return value


class DefectPage(Model):
    """Defects, and the cursor of the page after them; None after the last."""

    defects: tuple[DefectRow, ...]
    next: str | None


class Waiting(Model):
    """A ticket that waits for a defect; as in `domain.record.Summary`."""

    id: str
    heard: int
    since: Instant
    version: str | None


def record(db: Database, defect: Defect, announced: Announcement | None) -> None:
    """The defect as it stands, with its newest announcement. The same again changes nothing."""
    row = {
        "status": str(defect.status),
        "announcements": defect.announcements,
        "updated_at": announced.at if announced else defect.opened_at,
    }
    with db.begin() as connection:
        known = connection.execute(select(defects.c.announcements).where(defects.c.id == defect.id)).scalar()
        if known is None:
            connection.execute(insert(defects).values({**_opened(defect), **row}))
        elif known < defect.announcements:
            connection.execute(update(defects).where(defects.c.id == defect.id).values(row))
        if announced is not None and (known or 0) < announced.number:
            connection.execute(insert(announcements).values(_announced(defect.id, announced)))


def load(db: Database, defect: str) -> Defect | None:
    """The defect from its announcements; None when it is not recorded."""
    with db.read() as connection:
        row = connection.execute(select(defects).where(defects.c.id == defect)).mappings().first()
    if row is None:
        return None
    names = ("id", "title", "description", "product", "opened_at")
    by = Actor(role=row["opened_role"], id=row["opened_by"])
    state = Defect(**{name: row[name] for name in names}, opened_by=by)
    for announcement in announced(db, defect):
        state = follow(state, announcement)
    return state


def ids(db: Database) -> list[str]:
    """Every recorded defect."""
    with db.read() as connection:
        return list(connection.execute(select(defects.c.id).order_by(defects.c.id)).scalars())


def announced(db: Database, defect: str) -> list[Announcement]:
    """Everything announced about it, in order."""
    query = select(announcements).where(announcements.c.defect == defect).order_by(announcements.c.number)
    with db.read() as connection:
        return [_announcement(row) for row in connection.execute(query).mappings()]


def news(db: Database, defect: str) -> int:
    """How many announcements are recorded; 0 for an unknown defect too."""
    with db.read() as connection:
        return connection.execute(select(defects.c.announcements).where(defects.c.id == defect)).scalar() or 0


def get(db: Database, defect: str) -> DefectRow | None:
    """The defect with its counts; None when it is not recorded."""
    with db.read() as connection:
        rows = connection.execute(select(defects).where(defects.c.id == defect)).mappings().all()
        return next(iter(_rows(connection, rows)), None)


def find(
    db: Database,
    filters: DefectFilter,
    order: DefectOrder = DefectOrder.opened_at,
    cursor: str | None = None,
    limit: int = 50,
) -> DefectPage:
    """One page of defects. ValueError for a cursor that is not of such a list."""
    query = select(defects)
    if filters.status:
        query = query.where(defects.c.status.in_([str(status) for status in filters.status]))
    if filters.product is not None:
        query = query.where(defects.c.product == filters.product)
    if filters.text:
        query = query.where(defects.c.title.icontains(filters.text, autoescape=True))
    found, following = page(db, query, _ORDERS[order], cursor, limit)
    with db.read() as connection:
        return DefectPage(defects=tuple(_rows(connection, found)), next=following)


def waiting(db: Database, defect: str, number: int, *, limit: int = 200) -> list[Waiting]:
    """Tickets that wait and have not heard announcement `number`, nor were given up for it.

    What was touched last comes first: a worker still has it in memory, and need not read its history again.
    """
    given_up = exists().where(
        unreached.c.defect == defect, unreached.c.ticket == tickets.c.id, unreached.c.number >= number
    )
    query = (
        select(tickets.c.id, tickets.c.defect_heard, tickets.c.defect_since, tickets.c.defect_version)
        .where(tickets.c.defect == defect, tickets.c.defect_heard < number, ~given_up)
        .order_by(tickets.c.recorded_at.desc(), tickets.c.id)
        .limit(limit)
    )
    with db.read() as connection:
        return [
            Waiting(id=row.id, heard=row.defect_heard, since=row.defect_since, version=row.defect_version)
            for row in connection.execute(query)
        ]


def give_up(db: Database, defect: str, ticket: str, number: int, now: datetime) -> None:
    """Marks a ticket that nobody can tell any longer, so that it is not tried again for the same news."""
    place = and_(unreached.c.defect == defect, unreached.c.ticket == ticket)
    with db.begin() as connection:
        changed = connection.execute(update(unreached).where(place).values(number=number, at=now)).rowcount
        if not changed:
            row = {"defect": defect, "ticket": ticket, "number": number, "at": now}
            connection.execute(insert(unreached).values(row))


def behind(db: Database) -> list[str]:
    """Defects of which a ticket that waits has not heard everything; looked for when a worker starts."""
    given_up = exists().where(
        unreached.c.defect == defects.c.id,
        unreached.c.ticket == tickets.c.id,
        unreached.c.number >= defects.c.announcements,
    )
    query = (
        select(defects.c.id)
        .join(tickets, tickets.c.defect == defects.c.id)
        .where(tickets.c.defect_heard < defects.c.announcements, ~given_up)
        .distinct()
    )
    with db.read() as connection:
        return list(connection.execute(query).scalars())


def _rows(connection: Connection, found: Sequence[Mapping[Any, Any]]) -> list[DefectRow]:
    ids = [row["id"] for row in found]
    waits = (tickets.c.defect.in_(ids), tickets.c.defect_heard.is_not(None))
    counts = select(tickets.c.defect, func.count()).where(*waits).group_by(tickets.c.defect)
    lost = select(unreached.c.defect, func.count()).where(unreached.c.defect.in_(ids)).group_by(unreached.c.defect)
    wait = {row[0]: row[1] for row in connection.execute(counts)}
    gone = {row[0]: row[1] for row in connection.execute(lost)}
    plain = ("id", "title", "description", "product", "status", "opened_at", "updated_at", "announcements")
    return [
        DefectRow(
            **{name: row[name] for name in plain},
            opened_by=Actor(role=row["opened_role"], id=row["opened_by"]),
            waiting=wait.get(row["id"], 0),
            unreached=gone.get(row["id"], 0),
        )
        for row in found
    ]


def _opened(defect: Defect) -> dict[str, Any]:
    plain = {name: getattr(defect, name) for name in ("id", "title", "description", "product", "opened_at")}
    return {**plain, "opened_role": str(defect.opened_by.role), "opened_by": defect.opened_by.id}


def _announced(defect: str, one: Announcement) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("number", "at", "text", "release", "line", "command", "digest")}
    return {**plain, "defect": defect, "kind": str(one.kind), "role": str(one.by.role), "by": one.by.id}


def _announcement(row: Mapping[Any, Any]) -> Announcement:
    plain = {name: row[name] for name in ("number", "at", "kind", "text", "release", "line", "command", "digest")}
    return Announcement(**plain, by=Actor(role=row["role"], id=row["by"]))
