"""What happened on a ticket, for its client: people's words stand out, the clocks' own events only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.tickets.sentences import sentence
from domain.attachments import AttachmentRef
from domain.commands import Actor
from domain.events import Event, StatusUpdated, TermsChanged, TicketOpened
from domain.terms import Terms
from domain.visible import for_client
from domain.words import STAFF, Role
from store import attachment_uses, directory, tickets
from store.database import Database

MOST = 1000
"""Events on a page: a ticket of years has fewer."""

_SAID: dict[str, tuple[str, str]] = {
    "ticket_opened": (_("Filed"), "description"),
    "comment_added": (_("Comment"), "text"),
    "first_response_given": (_("First response"), "text"),
    "status_updated": (_("Update"), "text"),
    "information_requested": (_("Question to you"), "question"),
    "information_given": (_("Answer"), "text"),
    "resolution_proposed": (_("Solution proposed"), "text"),
    "resolution_refused": (_("Solution refused"), "reason"),
    "ticket_reopened": (_("Reopened"), "reason"),
    "progress_asked": (_("Asked how it stands"), "text"),
    "quote_asked": (_("Asked for a quote"), "text"),
    "commitment_kept": (_("What was promised is done"), "text"),
}
"""Types of events in which somebody says something: a heading, and the field with the words."""
_TAKEN = _("Somebody of our team has it now.")
_TECHNICAL = ("clock_", "package_", "times_moved", "intervention_reported", "hours_moved")


@dataclass(frozen=True)
class Item:
    """One event. Without `said` the sentence tells it all; `who` is `you` (with the `name`), `us` or `time`."""

    number: int
    type: str
    at: datetime
    who: str
    name: str | None
    heading: str | None
    said: str
    sentence: str
    files: tuple[AttachmentRef, ...]
    automatic: bool = False
    """An update that Escalade wrote by itself."""
    outdated: bool = False
    """One of those, and not the newest."""

    @property
    def technical(self) -> bool:
        """Of the clocks: what most readers need not see."""
        return self.type.startswith(_TECHNICAL) or self.outdated


def history_of(database: Database, ticket: str, organisation: str, language: str) -> list[Item]:
    """Newest first. Empty for a ticket that is not recorded yet."""
    events = tickets.events(database, ticket, limit=MOST)
    if not events or not isinstance(events[0].fact, TicketOpened):
        return []
    names = directory.contact_names(database, organisation)
    terms = events[0].fact.opening.terms
    items: list[Item] = []
    for event in events:
        if isinstance(event.fact, TermsChanged):
            terms = event.fact.terms
        if for_client(event):
            items.append(_item(event, terms, names, language))
    written = [item.number for item in items if item.automatic]
    return [replace(item, outdated=item.automatic and item.number != written[-1]) for item in reversed(items)]


def _item(event: Event, terms: Terms, names: Mapping[str, str], language: str) -> Item:
    fact = event.fact
    heading, field = _SAID.get(fact.type, (None, ""))
    holder = fact.opening if isinstance(fact, TicketOpened) else fact
    said = str(getattr(holder, field, "") or "") if field else ""
    return Item(
        number=event.sequence,
        type=fact.type,
        at=event.at,
        who=_who(event.by),
        name=names.get(event.by.id) if event.by.role is Role.client else None,
        heading=heading if said else None,
        said=said,
        sentence=say(language, _TAKEN) if fact.type == "ticket_assigned" else sentence(event, terms, language),
        files=tuple(attachment_uses.carried(event)),
        automatic=isinstance(fact, StatusUpdated) and fact.automatic,
    )


def _who(by: Actor) -> str:
    if by.role is Role.client:
        return "you"
    return "us" if by.role in STAFF else "time"
