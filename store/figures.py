"""How much there is of everything that operations watch: numbers only, by closed lists of words."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from domain.alerts import Outcome
from domain.base import Instant, Model
from domain.words import Way
from store.database import Database
from store.outbox import State
from store.tables import alert_episodes, erasures, outbox, tickets, unmatched_messages
from store.ticket_filter import is_open
from store.types import NEVER

GRACE = timedelta(seconds=30)
"""A clock acts within a second of its due instant; a busy morning may take longer."""


class OpenTickets(Model):
    """How many open tickets of an agreement stand alike."""

    agreement: str
    status: str
    level: str
    severity: str
    number: int


class Line(Model):
    """What waits to go out by one way. `oldest`: since when the oldest has, of what is not held by quiet hours."""

    way: Way
    waiting: int = 0
    oldest: Instant | None = None
    tried: int = 0
    """Of those waiting, the ones whose delivery has failed at least once."""
    given_up: int = 0


class Figures(Model):
    """`overdue`: tickets on which nothing has acted `GRACE` after something fell due; `due`: the oldest instant."""

    open: tuple[OpenTickets, ...]
    overdue: int
    due: Instant | None
    lines: tuple[Line, ...]
    alerts: int
    """Alerts that were taken and not carried out."""
    alerts_since: Instant | None
    unmatched: int
    unmatched_since: Instant | None
    texts: int = 0
    """Archived tickets whose texts should be gone by now, and since when the first should."""
    texts_since: Instant | None = None
    erasures: int = 0
    """People whose erasure was asked for and has not ended; why the oldest has stopped, where it has."""
    erasures_since: Instant | None = None
    erasure_failure: str | None = None


def figures(db: Database, now: datetime) -> Figures:
    """All of them, from indexes."""
    with db.read() as connection:
        place = (tickets.c.agreement, tickets.c.status, tickets.c.level, tickets.c.severity)
        standing = connection.execute(select(*place, func.count().label("number")).where(is_open()).group_by(*place))
        alike = tuple(OpenTickets.model_validate(dict(row)) for row in standing.mappings())
        late = select(func.count(), func.min(tickets.c.next_due)).where(tickets.c.next_due < now - GRACE)
        overdue, due = connection.execute(late).one()
        pending = (alert_episodes.c.outcome == str(Outcome.pending), alert_episodes.c.ended_at.is_(None))
        alerts, since = connection.execute(
            select(func.count(), func.min(alert_episodes.c.placed_at)).where(*pending)
        ).one()
        kept = select(func.count(), func.min(unmatched_messages.c.received_at))
        unmatched, unmatched_since = connection.execute(kept.where(unmatched_messages.c.settled_at.is_(None))).one()
        beyond = select(func.count(), func.min(tickets.c.texts_until)).where(tickets.c.texts_until <= now)
        texts, texts_since = connection.execute(beyond).one()
        asked = select(erasures.c.asked_at, erasures.c.failure).where(erasures.c.ended_at.is_(None))
        under_way = connection.execute(asked.order_by(erasures.c.asked_at)).all()
    return Figures(
        open=alike,
        overdue=overdue,
        due=None if due == NEVER else due,
        lines=_lines(db, now),
        alerts=alerts,
        alerts_since=since,
        unmatched=unmatched,
        unmatched_since=unmatched_since,
        texts=texts,
        texts_since=texts_since,
        erasures=len(under_way),
        erasures_since=under_way[0].asked_at if under_way else None,
        erasure_failure=under_way[0].failure if under_way else None,
    )


def _lines(db: Database, now: datetime) -> tuple[Line, ...]:
    found = {way: Line(way=way) for way in Way}
    waits = outbox.c.state == str(State.pending)
    free = waits & (outbox.c.held_until.is_(None) | (outbox.c.held_until <= now))
    since = func.coalesce(outbox.c.resent_at, outbox.c.created_at)
    with db.read() as connection:
        waiting = select(
            outbox.c.way, func.count().label("waiting"), func.count().filter(outbox.c.attempts > 0).label("tried")
        )
        for row in connection.execute(waiting.where(waits).group_by(outbox.c.way)):
            found[Way(row.way)] = found[Way(row.way)].model_copy(update={"waiting": row.waiting, "tried": row.tried})
        for row in connection.execute(
            select(outbox.c.way, func.min(since).label("oldest")).where(free).group_by(outbox.c.way)
        ):
            found[Way(row.way)] = found[Way(row.way)].model_copy(update={"oldest": row.oldest})
        given_up = select(outbox.c.way, func.count()).where(outbox.c.state == str(State.failed)).group_by(outbox.c.way)
        for way, number in connection.execute(given_up):
            found[Way(way)] = found[Way(way)].model_copy(update={"given_up": number})
    return tuple(found.values())
