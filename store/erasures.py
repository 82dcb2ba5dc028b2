"""Erasures that were asked for: kept until they are done, so that whoever was interrupted is followed by another."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.base import Instant, Model
from domain.commands import Actor
from domain.words import Role
from store.database import Database
from store.erasing import Counts
from store.tables import erasures

QUIET = timedelta(seconds=60)
"""Somebody at work who has not been heard of for so long is gone: each ticket takes seconds."""
AT_ONCE = 20
_C = erasures.c


class Erasure(Model):
    """`tickets`: how many hold something of the person; `done`: of them, at the attempt that is under way.

    `moved_at` absent: nobody has begun. `failure`: why the attempt before ended; another follows by itself.
    """

    contact: str
    organisation: str
    by: Actor
    asked_at: Instant
    moved_at: Instant | None = None
    ended_at: Instant | None = None
    tickets: int = 0
    done: int = 0
    counts: Counts = Counts()
    failure: str | None = None


def ask(db: Database, organisation: str, contact: str, by: Actor, now: datetime) -> Erasure:
    """The person's erasure that is under way, or a new one; asked again after its end, it begins anew."""
    new: dict[str, Any] = {
        "organisation": organisation, "role": str(by.role), "by": by.id, "asked_at": now, "moved_at": None,
        "ended_at": None, "tickets": 0, "done": 0, "counts": Counts().model_dump_json(), "failure": None,
    }  # fmt: skip
    with suppress(IntegrityError), db.begin() as connection:  # somebody else has asked at the same instant
        over = update(erasures).where(_C.contact == contact, _C.ended_at.is_not(None))
        known = connection.execute(select(_C.contact).where(_C.contact == contact)).first()
        if known is None:
            connection.execute(insert(erasures).values(contact=contact, **new))
        else:
            connection.execute(over.values(**new))
    found = get(db, contact)
    assert found is not None  # no row of these is ever deleted
    return found


def get(db: Database, contact: str) -> Erasure | None:
    """The latest one of that person."""
    with db.read() as connection:
        row = connection.execute(select(erasures).where(_C.contact == contact)).mappings().first()
    return None if row is None else _read(row)


def left(db: Database, now: datetime) -> list[Erasure]:
    """Those that nobody is at work on, the longest asked for first."""
    query = select(erasures).where(_C.ended_at.is_(None), _idle(now)).order_by(_C.asked_at).limit(AT_ONCE)
    with db.read() as connection:
        return [_read(row) for row in connection.execute(query).mappings()]


def take(db: Database, contact: str, now: datetime) -> bool:
    """Whether it is ours to work on: of two processes that ask, one is told so."""
    mine = update(erasures).where(_C.contact == contact, _C.ended_at.is_(None), _idle(now))
    with db.begin() as connection:
        return connection.execute(mine.values(moved_at=now, done=0)).rowcount == 1


def note(db: Database, contact: str, now: datetime, **values: Any) -> None:
    """How far it has come: `tickets`, `done`, `counts`, `failure`, `ended_at`. Without a row, nothing."""
    if "counts" in values:
        values["counts"] = values["counts"].model_dump_json()
    with db.begin() as connection:
        connection.execute(
            update(erasures).where(_C.contact == contact, _C.ended_at.is_(None)).values(moved_at=now, **values)
        )


def _idle(now: datetime) -> Any:
    return or_(_C.moved_at.is_(None), _C.moved_at <= now - QUIET)


def _read(row: Any) -> Erasure:
    plain = {name: row[name] for name in Erasure.model_fields if name not in ("by", "counts")}
    by = Actor(role=Role(row["role"]), id=row["by"])
    return Erasure(**plain, by=by, counts=Counts.model_validate_json(row["counts"]))
