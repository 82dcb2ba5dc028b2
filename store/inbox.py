"""Messages that came in and nobody could be found for, until somebody of ours has matched them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.words import Channel
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.tables import unmatched_messages as t

MOST = listing.MOST
"""Messages on a page, at most."""

Why = Literal[
    "unknown_sender", "several_senders", "automatic", "refused", "foreign_sender", "unproven_sender", "too_many",
    "staff_without_ticket", "lost_ticket",
]  # fmt: skip
"""`foreign_sender`: not of the organisation whose ticket it names. `unproven_sender`: the mail server could not confirm
that it is whom it says. `too_many`: more than a person writes in an hour."""


_OLDEST = Keyset("oldest", (t.c.received_at, t.c.id))


class Unmatched(Model):
    """A message as it came in. `by` posted it; `ticket` is what it led to, once it is `settled_at`.

    `about` is the ticket that it names.
    """

    id: str
    channel: Channel
    sender: str
    subject: str
    text: str
    by: str
    why: Why
    received_at: Instant
    settled_at: Instant | None = None
    ticket: str | None = None
    about: str | None = None


def keep(db: Database, message: Unmatched) -> None:
    """Keeps a message; the same one sent again changes nothing."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = {name: getattr(message, name) for name in Unmatched.model_fields} | {"channel": str(message.channel)}
    with db.begin() as connection:
        connection.execute(dialect.insert(t).values(row).on_conflict_do_nothing(index_elements=["id"]))


def get(db: Database, message: str) -> Unmatched | None:
    """That message, settled or not."""
    with db.read() as connection:
        row = connection.execute(select(t).where(t.c.id == message)).mappings().one_or_none()
    return Unmatched.model_validate(dict(row)) if row else None


def settle(db: Database, message: str, ticket: str | None, now: datetime) -> None:
    """The message has been dealt with; the first time counts."""
    with db.begin() as connection:
        connection.execute(
            update(t).where(t.c.id == message, t.c.settled_at.is_(None)).values(settled_at=now, ticket=ticket)
        )


def find(
    db: Database, *, settled: bool = False, why: Why | None = None, cursor: str | None = None, limit: int = 50
) -> tuple[list[Unmatched], str | None]:
    """One page, oldest first, and the cursor of the next. ValueError for another list's cursor."""
    query = select(t).where(t.c.settled_at.is_not(None) if settled else t.c.settled_at.is_(None))
    if why is not None:
        query = query.where(t.c.why == why)
    rows, following = listing.page(db, query, _OLDEST, cursor, limit)
    return [Unmatched.model_validate(row) for row in rows], following
