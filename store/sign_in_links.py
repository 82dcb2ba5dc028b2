"""Links that sign somebody in, once and soon: kept as a hash; which of two who use one at once wins, SQL decides.

The link's secret follows from its id and the installation's secret (`runtime.secret`): whoever writes the mail makes it
again there, so that neither the outbox nor any list of messages ever holds one.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from domain.base import Instant, Model
from store.database import Database
from store.tables import sign_in_links as table

LASTS = timedelta(minutes=15)


class Link(Model):
    """A link without its secret. `browser` is the hash of the cookie of the browser that asked for it, if one did."""

    id: str
    kind: Literal["contact", "staff", "other"]
    subject: str
    browser: str | None
    next: str
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None = None


def new_id() -> str:
    """An id that nobody can guess: the secret is made from it."""
    return secrets.token_hex(16)


def add(
    connection: Connection,
    *,
    id: str,
    secret: str,
    kind: Literal["contact", "staff", "other"],
    subject: str,
    browser: str | None,
    next: str,
    now: datetime,
    lasts: timedelta = LASTS,
) -> Link:
    """Keeps a link, inside the transaction that sends it."""
    link = Link(
        id=id,
        kind=kind,
        subject=subject,
        browser=hashed(browser) if browser else None,
        next=next,
        created_at=now,
        expires_at=now + lasts,
    )
    row = {name: getattr(link, name) for name in Link.model_fields}
    connection.execute(insert(table).values({**row, "hash": hashed(secret)}))
    return link


def find(db: Database, secret: str, now: datetime) -> Link | None:
    """The link that this secret opens; None when it was used, ran out, or never was."""
    query = select(table).where(table.c.hash == hashed(secret), table.c.used_at.is_(None), table.c.expires_at > now)
    with db.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return Link(**{name: row[name] for name in Link.model_fields}) if row else None


def use(db: Database, secret: str, now: datetime) -> bool:
    """Takes the link; False for everybody but the first."""
    open_ = (table.c.hash == hashed(secret), table.c.used_at.is_(None), table.c.expires_at > now)
    with db.begin() as connection:
        return connection.execute(update(table).where(*open_).values(used_at=now)).rowcount == 1


def forget(db: Database, before: datetime) -> int:
    """Deletes links that ran out before; how many."""
    with db.begin() as connection:
        return connection.execute(delete(table).where(table.c.expires_at < before)).rowcount


def hashed(secret: str) -> str:
    """What is kept of a secret: enough for random bytes, and an index finds it."""
    return hashlib.sha256(secret.encode()).hexdigest()
