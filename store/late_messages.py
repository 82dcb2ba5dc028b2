"""Messages of a period that went out late, or have not gone out yet, measured from what they tell of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from domain.base import Instant, Model
from store import late
from store.database import Database
from store.keyset import Keyset
from store.late import LateFilter
from store.outbox import State
from store.seconds import seconds
from store.tables import events, outbox, tickets


class LateMessage(Model):
    """A message. `late`: seconds from `due` until it was sent, or until now while `sent_at` is absent.

    `due`: when the step that it tells of happened, or had to happen; the end of its reader's quiet hours, if later.
    """

    key: str
    ticket: str
    template: str
    to_kind: str
    to_id: str
    way: str
    state: State
    due: Instant
    recorded_at: Instant
    sent_at: Instant | None
    late: float
    attempts: int
    last_error: str | None


_ROW = (
    outbox.c.key, outbox.c.ticket, outbox.c.template, outbox.c.to_kind, outbox.c.to_id, outbox.c.way, outbox.c.state,
    outbox.c.created_at, outbox.c.delivered_at, outbox.c.held_until, outbox.c.attempts, outbox.c.last_error,
    events.c.at, events.c.late,
)  # fmt: skip
_ORDER = Keyset("late messages", (outbox.c.created_at, outbox.c.key))
_COUNTED = (State.pending, State.delivered, State.failed)
"""What was withdrawn is of no step, and what its reader muted is not missed."""


def late_messages(db: Database, wanted: LateFilter, now: datetime, cursor: str | None = None) -> Iterator[LateMessage]:
    """Those recorded in the period, as they were recorded; only beyond `cursor`. ValueError for another list's."""
    query = (
        select(*_ROW)
        .join(tickets, tickets.c.id == outbox.c.ticket)
        .join(events, and_(events.c.ticket == outbox.c.ticket, events.c.sequence == outbox.c.sequence))
        .where(
            outbox.c.created_at >= wanted.since,
            outbox.c.created_at < wanted.until,
            outbox.c.state.in_([str(state) for state in _COUNTED]),
            *_beyond(wanted.later_than, now),
            *late.of_tickets(wanted),
        )
        .order_by(*_ORDER.ordering)
    )
    if cursor is not None:
        query = query.where(_ORDER.beyond(cursor))
    with db.read() as connection:
        for row in connection.execute(query).mappings():
            yield _message(row, now)


def _beyond(later_than: float, now: datetime) -> list[ColumnElement[bool]]:
    """Later than that, both from what it tells of and from the end of its reader's quiet hours."""
    sent = seconds(func.coalesce(outbox.c.delivered_at, literal(now, outbox.c.delivered_at.type)))
    told_of = seconds(events.c.at) - func.coalesce(events.c.late, 0.0)
    held = outbox.c.held_until
    return [sent - told_of > later_than, or_(held.is_(None), sent - seconds(held) > later_than)]


def cursor_at(row: LateMessage) -> str:
    """The cursor of the page that begins after `row`."""
    return _ORDER.cursor_at({"created_at": row.recorded_at, "key": row.key})


def _message(row: Any, now: datetime) -> LateMessage:
    due = row["at"] - timedelta(seconds=row["late"] or 0)
    if row["held_until"] is not None:
        due = max(due, row["held_until"])
    sent = row["delivered_at"]
    told = {name: row[name] for name in LateMessage.model_fields if name in row and name != "late"}
    return LateMessage(
        **told,
        due=due,
        recorded_at=row["created_at"],
        sent_at=sent,
        late=((sent or now) - due).total_seconds(),
    )
