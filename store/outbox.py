"""The outbox: messages that were recorded with their step and wait for delivery. What was delivered stays as proof.

A row is one message by one way. Recording writes it as mail (or for a webhook); `store.routing` chooses the ways before
the first attempt. Reading it as lists, and sending again, is in `store.messages_out`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.base import Instant, Model
from domain.messages import Message, Recipient
from domain.words import Way
from store import attempts
from store.database import Database
from store.tables import outbox

MOST_ATTEMPTS = 100
"""Attempts after which a message is given up, whatever retry the caller wants: with an hour between, four days."""


class State(StrEnum):
    """`failed`: given up, a person must look. `withdrawn`: of a step that never became durable.

    `muted`: its reader does not want such messages by that way.
    """

    pending = "pending"
    delivered = "delivered"
    failed = "failed"
    withdrawn = "withdrawn"
    muted = "muted"


class Waiting(Model):
    """A message to deliver now by one way; `attempts` were made before. `since`: when it was recorded, or sent again.

    `key` names this way of it, `message.key` the message, whichever way it goes.
    """

    key: str
    message: Message
    attempts: int
    since: Instant
    way: Way = Way.mail
    target: str = ""


class Entry(Model):
    """A message as the outbox has it: what became of it, and why."""

    key: str
    message: Message
    way: Way
    target: str
    state: State
    attempts: int
    next_attempt_at: Instant
    last_error: str | None
    created_at: Instant
    delivered_at: Instant | None
    channel: str | None
    resent_at: Instant | None


def due(db: Database, now: datetime, limit: int = 100, way: Way = Way.mail) -> list[Waiting]:
    """What can be delivered now by `way`, oldest first; a recipient's messages of one ticket keep their order.

    A message waits behind an earlier one of the same ticket, recipient and way whose retry is later: nobody shall read
    "resolved" before "we are on it". Machines do not read on: what goes to a webhook waits for nothing.
    """
    with db.read() as connection:
        rows = connection.execute(_DUE, {"now": now, "most": limit, "by": str(way)}).all()
    return [
        Waiting(
            key=row.key,
            message=Message.model_validate_json(row.body),
            attempts=row.attempts,
            since=row.resent_at or row.created_at,
            way=way,
            target=row.target,
        )
        for row in rows
    ]


def next_attempt(db: Database, ways: Collection[Way] = tuple(Way)) -> datetime | None:
    """When the next message is due by any of `ways`; may have passed. None when nothing waits."""
    with db.read() as connection:
        # A message that waits behind another's retry is due with that one: counting it would have the caller spin.
        mine = outbox.c.way.in_([str(way) for way in ways])
        query = select(func.min(outbox.c.next_attempt_at)).where(_pending, mine, ~_behind(outbox.c.next_attempt_at))
        at: datetime | None = connection.execute(query).scalar_one()
    return at


def earlier(db: Database, waiting: Sequence[Waiting]) -> dict[tuple[str, Recipient], list[tuple[int, str]]]:
    """By ticket and recipient, the numbers and keys of the mails that have gone out before, in their order."""
    names = {one.message.ticket for one in waiting if one.message.ticket and one.way is Way.mail}
    if not names:
        return {}
    query = (
        select(outbox.c.ticket, outbox.c.to_kind, outbox.c.to_id, outbox.c.sequence, outbox.c.key)
        .where(outbox.c.ticket.in_(names), outbox.c.way == str(Way.mail), outbox.c.state == str(State.delivered))
        .order_by(outbox.c.sequence, outbox.c.key)
    )
    found: dict[tuple[str, Recipient], list[tuple[int, str]]] = {}
    with db.read() as connection:
        for row in connection.execute(query):
            reader = (row.ticket, Recipient(kind=row.to_kind, id=row.to_id))
            found.setdefault(reader, []).append((row.sequence, row.key))
    return found


def delivered(db: Database, gone: Mapping[str, datetime], channel: str) -> None:
    """These (key, when) went out by `channel`, noted in one transaction.

    True as well of one that was withdrawn or given up meanwhile. The first time counts.
    """
    rows = [{"of": key, "at": at, "by": channel} for key, at in gone.items()]
    if rows:
        with db.begin() as connection:
            connection.execute(_DELIVERED, rows)
            attempts.note(
                connection, [attempts.Attempt(key=key, at=at, outcome="delivered") for key, at in gone.items()]
            )


def failed(db: Database, key: str, error: str, number: int, retry_at: datetime | None, at: datetime) -> None:
    """Attempt `number` failed at `at`. Tried again at `retry_at`; given up without one, or at `MOST_ATTEMPTS`."""
    again = retry_at is not None and number < MOST_ATTEMPTS
    values: dict[str, Any] = {"attempts": number, "last_error": error[:2_000]}
    values |= {"next_attempt_at": retry_at} if again else {"state": "failed"}
    never = [str(state) for state in (State.delivered, State.withdrawn, State.failed)]
    where = (outbox.c.key == key, outbox.c.state.not_in(never))
    outcome = attempts.Outcome.retried if again else attempts.Outcome.given_up
    with db.begin() as connection:
        connection.execute(update(outbox).where(*where).values(**values))
        attempts.note(connection, [attempts.Attempt(key=key, at=at, outcome=outcome, detail=error[:2_000])])


def postpone(db: Database, way: Way, target: str, until: datetime) -> None:
    """What waits for one target waits until then: it would fail alike, and keeps its attempts."""
    waits = (_pending, outbox.c.way == str(way), outbox.c.target == target, outbox.c.next_attempt_at < until)
    with db.begin() as connection:
        connection.execute(update(outbox).where(*waits).values(next_attempt_at=until))


def give_up(connection: Connection, way: Way, target: str, why: str) -> None:
    """What waits for one target is given up, inside the caller's transaction."""
    waits = (_pending, outbox.c.way == str(way), outbox.c.target == target)
    connection.execute(update(outbox).where(*waits).values(state=str(State.failed), last_error=why[:2_000]))


def returned(db: Database, key: str, error: str, at: datetime) -> None:
    """A message that went out came back: it is given up, and can be sent again once its address is right."""
    gone = (outbox.c.key == key, outbox.c.state == str(State.delivered))
    with db.begin() as connection:
        changed = connection.execute(
            update(outbox).where(*gone).values(state=str(State.failed), last_error=error[:2_000])
        )
        if changed.rowcount:
            back = attempts.Attempt(key=key, at=at, outcome=attempts.Outcome.returned, detail=error[:2_000])
            attempts.note(connection, [back])


def get(db: Database, key: str) -> Entry | None:
    """That message, whatever became of it."""
    return next(iter(entries(db, select(outbox).where(outbox.c.key == key))), None)


def counts(db: Database) -> dict[State, int]:
    """How many messages are in each state; a state without any is there with 0."""
    with db.read() as connection:
        rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
    return {**dict.fromkeys(State, 0), **{State(state): number for state, number in rows}}


def of_ticket(db: Database, ticket: str) -> list[Entry]:
    """Every message of a ticket in its order, with what became of it."""
    query = select(outbox).where(outbox.c.ticket == ticket).order_by(outbox.c.sequence, outbox.c.key)
    return entries(db, query)


def add(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """Puts messages about no ticket in line, inside the caller's transaction."""
    rows = rows_of(messages, now)
    if rows:
        connection.execute(insert(outbox), rows)


def rows_of(messages: Sequence[Message], now: datetime, *, hold: str | None = None) -> list[dict[str, Any]]:
    """New rows of these messages, in line from `now` on. `hold`: failed from the beginning, and why."""
    return [
        {
            "key": message.key,
            "ticket": message.ticket,
            "sequence": message.sequence,
            "to_kind": message.to.kind,
            "to_id": message.to.id,
            "template": message.template,
            "body": message.model_dump_json(),
            "state": str(State.failed if hold else State.pending),
            "attempts": 0,
            "next_attempt_at": now,
            "last_error": hold,
            "created_at": now,
            "routed_at": None,
            **aim(message),
        }
        for message in messages
    ]


def offer(db: Database, message: Message, now: datetime) -> bool:
    """Puts a message about no ticket in line, unless one has been under its key; whether it is new."""
    try:
        with db.begin() as connection:
            if connection.execute(select(outbox.c.key).where(outbox.c.key == message.key)).first() is not None:
                return False
            add(connection, [message], now)
    except IntegrityError:  # another process was quicker
        return False
    return True


def aim(message: Message) -> dict[str, Any]:
    """The columns that say by which way a new message goes: mail until its ways are chosen, or its webhook."""
    hook = message.to.kind == "webhook"
    return {"way": str(Way.webhook if hook else Way.mail), "target": message.to.id if hook else ""}


def withdraw(connection: Connection, prefix: str) -> None:
    """Takes messages whose key begins so out of the line, where they did not go out yet."""
    pending = (outbox.c.key.startswith(prefix, autoescape=True), outbox.c.state == str(State.pending))
    connection.execute(update(outbox).where(*pending).values(state=str(State.withdrawn)))


def entries(db: Database, query: Any) -> list[Entry]:
    """What a query over the whole table finds."""
    with db.read() as connection:
        return [entry(row) for row in connection.execute(query).mappings()]


def entry(row: Mapping[Any, Any]) -> Entry:
    """The entry of a whole row."""
    given = {name: row[name] for name in Entry.model_fields if name != "message"}
    return Entry(message=Message.model_validate_json(row["body"]), **given)


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
        outbox.c.way != str(Way.webhook),
        before.c.way == outbox.c.way,
        before.c.target == outbox.c.target,
        before.c.ticket == outbox.c.ticket,
        before.c.to_kind == outbox.c.to_kind,
        before.c.to_id == outbox.c.to_id,
        before.c.state == "pending",
        before.c.next_attempt_at > later_than,
        # What only waits for the end of quiet hours holds nobody up: a promise behind it would be late.
        or_(before.c.held_until.is_(None), before.c.next_attempt_at > before.c.held_until),
        earlier,
    )


_NOW = bindparam("now", type_=outbox.c.next_attempt_at.type)
_ROUTED = or_(outbox.c.way != str(Way.mail), outbox.c.routed_at.is_not(None))
_DUE = (
    select(outbox.c.key, outbox.c.body, outbox.c.attempts, outbox.c.created_at, outbox.c.resent_at, outbox.c.target)
    .where(_pending, _ROUTED, outbox.c.way == bindparam("by"), outbox.c.next_attempt_at <= _NOW, ~_behind(_NOW))
    .order_by(outbox.c.created_at, outbox.c.ticket, outbox.c.sequence, outbox.c.key)
    .limit(bindparam("most"))
)
