"""A ticket's events as their readers may see them: a client sees nothing internal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.sentences import sentence
from api.shapes import Entry, attachment_url
from domain import events as ev
from domain.commands import Open
from domain.events import Event
from domain.words import ClockKind
from store import attachment_uses, tickets
from store.database import Database

HIDDEN = frozenset({"note_added", "staff_warned", "resolution_suggested", "commitment_due"})
"""Types of events that are ours alone."""

_LEFT_OUT = {"type", "alarms", "opening", "digest", "ran", "terms"}
_CHUNK = 200


def for_client(event: Event) -> bool:
    """Whether a client may read of it: ladder and internal times are no promise, but how we organise ourselves."""
    fact = event.fact
    if fact.type in HIDDEN:
        return False
    if isinstance(fact, ev.ManagerInvolved):
        return fact.clock is None
    clock = getattr(fact, "clock", None)
    return clock is None or not str(clock).startswith(ClockKind.internal)


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
    fact = event.fact
    data = {name: value for name, value in fact.model_dump(mode="json").items() if name not in _LEFT_OUT}
    if isinstance(fact, ev.TicketOpened):
        opening = fact.opening
        data |= {
            "subject": opening.subject,
            "description": opening.description,
            "channel": str(opening.channel),
            "contact": opening.contact,
            "severity_asked": opening.severity,
            "agreement": opening.terms.agreement,
            "revision": opening.terms.revision,
        }
    carried = attachment_uses.carried(event)
    if carried:
        data["attachments"] = [{**one.model_dump(), "url": attachment_url(ticket, one.id)} for one in carried]
    if isinstance(fact, ev.TermsChanged):
        data["revision"] = fact.terms.revision
    if isinstance(fact, (ev.ClockStarted, ev.ClockRetargeted)):
        data["target"] = fact.target.words
    return data


def _from(database: Database, ticket: str, after: int) -> Iterator[Event]:
    while True:
        found = tickets.events(database, ticket, after=after, limit=_CHUNK)
        yield from found
        if len(found) < _CHUNK:
            return
        after = found[-1].sequence
