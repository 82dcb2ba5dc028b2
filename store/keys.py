"""API keys: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from domain.base import Instant, Model
from domain.words import Role
from store import noting
from store.database import Database
from store.tables import api_keys

PREFIX = "esk_"
"""Lets a scanner for leaked secrets recognise one."""

TOUCH = timedelta(minutes=1)


class Key(Model):
    """A key without its secret. `subject` is the actor's id, `organisation` the only one it may see, if it is bound.

    `scopes` narrow what its role may do (api/access/scopes.py); `name` says what it is for, `made_by` who made it.
    """

    id: str
    role: Role
    subject: str
    organisation: str | None
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None
    name: str | None = None
    scopes: tuple[str, ...] | None = None
    made_by: str | None = None


class KeyRefused(Exception):
    """`reason` is unknown, expired or revoked."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the key is {reason}")
        self.reason = reason


def create(
    db: Database,
    *,
    role: Role,
    subject: str,
    now: datetime,
    organisation: str | None = None,
    expires_at: datetime | None = None,
    name: str | None = None,
    scopes: Sequence[str] | None = None,
    made_by: str | None = None,
    id: str | None = None,
) -> tuple[str, Key]:
    """A new secret and its key. The secret is kept nowhere and cannot be read again.

    ValueError for a client's key without the organisation that bounds it; SQLAlchemy's IntegrityError for an `id` that
    another key has.
    """
    if role is Role.client and organisation is None:
        raise ValueError("a client's key needs the organisation it belongs to")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = Key(
        id=id or secrets.token_hex(6),
        role=role,
        subject=subject,
        organisation=organisation,
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
        name=name,
        scopes=None if scopes is None else tuple(dict.fromkeys(scopes)),
        made_by=made_by,
    )
    row = {field: getattr(key, field) for field in Key.model_fields}
    row["scopes"] = None if key.scopes is None else json.dumps(key.scopes)
    with db.begin() as connection:
        connection.execute(insert(api_keys).values({**row, "role": str(role), "hash": _hash(secret)}))
    return secret, key


def find(db: Database, secret: str, now: datetime) -> Key:
    """The key that this secret opens. `KeyRefused` says why not."""
    # A plain hash is enough for 32 random bytes, and lets an index find it; what a timing could tell is no secret.
    keys = _keys(db, select(api_keys).where(api_keys.c.hash == _hash(secret)))
    if not keys:
        raise KeyRefused("unknown")
    key = keys[0]
    if key.revoked_at is not None:
        raise KeyRefused("revoked")
    if key.expires_at is not None and key.expires_at <= now:
        raise KeyRefused("expired")
    return key


def touch(db: Database, key: Key, now: datetime) -> None:
    """Notes that a key was used, at most once a minute: a write for each request would cost more than the request.

    The note is left out where the database takes no writes.
    """
    if key.last_used_at is None or now - key.last_used_at >= TOUCH:
        used = update(api_keys).where(api_keys.c.id == key.id).values(last_used_at=now)
        noting.note(db, f"the use of the key {key.id}", used)


def revoke(db: Database, key_id: str, now: datetime) -> bool:
    """Makes a key useless from now on; False when there is none or it was revoked before."""
    standing = (api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    with db.begin() as connection:
        return connection.execute(update(api_keys).where(*standing).values(revoked_at=now)).rowcount == 1


def keys(db: Database) -> list[Key]:
    """Every key, revoked ones too, oldest first."""
    return _keys(db, select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id))


def _keys(db: Database, query: Any) -> list[Key]:
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [read(row) for row in rows]


def read(row: Mapping[Any, Any]) -> Key:
    """A key from its row."""
    fields = {name: row[name] for name in Key.model_fields}
    return Key(**{**fields, "scopes": None if row["scopes"] is None else json.loads(row["scopes"])})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
