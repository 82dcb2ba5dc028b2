"""What happened on a ticket, for staff: people's words stand out, and one can ask for them, for notes, or for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.board.words import ROLES
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.tickets.sentences import sentence
from domain.attachments import AttachmentRef
from domain.events import Event, TermsChanged, TicketOpened
from domain.terms import Terms
from domain.visible import HIDDEN
from domain.words import STAFF, Role
from store import attachment_uses, directory, tickets
from store.database import Database

MOST = 1000
"""Events on a page: a ticket of years has fewer."""


class Show(StrEnum):
    """Which events: those of the ticket's life, what people said, what is ours alone, all with the clocks' own."""

    life = "life"
    words = "words"
    internal = "internal"
    everything = "everything"


TITLES = {
    Show.life: _("What happened"),
    Show.words: _("People’s words"),
    Show.internal: _("Internal"),
    Show.everything: _("Everything"),
}
_SAID: dict[str, tuple[str, str]] = {
    "ticket_opened": (_("Opened"), "description"),
    "comment_added": (_("Comment"), "text"),
    "note_added": (_("Internal note"), "text"),
    "first_response_given": (_("First response"), "text"),
    "status_updated": (_("Status update"), "text"),
    "information_requested": (_("Question to the client"), "question"),
    "information_given": (_("Answer of the client"), "text"),
    "resolution_proposed": (_("Resolution proposed"), "text"),
    "resolution_refused": (_("Resolution refused"), "reason"),
    "ticket_reopened": (_("Reopened"), "reason"),
    "progress_asked": (_("The client asks how it stands"), "text"),
    "quote_asked": (_("The client wants a quote"), "text"),
    "quote_made": (_("Quote"), "text"),
    "commitment_kept": (_("Promise kept"), "text"),
    "defect_news": (_("R&D on the defect"), "text"),
}
"""Types of events in which somebody says something: a heading, and the field with the words."""
_TECHNICAL = ("clock_", "package_", "times_moved", "intervention_reported", "hours_moved", "staff_warned")


@dataclass(frozen=True)
class Item:
    """One event. Without `said` the sentence tells it all; `side` is `client`, `us` or `time`."""

    number: int
    type: str
    at: datetime
    side: str
    who: str
    heading: str | None
    said: str
    sentence: str
    internal: bool
    files: tuple[AttachmentRef, ...]

    def shown(self, show: Show) -> bool:
        """Whether it is among what was asked for."""
        match show:
            case Show.words:
                return bool(self.said)
            case Show.internal:
                return self.internal
            case Show.life:
                return not self.type.startswith(_TECHNICAL)
        return True


def history_of(database: Database, ticket: str, organisation: str, language: str) -> list[Item]:
    """Newest first. Empty for a ticket that is not recorded yet."""
    events = tickets.events(database, ticket, limit=MOST)
    if not events or not isinstance(events[0].fact, TicketOpened):
        return []
    names = {one.id: one.name for one in directory.contacts(database, organisation)}
    names |= {one.id: one.name for one in directory.staff(database)}
    terms = events[0].fact.opening.terms
    items = []
    for event in events:
        if isinstance(event.fact, TermsChanged):
            terms = event.fact.terms
        items.append(_item(event, terms, names, language))
    return items[::-1]


def _item(event: Event, terms: Terms, names: Mapping[str, str], language: str) -> Item:
    fact, by = event.fact, event.by
    heading, field = _SAID.get(fact.type, (None, ""))
    holder = fact.opening if isinstance(fact, TicketOpened) else fact
    said = str(getattr(holder, field, "") or "") if field else ""
    return Item(
        number=event.sequence,
        type=fact.type,
        at=event.at,
        side="client" if by.role is Role.client else "us" if by.role in STAFF else "time",
        who=names.get(by.id, say(language, ROLES[by.role]) if by.role is Role.system else by.id),
        heading=heading if said else None,
        said=said,
        sentence=sentence(event, terms, language),
        internal=fact.type in HIDDEN,
        files=tuple(attachment_uses.carried(event)),
    )
