"""The outbox: messages that were recorded with their step and wait for delivery. What was delivered stays as proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, or_, select, update

from domain.base import Instant, Model
from domain.messages import Message
from store.database import Database
from store.tables import outbox

MOST_ATTEMPTS = 100
"""Attempts after which a message is given up, whatever retry the caller wants: with an hour between, four days."""


class State(StrEnum):
    """`failed`: given up, a person must look. `withdrawn`: of a step that never became durable."""

    pending = "pending"
    delivered = "delivered"
    failed = "failed"
    withdrawn = "withdrawn"


class Waiting(Model):
    """A message to deliver now; `attempts` were made before."""

    message: Message
    attempts: int
    created_at: Instant


class Entry(Model):
    """A message as the outbox has it: what became of it, and why."""

    message: Message
    state: State
    attempts: int
    next_attempt_at: Instant
    last_error: str | None
    created_at: Instant
    delivered_at: Instant | None
    channel: str | None


def due(db: Database, now: datetime, limit: int = 100) -> list[Waiting]:
    """What can be delivered now, oldest first; a recipient's messages of one ticket keep their order.

    A message waits behind an earlier one of the same ticket and recipient whose retry is later: nobody shall read
    "resolved" before "we are on it".
    """
    with db.read() as connection:
        rows = connection.execute(_DUE, {"now": now, "most": limit}).all()
    return [
        Waiting(message=Message.model_validate_json(row.body), attempts=row.attempts, created_at=row.created_at)
        for row in rows
    ]


def next_attempt(db: Database) -> datetime | None:
    """When the next message is due; may have passed. None when nothing waits."""
    with db.read() as connection:
        # A message that waits behind another's retry is due with that one: counting it would have the caller spin.
        query = select(func.min(outbox.c.next_attempt_at)).where(_pending, ~_behind(outbox.c.next_attempt_at))
        at: datetime | None = connection.execute(query).scalar_one()
    return at


def delivered(db: Database, gone: Mapping[str, datetime], channel: str) -> None:
    """These (key, when) went out by `channel`, noted in one transaction.

    True as well of one that was withdrawn or given up meanwhile. The first time counts.
    """
    rows = [{"of": key, "at": at, "by": channel} for key, at in gone.items()]
    if rows:
        with db.begin() as connection:
            connection.execute(_DELIVERED, rows)


def failed(db: Database, key: str, error: str, attempts: int, retry_at: datetime | None) -> None:
    """Attempt number `attempts` failed. Tried again at `retry_at`; given up without one, or at `MOST_ATTEMPTS`."""
    again = retry_at is not None and attempts < MOST_ATTEMPTS
    values: dict[str, Any] = {"attempts": attempts, "last_error": error[:2_000]}
    values |= {"next_attempt_at": retry_at} if again else {"state": "failed"}
    _change(db, key, State.delivered, State.withdrawn, State.failed, **values)


def returned(db: Database, key: str, error: str) -> None:
    """A message that went out came back: it is given up, and can be sent again once its address is right."""
    gone = (outbox.c.key == key, outbox.c.state == str(State.delivered))
    with db.begin() as connection:
        connection.execute(update(outbox).where(*gone).values(state=str(State.failed), last_error=error[:2_000]))


def get(db: Database, key: str) -> Entry | None:
    """That message, whatever became of it."""
    return next(iter(_entries(db, select(outbox).where(outbox.c.key == key))), None)


def counts(db: Database) -> dict[State, int]:
    """How many messages are in each state; a state without any is there with 0."""
    with db.read() as connection:
        rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
    return {**dict.fromkeys(State, 0), **{State(state): number for state, number in rows}}


def of_ticket(db: Database, ticket: str) -> list[Entry]:
    """Every message of a ticket in its order, with what became of it."""
    query = select(outbox).where(outbox.c.ticket == ticket).order_by(outbox.c.sequence, outbox.c.key)
    return _entries(db, query)


def dead_letters(db: Database, limit: int = 100) -> list[Entry]:
    """Messages that were given up, newest first."""
    query = select(outbox).where(outbox.c.state == "failed").order_by(outbox.c.created_at.desc(), outbox.c.key)
    return _entries(db, query.limit(limit))


def add(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """Puts messages about no ticket in line, inside the caller's transaction."""
    rows = [
        {
            "key": message.key,
            "ticket": message.ticket,
            "sequence": message.sequence,
            "to_kind": message.to.kind,
            "to_id": message.to.id,
            "template": message.template,
            "body": message.model_dump_json(),
            "state": str(State.pending),
            "attempts": 0,
            "next_attempt_at": now,
            "created_at": now,
        }
        for message in messages
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def withdraw(connection: Connection, prefix: str) -> None:
    """Takes messages whose key begins so out of the line, where they did not go out yet."""
    pending = (outbox.c.key.startswith(prefix, autoescape=True), outbox.c.state == str(State.pending))
    connection.execute(update(outbox).where(*pending).values(state=str(State.withdrawn)))


def retry(db: Database, key: str, now: datetime) -> bool:
    """Puts a message that was given up back in line; False when there is no such message."""
    given_up = (outbox.c.key == key, outbox.c.state == "failed")
    with db.begin() as connection:
        changed = connection.execute(
            update(outbox).where(*given_up).values(state="pending", attempts=0, next_attempt_at=now)
        )
        return changed.rowcount == 1


def _change(db: Database, key: str, *never: State, **values: Any) -> None:
    """Changes one message, except in a state that is final for this change."""
    where = (outbox.c.key == key, outbox.c.state.not_in([str(state) for state in never]))
    with db.begin() as connection:
        connection.execute(update(outbox).where(*where).values(**values))


def _entries(db: Database, query: Any) -> list[Entry]:
    names = [name for name in Entry.model_fields if name != "message"]
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Entry(message=Message.model_validate_json(row["body"]), **{name: row[name] for name in names}) for row in rows
    ]


_pending = outbox.c.state == "pending"

_DELIVERED = (
    update(outbox)
    .where(outbox.c.key == bindparam("of"), outbox.c.state != str(State.delivered))
    .values(state=str(State.delivered), delivered_at=bindparam("at"), channel=bindparam("by"), last_error=None)
)


def _behind(later_than: ColumnElement[Any]) -> ColumnElement[bool]:
    before = outbox.alias("before")
    earlier = or_(
        before.c.sequence < outbox.c.sequence,
        and_(before.c.sequence == outbox.c.sequence, before.c.key < outbox.c.key),
    )
    return exists().where(
        before.c.ticket == outbox.c.ticket,
        before.c.to_kind == outbox.c.to_kind,
        before.c.to_id == outbox.c.to_id,
        before.c.state == "pending",
        before.c.next_attempt_at > later_than,
        earlier,
    )


_NOW = bindparam("now", type_=outbox.c.next_attempt_at.type)
_DUE = (
    select(outbox.c.body, outbox.c.attempts, outbox.c.created_at)
    .where(_pending, outbox.c.next_attempt_at <= _NOW, ~_behind(_NOW))
    .order_by(outbox.c.created_at, outbox.c.ticket, outbox.c.sequence, outbox.c.key)
    .limit(bindparam("most"))
)
