"""People as a provider knows them: the provider's id of a person, and whom it is here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.words import Role
from store.database import Database
from store.tables import identities as table


class Identity(Model):
    """`external` is the provider's own id (`sub`), which never changes; `subject` the contact, member, or other id."""

    issuer: str
    external: str
    kind: Literal["contact", "staff", "other"]
    subject: str
    role: Role
    email: str | None = None
    created_at: Instant
    seen_at: Instant


def find(db: Database, issuer: str, external: str) -> Identity | None:
    """Whom the provider calls so; None before the first sign-in."""
    query = select(table).where(table.c.issuer == issuer, table.c.external == external)
    with db.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return Identity(**row) if row else None


def of_subject(db: Database, subject: str) -> list[Identity]:
    """Under which names providers know somebody."""
    query = select(table).where(table.c.subject == subject).order_by(table.c.issuer, table.c.external)
    with db.read() as connection:
        return [Identity(**row) for row in connection.execute(query).mappings()]


def save(db: Database, identity: Identity) -> None:
    """Adds it, or says anew who that is here."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = {name: getattr(identity, name) for name in Identity.model_fields} | {"role": str(identity.role)}
    new = dialect.insert(table).values(row)
    others = {name: new.excluded[name] for name in row if name not in ("issuer", "external", "created_at")}
    with db.begin() as connection:
        connection.execute(new.on_conflict_do_update(index_elements=["issuer", "external"], set_=others))


def seen(db: Database, identity: Identity, now: datetime) -> None:
    """Notes that it signed in."""
    save(db, identity.model_copy(update={"seen_at": now}))


def forget(db: Database, issuer: str, external: str) -> bool:
    """Unties a person from a provider; False when it was not tied."""
    with db.begin() as connection:
        gone = delete(table).where(table.c.issuer == issuer, table.c.external == external)
        return connection.execute(gone).rowcount == 1
