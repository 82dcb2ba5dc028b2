"""A ticket's events as their readers may see them: a client sees nothing internal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.shapes import Entry, attachment_url
from api.tickets.sentences import sentence
from domain.commands import Open
from domain.events import Event
from domain.visible import data_of, for_client
from store import attachment_uses, tickets
from store.database import Database

_CHUNK = 200


def page(
    database: Database, opening: Open, *, client: bool, language: str, after: int, limit: int
) -> tuple[list[Entry], int | None]:
    """At most `limit` entries after event number `after`, and the number to go on after; None at the end."""
    entries: list[Entry] = []
    for event in _from(database, opening.ticket, after):
        if len(entries) == limit:
            return entries, entries[-1].number
        if not client or for_client(event):
            entries.append(entry(event, opening, client=client, language=language))
    return entries, None


def entry(event: Event, opening: Open, *, client: bool, language: str) -> Entry:
    """One event for its reader."""
    return Entry(
        number=event.sequence,
        type=event.fact.type,
        at=event.at,
        by=event.by.role,
        by_id=None if client else event.by.id,
        sentence=sentence(event, opening.terms, language),
        data=_data(event, opening.ticket),
    )


def _data(event: Event, ticket: str) -> dict[str, Any]:
    data = data_of(event)
    carried = attachment_uses.carried(event)
    if carried:
        data["attachments"] = [{**one.model_dump(), "url": attachment_url(ticket, one.id)} for one in carried]
    return data


def _from(database: Database, ticket: str, after: int) -> Iterator[Event]:
    while True:
        found = tickets.events(database, ticket, after=after, limit=_CHUNK)
        yield from found
        if len(found) < _CHUNK:
            return
        after = found[-1].sequence
