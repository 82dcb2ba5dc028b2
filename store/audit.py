"""The audit: who came in and went, which keys were made, and every refusal; the same refusal again is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.words import Role
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page, within
from store.tables import audit as table

MOST = listing.MOST
"""Entries on a page, at most."""
TOGETHER = 200
"""Rows in one statement."""


class Entry(Model):
    """`count` times from `at` to `last_at`. `origin` is the caller's network, never its whole address.

    `about` is what it was done to or by: a key's id, the way of signing in. `code` is a refusal's.
    """

    id: str
    at: Instant
    last_at: Instant
    operation: str
    outcome: Literal["done", "refused"]
    code: str | None = None
    role: Role | None = None
    subject: str | None = None
    organisation: str | None = None
    origin: str | None = None
    about: str | None = None
    trace: str | None = None
    count: int = 1


class AuditFilter(Model):
    """Everything given must hold. `to_at` is exclusive."""

    operation: str | None = None
    outcome: str | None = None
    code: str | None = None
    subject: str | None = None
    organisation: str | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None


class AuditOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    AuditOrder.newest: Keyset("newest", (table.c.at, table.c.id), downwards=True),
    AuditOrder.oldest: Keyset("oldest", (table.c.at, table.c.id)),
}


def add(db: Database, entries: Sequence[Entry]) -> None:
    """Writes them in one transaction; one whose id is there adds to its count."""
    dialect: Any = sqlite if db.sqlite else postgresql
    # In one order everywhere: two processes that count the same refusals must not wait for each other.
    rows = [
        {**{name: getattr(one, name) for name in Entry.model_fields}, "role": str(one.role) if one.role else None}
        for one in sorted(entries, key=lambda one: one.id)
    ]
    with db.begin() as connection:
        for first in range(0, len(rows), TOGETHER):
            new = dialect.insert(table).values(rows[first : first + TOGETHER])
            later = case((new.excluded.last_at > table.c.last_at, new.excluded.last_at), else_=table.c.last_at)
            changed = {"count": table.c.count + new.excluded.count, "last_at": later}
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed))


def find(
    db: Database,
    wanted: AuditFilter,
    order: AuditOrder = AuditOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Entry], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(table)
    query = query.where(*equal(table, wanted, "operation", "outcome", "code", "subject", "organisation"))
    query = query.where(*within(table.c.at, wanted))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [Entry(**row) for row in rows], following


def forget(db: Database, before: datetime) -> int:
    """Deletes what ended before; how many."""
    with db.begin() as connection:
        return connection.execute(delete(table).where(table.c.last_at < before)).rowcount
