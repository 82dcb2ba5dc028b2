"""What happened on a ticket, for its client: people's words stand out, the clocks' own events only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.tickets.past import past_of
from api.tickets.sentences import sentence
from domain.attachments import AttachmentRef
from domain.commands import Actor
from domain.events import Event, StatusUpdated, TicketOpened
from domain.terms import Terms
from domain.visible import for_client
from domain.words import STAFF, Role
from store import attachment_uses, directory
from store.database import Database

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
    "quote_made": (_("Our quote"), "text"),
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


@dataclass(frozen=True)
class History:
    """A page of it, newest first; `earlier` is the number before which the next page begins."""

    items: list[Item]
    earlier: int | None


def history_of(database: Database, ticket: str, organisation: str, language: str, before: int | None = None) -> History:
    """Empty for a ticket that is not recorded yet."""
    past = past_of(database, ticket, before)
    names = directory.contact_names(database, organisation)
    items = [_item(event, terms, names, language) for event, terms in past.events if for_client(event)]
    written = [] if before else [item.number for item in items if item.automatic]
    shown = [replace(item, outdated=item.automatic and item.number not in written[:1]) for item in items]
    return History(shown, past.earlier)


def solution_of(database: Database, ticket: str, language: str) -> Item | None:
    """The newest proposal of a solution, however long ago it was."""
    past = past_of(database, ticket, only=("resolution_proposed",), limit=1)
    return next((_item(event, terms, {}, language) for event, terms in past.events), None)


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
