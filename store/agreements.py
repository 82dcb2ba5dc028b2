"""Revisions of the agreements that were loaded: the text as it was, for whoever asks later what was promised."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from domain.base import Instant, Model
from store.database import Database
from store.tables import agreements


class Revision(Model):
    """One revision of an agreement: its document as it was loaded (YAML or JSON). New tickets take the current one."""

    name: str
    revision: str
    loaded_at: Instant
    document: str
    current: bool


def save(db: Database, name: str, revision: str, document: str, now: datetime) -> bool:
    """Keeps a revision and makes it the current one. False when it was so before.

    ValueError when that revision is known with another document: tickets refer to it, so it never changes.
    """
    row = (agreements.c.name == name, agreements.c.revision == revision)
    with db.begin() as connection:
        # Written first, so that two processes that load at once come one after the other.
        connection.execute(update(agreements).where(agreements.c.name == name).values(name=name))
        known = connection.execute(select(agreements).where(*row)).mappings().one_or_none()
        if known is not None and known["document"] != document:
            raise ValueError(
                f"revision {revision} of agreement {name} is known with another text: give it a new revision"
            )
        if known is not None and known["current"]:
            return False
        connection.execute(update(agreements).where(agreements.c.name == name).values(current=False))
        if known is not None:
            connection.execute(update(agreements).where(*row).values(current=True))
        else:
            new = {"name": name, "revision": revision, "loaded_at": now, "document": document, "current": True}
            connection.execute(insert(agreements).values(new))
    return True


def put_back(db: Database, name: str, revision: str, document: str) -> None:
    """Replaces the text of a known revision, for one that was damaged: the caller has seen that both say the same."""
    row = (agreements.c.name == name, agreements.c.revision == revision)
    with db.begin() as connection:
        connection.execute(update(agreements).where(*row).values(document=document))


def current(db: Database, name: str) -> Revision | None:
    """The revision that new tickets take."""
    return _one(db, agreements.c.name == name, agreements.c.current)


def get(db: Database, name: str, revision: str) -> Revision | None:
    """That revision, current or not."""
    return _one(db, agreements.c.name == name, agreements.c.revision == revision)


def revisions(db: Database, *, current_only: bool = False) -> list[Revision]:
    """What is loaded, by name, the newest first."""
    query = select(agreements).order_by(agreements.c.name, agreements.c.loaded_at.desc())
    with db.read() as connection:
        rows = connection.execute(query.where(agreements.c.current) if current_only else query).mappings().all()
    return [Revision.model_validate(dict(row)) for row in rows]


def _one(db: Database, *where: Any) -> Revision | None:
    with db.read() as connection:
        row = connection.execute(select(agreements).where(*where)).mappings().one_or_none()
    return Revision.model_validate(dict(row)) if row else None
