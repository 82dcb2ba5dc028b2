"""Sessions of people who signed in with a browser: kept as a hash, ended by sign-out, by age, or by rest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update

from domain.base import Instant, Model
from domain.words import Role
from store import noting
from store.database import Database
from store.tables import sessions

LASTS = timedelta(hours=12)
"""How long a session lasts at the most: a working day."""
RESTS = timedelta(hours=4)
"""How long it may be left alone."""
TOUCH = timedelta(minutes=1)

Way = Literal["oidc", "link", "key"]
"""How somebody signed in: by a provider, by a link in a mail, by an API key."""


class Session(Model):
    """A session without its secret. `csrf` is told to the pages only, and has to come back with what they post."""

    id: str
    subject: str
    role: Role
    organisation: str | None
    name: str
    language: str
    csrf: str
    way: Way
    credential: str | None = None
    """What it hangs on: `key:ID` ends with its key, `oidc:NAME` came from that provider."""
    created_at: Instant
    expires_at: Instant
    seen_at: Instant
    ended_at: Instant | None = None


def begin(
    db: Database,
    *,
    subject: str,
    role: Role,
    organisation: str | None,
    name: str,
    language: str,
    way: Way,
    now: datetime,
    lasts: timedelta = LASTS,
    credential: str | None = None,
) -> tuple[str, Session]:
    """A new session and its secret, which the browser keeps in a cookie and we do not.

    ValueError for a client's session without the organisation that bounds it.
    """
    if role is Role.client and organisation is None:
        raise ValueError("a client's session needs the organisation it belongs to")
    secret = secrets.token_urlsafe(32)
    session = Session(
        id=secrets.token_hex(8),
        subject=subject,
        role=role,
        organisation=organisation,
        name=name,
        language=language,
        csrf=secrets.token_urlsafe(24),
        way=way,
        credential=credential,
        created_at=now,
        expires_at=now + lasts,
        seen_at=now,
    )
    row = {name: getattr(session, name) for name in Session.model_fields}
    with db.begin() as connection:
        connection.execute(insert(sessions).values({**row, "role": str(role), "hash": _hash(secret)}))
    return secret, session


def find(db: Database, secret: str, now: datetime) -> Session | None:
    """The session that this secret opens; None when there is none, or none any more.

    Notes that it was used, where that can be written.
    """
    with db.read() as connection:
        row = connection.execute(select(sessions).where(sessions.c.hash == _hash(secret))).mappings().one_or_none()
    if row is None:
        return None
    session = Session(**{name: row[name] for name in Session.model_fields})
    if session.ended_at is not None or session.expires_at <= now or session.seen_at + RESTS <= now:
        return None
    if now - session.seen_at >= TOUCH:
        seen = update(sessions).where(sessions.c.id == session.id).values(seen_at=now)
        noting.note(db, f"the use of the session {session.id}", seen)
    return session


def end(db: Database, session_id: str, now: datetime) -> bool:
    """Ends that session; False when it had ended before."""
    standing: tuple[Any, ...] = (sessions.c.id == session_id, sessions.c.ended_at.is_(None))
    with db.begin() as connection:
        return connection.execute(update(sessions).where(*standing).values(ended_at=now)).rowcount == 1


def end_all(db: Database, subject: str, now: datetime) -> int:
    """Ends every session of somebody; how many stood."""
    standing: tuple[Any, ...] = (sessions.c.subject == subject, sessions.c.ended_at.is_(None))
    with db.begin() as connection:
        return connection.execute(update(sessions).where(*standing).values(ended_at=now)).rowcount


def end_of(db: Database, credential: str, now: datetime) -> int:
    """Ends every session that hangs on this key or provider's word; how many stood."""
    standing: tuple[Any, ...] = (sessions.c.credential == credential, sessions.c.ended_at.is_(None))
    with db.begin() as connection:
        return connection.execute(update(sessions).where(*standing).values(ended_at=now)).rowcount


def of_subject(db: Database, subject: str, now: datetime) -> list[Session]:
    """The sessions of somebody that stand, the one used last first."""
    standing: tuple[Any, ...] = (
        sessions.c.subject == subject,
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > now,
        sessions.c.seen_at > now - RESTS,
    )
    query = select(sessions).where(*standing).order_by(sessions.c.seen_at.desc(), sessions.c.id)
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [Session(**{name: row[name] for name in Session.model_fields}) for row in rows]


def forget(db: Database, before: datetime) -> int:
    """Deletes sessions that ran out before; how many."""
    with db.begin() as connection:
        return connection.execute(delete(sessions).where(sessions.c.expires_at < before)).rowcount


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
