"""What happened on a ticket, for staff: people's words stand out, and one can ask for them, for notes, or for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.board.words import ROLES
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.tickets.past import past_of
from api.tickets.sentences import sentence
from domain.attachments import AttachmentRef
from domain.events import Event, TicketOpened
from domain.terms import Terms
from domain.visible import HIDDEN
from domain.words import STAFF, Role
from store import attachment_uses, directory, timeline
from store.database import Database


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


@dataclass(frozen=True)
class History:
    """A page of it, newest first; `earlier` is the number before which the next page begins."""

    items: list[Item]
    earlier: int | None
    newest: int
    """The number of the ticket's last event that is recorded, whatever is shown."""


def history_of(
    database: Database, ticket: str, organisation: str, language: str, show: Show, before: int | None = None
) -> History:
    """Empty for a ticket that is not recorded yet."""
    only = {Show.words: tuple(_SAID), Show.internal: tuple(HIDDEN)}.get(show)
    past = past_of(database, ticket, before, only=only, without=_TECHNICAL if show is Show.life else ())
    names = {one.id: one.name for one in directory.contacts(database, organisation)}
    names |= {one.id: one.name for one in directory.staff(database)}
    items = [_item(event, terms, names, language) for event, terms in past.events]
    shown = [item for item in items if item.said or show is not Show.words]
    return History(shown, past.earlier, timeline.newest(database, ticket))


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
        sentence=sentence(event, terms, language, names),
        internal=fact.type in HIDDEN,
        files=tuple(attachment_uses.carried(event)),
    )
