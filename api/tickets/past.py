"""A page of what happened on a ticket, newest first, each event with the agreement as it held then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.events import Event, TermsChanged, TicketOpened
from domain.terms import Terms
from store import tickets, timeline
from store.database import Database

AT_ONCE = 250
"""Events on a page: more than a day's work on a ticket, and few enough to be drawn at once."""
_TERMS = ("ticket_opened", "terms_changed")


@dataclass(frozen=True)
class Past:
    """`earlier`: the number before which the next page begins; None at the beginning of the ticket."""

    events: Sequence[tuple[Event, Terms]] = ()
    earlier: int | None = None


def past_of(
    database: Database,
    ticket: str,
    before: int | None = None,
    *,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    limit: int = AT_ONCE,
) -> Past:
    """Nothing for a ticket that is not recorded yet."""
    revisions = tickets.events(database, ticket, types=_TERMS)
    if not revisions or not isinstance(revisions[0].fact, TicketOpened):
        return Past()
    found = timeline.latest(database, ticket, before=before, limit=limit + 1, only=only, without=without)
    shown = found[:limit]
    told = [(event, _at(revisions, event)) for event in shown]
    return Past(told, shown[-1].sequence if len(found) > limit else None)


def _at(revisions: Sequence[Event], event: Event) -> Terms:
    """The terms that the last change until then left."""
    opening = revisions[0].fact
    assert isinstance(opening, TicketOpened)
    terms = opening.opening.terms
    for one in revisions[1:]:
        if one.sequence <= event.sequence and isinstance(one.fact, TermsChanged):
            terms = one.fact.terms
    return terms
