"""Mails that came in: kept with what became of them, so that the same one twice is one, and somebody can look."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page, within
from store.tables import mails as t

MOST = listing.MOST
"""Mails on a page, at most."""


class Outcome(StrEnum):
    """`kept`: among the unmatched messages, `detail` says why. `returned`: it told that a mail of ours came back.

    `noted`: a note of staff's. `nothing`: a machine's, about something that is settled.
    """

    opened = "opened"
    commented = "commented"
    answered = "answered"
    reopened = "reopened"
    noted = "noted"
    kept = "kept"
    returned = "returned"
    nothing = "nothing"


class Kept(Model):
    """A mail without its content. `size` in bytes, as it came; `recipients` are those of the envelope."""

    id: str
    message_id: str
    sender: str
    return_path: str
    recipients: str
    subject: str
    received_at: Instant
    size: int
    outcome: Outcome
    ticket: str | None = None
    message: str | None = None
    detail: str = ""


class Order(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


class Filter(Model):
    """Everything given must hold. `to_at` is exclusive."""

    outcome: Outcome | None = None
    sender: str | None = None
    ticket: str | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None


_ORDERS = {
    Order.newest: Keyset("newest", (t.c.received_at, t.c.id), downwards=True),
    Order.oldest: Keyset("oldest", (t.c.received_at, t.c.id)),
}
_COLUMNS = tuple(t.c[name] for name in Kept.model_fields)


def keep(db: Database, mail: Kept, original: bytes) -> None:
    """Keeps it; the same mail again changes nothing."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = {name: getattr(mail, name) for name in Kept.model_fields} | {"outcome": str(mail.outcome)}
    row |= {"original": zlib.compress(original), "sender": mail.sender.lower()}
    with db.begin() as connection:
        connection.execute(dialect.insert(t).values(row).on_conflict_do_nothing(index_elements=["id"]))


def get(db: Database, mail: str) -> Kept | None:
    """That mail."""
    with db.read() as connection:
        row = connection.execute(select(*_COLUMNS).where(t.c.id == mail)).mappings().one_or_none()
    return Kept.model_validate(dict(row)) if row else None


def original(db: Database, mail: str) -> bytes | None:
    """Its bytes as they came; None when there is no such mail, or its original is no longer kept."""
    with db.read() as connection:
        packed = connection.execute(select(t.c.original).where(t.c.id == mail)).scalar_one_or_none()
    return zlib.decompress(packed) if packed is not None else None


def since(db: Database, sender: str, at: datetime) -> int:
    """How many mails a sender has sent since then."""
    query = select(func.count()).select_from(t).where(t.c.sender == sender.lower(), t.c.received_at >= at)
    with db.read() as connection:
        return int(connection.execute(query).scalar_one())


def find(
    db: Database, wanted: Filter, order: Order = Order.newest, cursor: str | None = None, limit: int = 50
) -> tuple[list[Kept], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(*_COLUMNS)
    query = query.where(*equal(t, wanted, "outcome", "ticket"))
    if wanted.sender is not None:
        query = query.where(t.c.sender == wanted.sender.lower())
    query = query.where(*within(t.c.received_at, wanted))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [Kept.model_validate(row) for row in rows], following


def forget_originals(db: Database, now: datetime, after: timedelta) -> int:
    """Drops the content of mails that are older; how many it were. What became of them stays."""
    old = (t.c.received_at <= now - after, t.c.original.is_not(None))
    with db.begin() as connection:
        return connection.execute(update(t).where(*old).values(original=None)).rowcount
