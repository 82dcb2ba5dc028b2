"""How much there is of everything that operations watch: numbers only, by closed lists of words."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text

from domain.alerts import Outcome
from domain.base import Instant, Model
from domain.words import Way
from store.database import Database
from store.outbox import State
from store.quick import Quick, first
from store.tables import alert_episodes, erasures, outbox, tickets, unmatched_messages
from store.ticket_filter import is_open
from store.types import UtcInstant

GRACE = timedelta(seconds=30)
"""A clock acts within a second of its due instant; a busy morning may take longer."""

_NOW = bindparam("now", type_=UtcInstant)
_LATE = bindparam("late", type_=UtcInstant)
_NUMBER = func.count().label("number")
_ALIKE = (tickets.c.agreement, tickets.c.status, tickets.c.level, tickets.c.severity)
_OPEN = Quick(select(*_ALIKE, _NUMBER).where(is_open()).group_by(*_ALIKE))
_OVERDUE = Quick(select(_NUMBER, func.min(tickets.c.next_due).label("since")).where(tickets.c.next_due < _LATE))
_ALERTS = Quick(
    select(_NUMBER, func.min(alert_episodes.c.placed_at).label("since")).where(
        alert_episodes.c.report.is_not(None),  # whatever is pending has one, and only those are in an index
        alert_episodes.c.outcome == str(Outcome.pending),
        alert_episodes.c.ended_at.is_(None),
    )
)
_UNMATCHED = Quick(
    select(_NUMBER, func.min(unmatched_messages.c.received_at).label("since")).where(
        unmatched_messages.c.settled_at.is_(None)
    )
)
_TEXTS = Quick(select(_NUMBER, func.min(tickets.c.texts_until).label("since")).where(tickets.c.texts_until <= _NOW))
_ERASURES = Quick(
    select(erasures.c.asked_at, erasures.c.failure).where(erasures.c.ended_at.is_(None)).order_by(erasures.c.asked_at)
)
_WAITS = outbox.c.state == str(State.pending)
_TRIED = _WAITS & (outbox.c.attempts > 0)
_FREE = _WAITS & (outbox.c.held_until.is_(None) | (outbox.c.held_until <= _NOW))
_LINES = Quick(
    select(
        outbox.c.way,
        func.count().filter(_WAITS).label("waiting"),
        func.min(func.coalesce(outbox.c.resent_at, outbox.c.created_at)).filter(_FREE).label("oldest"),
        func.count().filter(_TRIED).label("tried"),
        func.count().filter(outbox.c.state == str(State.failed)).label("given_up"),
    )
    .where(text("outbox.state IN ('pending', 'failed')"))
    .group_by(outbox.c.way)
)
_FAILURE = Quick(
    first(
        select(outbox.c.last_error).where(_TRIED, outbox.c.way == bindparam("of_way")).order_by(outbox.c.created_at), 1
    )
)


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
    failure: str | None = None
    """What the other side said to the first of those."""
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
    """All of them, from indexes of what is still open: what was done costs nothing."""
    (overdue,) = _OVERDUE.rows(db, late=now - GRACE)
    (alerts,), (unmatched,), (texts,) = _ALERTS.rows(db), _UNMATCHED.rows(db), _TEXTS.rows(db, now=now)
    under_way = _ERASURES.rows(db)
    return Figures(
        open=tuple(OpenTickets(**row) for row in _OPEN.rows(db)),
        overdue=overdue["number"],
        due=overdue["since"],
        lines=_lines(db, now),
        alerts=alerts["number"],
        alerts_since=alerts["since"],
        unmatched=unmatched["number"],
        unmatched_since=unmatched["since"],
        texts=texts["number"],
        texts_since=texts["since"],
        erasures=len(under_way),
        erasures_since=under_way[0]["asked_at"] if under_way else None,
        erasure_failure=under_way[0]["failure"] if under_way else None,
    )


def _lines(db: Database, now: datetime) -> tuple[Line, ...]:
    found = {way: Line(way=way) for way in Way}
    for row in _LINES.rows(db, now=now):
        line = Line(**row)
        if line.tried:
            said = _FAILURE.rows(db, of_way=row["way"])
            line = line.model_copy(update={"failure": said[0]["last_error"] if said else None})
        found[line.way] = line
    return tuple(found.values())
