"""The one way in which a ticket's facts reach the database (docs/decisions/0005-the-record.md)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from domain import events as ev
from domain.clock import Clock
from domain.events import Event
from domain.lateness import lateness
from domain.record import Recording, Summary, Unrecorded
from store import attachment_uses, given, hour_entries, search
from store.database import Database
from store.outbox import rows_of
from store.tables import clocks, events, outbox, tickets

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """What `record` did. True where messages were added, so that delivery is worth waking."""

    new: bool
    """False when nothing was written: a repetition, or a worker that had lost its turn."""
    messages: int

    def __bool__(self) -> bool:
        return self.messages > 0


NOTHING = Written(new=False, messages=0)


def record(db: Database, recording: Recording, now: datetime, *, hold: str | None = None) -> Written:
    """Writes one recording in one transaction, or nothing. The same one again changes nothing.

    - A lower fence than the stored one: a worker that lost its turn. Ignored.
    - Events from its first sequence on that stand already and differ: phantoms. They give way, with the clocks as
      they left them, and with their messages that were not delivered yet.
    - The same events again: a repetition. When more was stored since under the same fence, it is an attempt that
      was given up as too slow and finished after all; taking its successors for phantoms would lose facts.
    With `hold`, which says why, its messages are kept as failed: a person decides whether they go out.
    SQLAlchemy's errors pass: the caller tries again.
    """
    try:
        return _record(db, recording, now, hold)
    except IntegrityError:
        # Two processes recorded the same opening at once and neither saw the other's row. Now there is one to see.
        return _record(db, recording, now, hold)


def _record(db: Database, recording: Recording, now: datetime, hold: str | None) -> Written:
    ticket = recording.summary.id
    write = _SQLITE if db.sqlite else _POSTGRES
    with db.begin() as connection:
        stored = connection.execute(_STORED, {"ticket": ticket}).one_or_none()
        told: Sequence[Event] = recording.events
        changed: Sequence[Clock] = recording.clocks
        if stored is not None:
            if recording.fence < stored.fence:
                log.warning("ticket %s: a recording of a worker that lost its turn is ignored", ticket)
                return NOTHING
            now = max(now, stored.recorded_at)  # the order of messages must not hang on two machines' clocks
            if recording.first <= stored.version:
                if _repeats(connection, recording, stored.fence):
                    connection.execute(_FENCE, {"ticket": ticket, "fence": recording.fence})
                    return NOTHING
                told, changed = _take_back(connection, recording)
                attachment_uses.take_back(connection, ticket, recording.first, now)
        if recording.first > (stored.version if stored else 0) + 1:
            log.error("ticket %s: the events before number %d are not in the database", ticket, recording.first)
        connection.execute(write.ticket, _ticket_row(recording, now))
        connection.execute(_EVENTS, [_event_row(ticket, event) for event in recording.events])
        if changed:
            connection.execute(write.clocks, _clock_rows(ticket, told, changed, recording.summary))
        hour_entries.write(connection, recording.summary, told)
        given.write(connection, recording.summary, recording.events)
        attachment_uses.write(connection, ticket, recording.events)
        search.write(connection, recording.summary, recording.events)
        if recording.messages:
            connection.execute(write.outbox, rows_of(recording.messages, now, hold=hold))
    return Written(new=True, messages=len(recording.messages))


def _repeats(connection: Connection, recording: Recording, stored_fence: int) -> bool:
    rows = connection.execute(_STANDING, {"ticket": recording.summary.id, "first": recording.first}).scalars()
    standing = [Event.model_validate_json(body) for body in rows]
    if standing[: len(recording.events)] != list(recording.events):
        return False
    return len(standing) == len(recording.events) or recording.fence == stored_fence


def _take_back(connection: Connection, recording: Recording) -> tuple[Sequence[Event], Sequence[Clock]]:
    """Takes phantoms away; the whole history with the recording's events, and every clock as that leaves it."""
    ticket, first = recording.summary.id, recording.first
    log.warning("ticket %s: a step recorded from number %d on never became durable; replaced", ticket, first)
    connection.execute(delete(events).where(events.c.ticket == ticket, events.c.sequence >= first))
    kept = [message.key for message in recording.messages]
    undelivered = (outbox.c.ticket == ticket, outbox.c.sequence >= first, outbox.c.state == "pending")
    connection.execute(
        update(outbox)
        .where(*undelivered, func.coalesce(outbox.c.origin, outbox.c.key).not_in(kept))
        .values(state="withdrawn")
    )
    before = [Event.model_validate_json(body) for body in connection.execute(_BEFORE, {"ticket": ticket}).scalars()]
    if len(before) != first - 1:
        log.error("ticket %s: events before number %d are missing; its older clocks stand unchecked", ticket, first)
        connection.execute(delete(clocks).where(clocks.c.ticket == ticket, clocks.c.number >= first))
        hour_entries.forget(connection, ticket, first)
        return recording.events, recording.clocks
    # A phantom may have ended or paused a clock that the true step does not touch, so they are all made anew.
    connection.execute(delete(clocks).where(clocks.c.ticket == ticket))
    hour_entries.forget(connection, ticket)
    whole = [*before, *recording.events]
    walk = Unrecorded()
    state = walk.follow(None, whole)
    return whole, walk.take(state, recording.fence).clocks


def _ticket_row(recording: Recording, now: datetime) -> dict[str, Any]:
    row = {name: getattr(recording.summary, name) for name in Summary.model_fields}
    row["status"] = str(row["status"])
    for name in ("subject", "question", "resolution_text"):
        if row[name] and "\0" in row[name]:
            # PostgreSQL's text cannot hold it, and a row that cannot be written would hold the ticket up for ever.
            row[name] = row[name].replace("\0", "\ufffd")
    return {**row, "fence": recording.fence, "updated_at": recording.events[-1].at, "recorded_at": now}


def _event_row(ticket: str, event: Event) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "sequence": event.sequence,
        "at": event.at,
        "type": event.fact.type,
        "role": str(event.by.role),
        "actor": event.by.id,
        "cause": event.cause,
        "body": event.model_dump_json(),
        "late": lateness(event),
    }


def _clock_rows(ticket: str, told: Sequence[Event], changed: Iterable[Clock], summary: Summary) -> list[dict[str, Any]]:
    levels, severities = _circumstances(told, summary)
    return [
        {
            "ticket": ticket,
            "number": clock.number,
            "id": clock.id,
            "kind": str(clock.kind),
            "severity": severities.get(clock.number) or severities.get(clock.id) or summary.severity,
            "level": levels.get(clock.number, summary.level),
            "started_at": clock.started_at,
            "due": clock.due,
            "missed_due": clock.missed_due,
            "verdict": str(clock.verdict) if clock.verdict else None,
            "ended_at": clock.ended_at,
            "late": clock.late,
            "paused": bool(clock.paused_by) and clock.live,
            "body": clock.model_dump_json(),
        }
        for clock in changed
    ]


def _circumstances(told: Sequence[Event], summary: Summary) -> tuple[dict[int, str], dict[int | str, str]]:
    """The level at which each clock was started, by number, and the severity under which it ended, by number or id.

    Walked backwards from the row as it now stands: each change says what was before it.
    """
    levels: dict[int, str] = {}
    severities: dict[int | str, str] = {}
    level, severity = summary.level, summary.severity
    for event in reversed(told):
        fact = event.fact
        if isinstance(fact, ev.ClockEnded):
            severities[fact.clock] = severity
        elif isinstance(fact, ev.ClockStarted):
            levels[event.sequence] = level
            # An id recurs: what was kept under it belonged to this clock, and what comes earlier to another.
            severities[event.sequence] = severities.pop(fact.clock, summary.severity)
        elif isinstance(fact, ev.SeveritySet):
            severity = fact.before
        elif isinstance(fact, ev.Escalated):
            level = str(fact.before)
    return levels, severities


class _Upserts:
    """The three statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

    def __init__(self, dialect: Any) -> None:
        ticket = dialect.insert(tickets)
        self.ticket = ticket.on_conflict_do_update(index_elements=["id"], set_=_all(ticket, tickets, "id"))
        clock = dialect.insert(clocks)
        self.clocks = clock.on_conflict_do_update(
            index_elements=["ticket", "number"], set_=_all(clock, clocks, "ticket", "number", "level")
        )
        message = dialect.insert(outbox)
        # The same step decided again after its phantom was withdrawn has the same keys: the message is wanted after
        # all. What was delivered, or given up, under a key stays so.
        self.outbox = message.on_conflict_do_update(
            index_elements=["key"],
            set_={
                name: message.excluded[name]
                for name in ("state", "body", "next_attempt_at", "last_error", "created_at", "routed_at")
            },
            where=text("outbox.state IN ('pending', 'withdrawn')"),
        )


def _all(statement: Any, table: Any, *but: str) -> dict[str, Any]:
    return {column.name: statement.excluded[column.name] for column in table.columns if column.name not in but}


_SQLITE, _POSTGRES = _Upserts(sqlite), _Upserts(postgresql)
_TICKET: BindParameter[str] = bindparam("ticket")
_STORED = (
    select(tickets.c.version, tickets.c.fence, tickets.c.recorded_at).where(tickets.c.id == _TICKET).with_for_update()
)
_FENCE = update(tickets).where(tickets.c.id == _TICKET).values(fence=bindparam("fence"))
_EVENTS = insert(events)
_BEFORE = select(events.c.body).where(events.c.ticket == _TICKET).order_by(events.c.sequence)
_STANDING = _BEFORE.where(events.c.sequence >= bindparam("first"))
