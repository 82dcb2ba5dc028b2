"""What was tried to deliver a message, and who had it sent again: its history, attempt by attempt."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from domain.base import Instant, Model
from store.database import Database
from store.tables import attempts

MOST = 200


class Outcome(StrEnum):
    """`retried`: it failed and is tried again. `returned`: it came back. `resent`: a person put it back in line."""

    delivered = "delivered"
    retried = "retried"
    given_up = "given_up"
    returned = "returned"
    resent = "resent"


class Attempt(Model):
    """One attempt; `detail` is the other side's answer, or ours; `by` the person who had it sent again."""

    key: str
    at: Instant
    outcome: Outcome
    detail: str | None = None
    by: str | None = None


def note(connection: Connection, tried: Sequence[Attempt]) -> None:
    """Writes them down, inside the caller's transaction."""
    if tried:
        rows = [{name: getattr(one, name) for name in Attempt.model_fields} for one in tried]
        connection.execute(insert(attempts), [{**row, "outcome": str(row["outcome"])} for row in rows])


def of_message(db: Database, key: str) -> list[Attempt]:
    """The newest of a message's attempts, in their order."""
    query = select(attempts).where(attempts.c.key == key).order_by(attempts.c.id.desc()).limit(MOST)
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [Attempt(**{name: row[name] for name in Attempt.model_fields}) for row in reversed(rows)]
