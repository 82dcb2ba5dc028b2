"""API keys as a list: filtered, in an order, a page at a time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, or_, select

from domain.base import Model
from domain.words import Role
from store import listing
from store.database import Database
from store.keys import Key, read
from store.keyset import Keyset
from store.listing import equal, page
from store.tables import api_keys as table

MOST = listing.MOST
"""Keys on a page, at most."""

State = Literal["good", "expired", "revoked"]


class KeyFilter(Model):
    """Everything given must hold."""

    organisation: str | None = None
    role: Role | None = None
    subject: str | None = None
    state: State | None = None


class KeyOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    KeyOrder.newest: Keyset("newest", (table.c.created_at, table.c.id), downwards=True),
    KeyOrder.oldest: Keyset("oldest", (table.c.created_at, table.c.id)),
}


def find(
    db: Database,
    wanted: KeyFilter,
    now: datetime,
    order: KeyOrder = KeyOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Key], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(table)
    query = query.where(*equal(table, wanted, "organisation", "role", "subject"))
    if wanted.state is not None:
        query = query.where(_in_state(wanted.state, now))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [read(row) for row in rows], following


def get(db: Database, key_id: str) -> Key | None:
    """That key, whatever its state."""
    with db.read() as connection:
        row = connection.execute(select(table).where(table.c.id == key_id)).mappings().one_or_none()
    return read(row) if row else None


def state(key: Key, now: datetime) -> State:
    """How a key stands."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "good"


def _in_state(wanted: State, now: datetime) -> ColumnElement[Any]:
    if wanted == "revoked":
        return table.c.revoked_at.is_not(None)
    over = and_(table.c.expires_at.is_not(None), table.c.expires_at <= now)
    standing = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
    return and_(table.c.revoked_at.is_(None), over if wanted == "expired" else standing)
