"""Roll-outs: which tickets still have another revision, and how far each roll-out has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from domain.base import Instant, Model
from domain.words import Status
from store.database import Database
from store.tables import rollouts, tickets

RUNNING = tuple(str(status) for status in Status if status is not Status.archived)
"""Statuses of tickets that a roll-out reaches: a closed one can still be reopened."""


class Counts(Model):
    """How far a roll-out has come. `refused` is by code; `left`: not reached, for which it can be run again.

    `in_hand` are the tickets of the batch that was begun last: some of them may have been changed before a crash.
    """

    changed: int = 0
    told: int = 0
    refused: dict[str, int] = {}
    left: int = 0
    in_hand: tuple[str, ...] = ()


class Rollout(Model):
    """One roll-out of a revision, by an operator; `ended_at` absent while it is under way, or was interrupted."""

    id: str
    agreement: str
    revision: str
    by: str
    began_at: Instant
    ended_at: Instant | None = None
    counts: Counts = Counts()


class Candidate(Model):
    """A running ticket that is kept under another revision."""

    id: str
    contract: str
    revision: str
    opened_at: Instant


def begin(db: Database, agreement: str, revision: str, by: str, now: datetime) -> Rollout:
    """The unfinished roll-out of that revision, to go on with, or a new one; unfinished ones of others end here.

    Its id is `agreement-number`. SQLAlchemy's IntegrityError when somebody else began one at the same instant.
    """
    unfinished = (rollouts.c.agreement == agreement, rollouts.c.ended_at.is_(None))
    with db.begin() as connection:
        others = (*unfinished, rollouts.c.revision != revision)
        connection.execute(update(rollouts).where(*others).values(ended_at=now))
        found = connection.execute(select(rollouts).where(*unfinished)).mappings().first()
        if found is not None:
            return _read(found)
        query = select(func.count()).select_from(rollouts).where(rollouts.c.agreement == agreement)
        number = connection.execute(query).scalar_one() + 1
        new = Rollout(id=f"{agreement[:60]}-{number}", agreement=agreement, revision=revision, by=by, began_at=now)
        connection.execute(insert(rollouts).values(_row(new)))
    return new


def save(db: Database, rollout: Rollout) -> None:
    """How far it has come, and whether it has ended."""
    values = {"ended_at": rollout.ended_at, "counts": rollout.counts.model_dump_json()}
    with db.begin() as connection:
        connection.execute(update(rollouts).where(rollouts.c.id == rollout.id).values(values))


def of(db: Database, agreement: str) -> list[Rollout]:
    """The roll-outs of an agreement, the newest first."""
    query = select(rollouts).where(rollouts.c.agreement == agreement).order_by(rollouts.c.began_at.desc())
    with db.read() as connection:
        return [_read(row) for row in connection.execute(query).mappings()]


def left(db: Database, agreement: str, revision: str) -> int:
    """How many running tickets are kept under another revision."""
    with db.read() as connection:
        query = select(func.count()).select_from(tickets).where(*_other(agreement, revision))
        return int(connection.execute(query).scalar_one())


def candidates(db: Database, agreement: str, revision: str, *, after: str = "", limit: int = 50) -> list[Candidate]:
    """Running tickets under another revision whose id comes after `after`, in the order of their ids.

    Paged by the primary key: a whole roll-out reads the table once. An index for something so rare would cost every
    day's recordings more.
    """
    columns = (tickets.c.id, tickets.c.contract, tickets.c.revision, tickets.c.opened_at)
    query = select(*columns).where(*_other(agreement, revision), tickets.c.id > after).order_by(tickets.c.id)
    with db.read() as connection:
        rows = connection.execute(query.limit(limit)).mappings()
        return [Candidate.model_validate(dict(row)) for row in rows]


def have(db: Database, ids: tuple[str, ...], revision: str) -> int:
    """How many of these tickets are kept under that revision."""
    query = select(func.count()).select_from(tickets).where(tickets.c.id.in_(ids), tickets.c.revision == revision)
    with db.read() as connection:
        return int(connection.execute(query).scalar_one())


def _other(agreement: str, revision: str) -> tuple[Any, ...]:
    return (
        tickets.c.agreement == agreement, tickets.c.revision != revision, tickets.c.status.in_(RUNNING),
    )  # fmt: skip


def _row(rollout: Rollout) -> dict[str, Any]:
    row = {name: getattr(rollout, name) for name in Rollout.model_fields}
    return {**row, "counts": rollout.counts.model_dump_json()}


def _read(row: Any) -> Rollout:
    return Rollout.model_validate({**row, "counts": Counts.model_validate_json(row["counts"])})
