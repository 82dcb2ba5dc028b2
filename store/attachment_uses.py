"""Which files a ticket's facts carry: written by the recording, read by whoever may see that fact."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from domain import events as ev
from domain.attachments import AttachmentRef
from domain.base import Instant
from domain.events import Event
from store import listing
from store.attachments import HELD, Stored
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import attachment_uses as uses
from store.tables import attachments as t

log = logging.getLogger(__name__)

MOST = listing.MOST
"""Files on a page, at most."""


class Used(Stored):
    """A file on a ticket: number, time and role of the first event that carries it, and whether that is internal."""

    sequence: int
    at: Instant
    role: str
    internal: bool


def carried(event: Event) -> tuple[AttachmentRef, ...]:
    """The files that came with an event."""
    fact = event.fact
    if isinstance(fact, ev.TicketOpened):
        return fact.opening.attachments
    found: tuple[AttachmentRef, ...] = getattr(fact, "attachments", ())
    return found


def write(connection: Connection, ticket: str, told: Iterable[Event]) -> None:
    """In the recording's transaction: what these events carry is the ticket's, and is dropped no more."""
    rows = [
        {
            "ticket": ticket,
            "sequence": event.sequence,
            "attachment": one,
            "internal": isinstance(event.fact, ev.NoteAdded),
            "at": event.at,
            "role": str(event.by.role),
        }
        for event in told
        for one in dict.fromkeys(ref.id for ref in carried(event))
    ]
    if not rows:
        return
    ids = {row["attachment"] for row in rows}
    connection.execute(update(t).where(t.c.id.in_(ids)).values(drop_at=None))
    there = set(connection.execute(select(t.c.id).where(t.c.id.in_(ids))).scalars())
    for gone in ids - there:
        # The fact stands, with the file's name and hash; a row that cannot be written would hold the ticket up.
        log.error("ticket %s: attachment %s was dropped before it was recorded", ticket, gone)
    kept = [row for row in rows if row["attachment"] in there]
    if kept:
        connection.execute(insert(uses), kept)


def take_back(connection: Connection, ticket: str, first: int, now: datetime) -> None:
    """Events from number `first` on never became durable: what only they carried waits again."""
    of_them = (uses.c.ticket == ticket, uses.c.sequence >= first)
    ids = set(connection.execute(select(uses.c.attachment).where(*of_them)).scalars())
    if not ids:
        return
    connection.execute(delete(uses).where(*of_them))
    used = exists().where(uses.c.attachment == t.c.id)
    connection.execute(update(t).where(t.c.id.in_(ids), ~used, t.c.message.is_(None)).values(drop_at=now + HELD))


def of_ticket(
    db: Database, ticket: str, *, internal: bool, cursor: str | None = None, limit: int = 50
) -> tuple[list[Used], str | None]:
    """One page of a ticket's files in the order in which they came, and the cursor of the next page.

    Without `internal` only what stands on something that a client reads. ValueError for another list's cursor.
    """
    first = _first(ticket, internal=internal)
    keys = Keyset("attachments", (first.c.sequence, t.c.id))
    query = select(t, first.c.sequence).join(first, first.c.attachment == t.c.id)
    rows, following = page(db, query, keys, cursor, limit)
    with db.read() as connection:
        return _with_use(connection, ticket, rows), following


def on_ticket(db: Database, ticket: str, ids: Iterable[str], *, internal: bool) -> list[Used]:
    """Those of these files that the ticket carries, for a reader who sees what is `internal` or not."""
    first = _first(ticket, internal=internal)
    query = select(t, first.c.sequence).join(first, first.c.attachment == t.c.id).where(t.c.id.in_([*ids]))
    with db.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        return _with_use(connection, ticket, rows)


def bytes_of(db: Database, ticket: str) -> int:
    """How much a ticket carries; a file that it carries twice counts once."""
    ids = select(uses.c.attachment).where(uses.c.ticket == ticket)
    with db.read() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(t.c.size), 0)).where(t.c.id.in_(ids))).scalar_one())


def _first(ticket: str, *, internal: bool) -> Any:
    """For each file of the ticket the first event that carries it."""
    of_it = [uses.c.ticket == ticket]
    if not internal:
        of_it.append(~uses.c.internal)
    query = select(uses.c.attachment, func.min(uses.c.sequence).label("sequence")).where(*of_it)
    return query.group_by(uses.c.attachment).subquery()


def _with_use(connection: Connection, ticket: str, rows: list[dict[str, Any]]) -> list[Used]:
    sequences = {row["sequence"] for row in rows}
    query = select(uses).where(uses.c.ticket == ticket, uses.c.sequence.in_(sequences))
    by = {(use["sequence"], use["attachment"]): dict(use) for use in connection.execute(query).mappings()}
    return [
        Used(**row, **{name: by[row["sequence"], row["id"]][name] for name in ("at", "role", "internal")})
        for row in rows
    ]
