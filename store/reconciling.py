"""The record as `escalade reconcile` reads and mends it: every ticket with its events, holes and all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from domain.base import Model
from domain.events import Event
from domain.record import Recording
from domain.words import Status
from store.database import Database
from store.recording import record
from store.tables import events, tickets

PERHAPS_SENT = "recorded again after a restore: it may have gone out before; send it again where it did not"


class Stored(Model):
    """A ticket's row, as far as the comparison needs it."""

    id: str
    status: Status
    version: int
    fence: int


def count(db: Database) -> int:
    """How many tickets are recorded."""
    with db.read() as connection:
        found: int = connection.execute(select(func.count()).select_from(tickets)).scalar_one()
    return found


def walk(db: Database, size: int = 500) -> Iterator[Stored]:
    """Every recorded ticket by its number; read in steps, so that nobody waits for it."""
    after = ""
    columns = (tickets.c.id, tickets.c.status, tickets.c.version, tickets.c.fence)
    while True:
        with db.read() as connection:
            query = select(*columns).where(tickets.c.id > after).order_by(tickets.c.id).limit(size)
            rows = connection.execute(query).mappings().all()
        if not rows:
            return
        yield from (Stored.model_validate(dict(row)) for row in rows)
        after = rows[-1]["id"]


def get(db: Database, ticket: str) -> Stored | None:
    """One ticket's row."""
    columns = (tickets.c.id, tickets.c.status, tickets.c.version, tickets.c.fence)
    with db.read() as connection:
        row = connection.execute(select(*columns).where(tickets.c.id == ticket)).mappings().first()
    return Stored.model_validate(dict(row)) if row else None


def history(db: Database, ticket: str) -> list[Event]:
    """The events that are there, in order; some may be missing (`store.tickets.history` refuses those)."""
    query = select(events.c.body).where(events.c.ticket == ticket).order_by(events.c.sequence)
    with db.read() as connection:
        return [Event.model_validate_json(body) for body in connection.execute(query).scalars()]


def record_again(db: Database, recording: Recording, now: datetime, *, send: bool) -> int:
    """Records what the engine knows and the database lost; how many of its messages are kept back.

    Without `send` they stand as failed, for somebody to look at: they may have gone out before the database was put
    back.
    """
    written = record(db, recording, now, hold=None if send else PERHAPS_SENT)
    return 0 if send else written.messages
