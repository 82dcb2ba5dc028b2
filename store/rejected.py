"""Reports that could not be understood, kept as they came: bounded in size, number and age."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.words import Role
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page, within
from store.tables import rejected_reports as t

MOST = listing.MOST
"""Reports on a page, at most."""
LARGEST = 64 * 1024
"""Bytes kept of a body: enough to see what it is."""
KEPT_FOR = timedelta(days=30)
EACH = 200
"""Reports kept of one sender, so that a broken one does not push out what others sent."""


class Rejected(Model):
    """A report that was refused. `size` is the body's, in bytes, also when only its beginning is kept.

    `organisation`: whose key sent it, where the key is bound. `times`: how often the very same came, last at `seen_at`.
    """

    id: str
    source: str
    monitor: str | None = None
    role: Role
    by: str
    organisation: str | None = None
    code: str
    detail: str
    content_type: str
    size: int
    received_at: Instant
    seen_at: Instant
    times: int = 1


class RejectedFilter(Model):
    """Everything given must hold. `to_at` is exclusive; both are of when it came last."""

    organisation: str | None = None
    by: str | None = None
    source: str | None = None
    code: str | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None


class RejectedOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    RejectedOrder.newest: Keyset("newest", (t.c.seen_at, t.c.id), downwards=True),
    RejectedOrder.oldest: Keyset("oldest", (t.c.seen_at, t.c.id)),
}
_COLUMNS = [t.c[name] for name in Rejected.model_fields]


def keep(db: Database, report: Rejected, body: bytes, now: datetime) -> None:
    """Keeps it, once however often the same comes; what is too old, or too much of one sender, goes."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = {name: getattr(report, name) for name in Rejected.model_fields} | {"role": str(report.role)}
    made = dialect.insert(t).values({**row, "body": body[:LARGEST]})
    again = {"seen_at": now, "times": t.c.times + 1, "code": report.code, "detail": report.detail}
    with db.begin() as connection:
        connection.execute(made.on_conflict_do_update(index_elements=["id"], set_=again))
        connection.execute(delete(t).where(t.c.seen_at < now - KEPT_FOR))
        newest = select(t.c.id).where(t.c.by == report.by).order_by(t.c.seen_at.desc(), t.c.id.desc())
        beyond = select(newest.offset(EACH).limit(1_000).subquery().c.id)
        connection.execute(delete(t).where(t.c.id.in_(beyond)))


def get(db: Database, report: str) -> Rejected | None:
    """That report, without its body."""
    with db.read() as connection:
        row = connection.execute(select(*_COLUMNS).where(t.c.id == report)).mappings().one_or_none()
    return Rejected.model_validate(dict(row)) if row else None


def body(db: Database, report: str) -> bytes | None:
    """Its body as it came, or the beginning of it."""
    with db.read() as connection:
        found: bytes | None = connection.execute(select(t.c.body).where(t.c.id == report)).scalar_one_or_none()
    return found


def find(
    db: Database,
    wanted: RejectedFilter,
    order: RejectedOrder = RejectedOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Rejected], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(*_COLUMNS)
    query = query.where(*equal(t, wanted, "organisation", "by", "source", "code"))
    query = query.where(*within(t.c.seen_at, wanted))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [Rejected.model_validate(row) for row in rows], following
