"""The outbox as people look at it: lists with filters, one message, and sending again what was given up or waits."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from domain.base import Instant, Model
from domain.words import Way
from store import attempts, listing
from store.attempts import Attempt, Outcome
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page, within
from store.outbox import Entry, State, entry
from store.tables import outbox as table

MOST = listing.MOST
"""Messages on a page, at most."""


class MessageFilter(Model):
    """Everything given must hold. `to_at` is exclusive; the times are of the recording."""

    ticket: str | None = None
    state: State | None = None
    way: Way | None = None
    target: str | None = None
    to_kind: str | None = None
    to_id: str | None = None
    template: str | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None


class MessageOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    MessageOrder.newest: Keyset("newest", (table.c.created_at, table.c.key), downwards=True),
    MessageOrder.oldest: Keyset("oldest", (table.c.created_at, table.c.key)),
}


def find(
    db: Database,
    wanted: MessageFilter,
    order: MessageOrder = MessageOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Entry], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    rows, following = page(db, select(table).where(*_where(wanted)), _ORDERS[order], cursor, limit)
    return [entry(row) for row in rows], following


def next_attempt(db: Database, way: Way) -> Instant | None:
    """When the first of the messages that go this way is tried again; None where none waits after a failed attempt."""
    tried = (table.c.state == str(State.pending), table.c.way == str(way), table.c.attempts > 0)
    with db.read() as connection:
        return connection.execute(select(func.min(table.c.next_attempt_at)).where(*tried)).scalar()


def resend(db: Database, key: str, by: str, now: datetime) -> bool:
    """Puts a message back in line that was given up or waits for its next attempt, noting who did; False when it is
    none of these.
    """
    with db.begin() as connection:
        return _resend(connection, [key], by, now) == 1


def resend_all(db: Database, wanted: MessageFilter, by: str, now: datetime, most: int) -> tuple[int, int]:
    """Puts back in line what was given up, or waits for its next attempt, and fits: the oldest `most`; how many, and
    how many are left.
    """
    failed = (*_where(wanted), or_(table.c.state == str(State.failed), _waits(now)))
    with db.begin() as connection:
        query = select(table.c.key).where(*failed).order_by(table.c.created_at, table.c.key).limit(most)
        sent = _resend(connection, list(connection.execute(query).scalars()), by, now)
        left: int = connection.execute(select(func.count()).where(*failed)).scalar_one()
    return sent, left


def _resend(connection: Connection, keys: list[str], by: str, now: datetime) -> int:
    if not keys:
        return 0
    again = {"state": str(State.pending), "attempts": 0, "next_attempt_at": now, "resent_at": now}
    given_up = (table.c.key.in_(keys), table.c.state == str(State.failed))
    waiting = (table.c.key.in_(keys), _waits(now))  # counted on: its days are not over
    changed = connection.execute(update(table).where(*waiting).values(next_attempt_at=now)).rowcount
    changed += connection.execute(update(table).where(*given_up).values(**again)).rowcount
    if changed:
        attempts.note(connection, [Attempt(key=key, at=now, outcome=Outcome.resent, by=by) for key in keys])
    return changed


def _waits(now: datetime) -> ColumnElement[bool]:
    """After an attempt that failed, and for nothing else: quiet hours are their reader's."""
    free = or_(table.c.held_until.is_(None), table.c.held_until <= now)
    return and_(table.c.state == str(State.pending), table.c.attempts > 0, table.c.next_attempt_at > now, free)


def _where(wanted: MessageFilter) -> list[ColumnElement[bool]]:
    names = [name for name in MessageFilter.model_fields if name in table.c]
    return [*equal(table, wanted, *names), *within(table.c.created_at, wanted)]
