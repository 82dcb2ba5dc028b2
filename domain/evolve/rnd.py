"""What the facts about defects and releases mean for a ticket."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.evolve.shape import Changes
from domain.holdings import Awaited
from domain.ticket import Ticket
from domain.words import STAFF, Closing, Contact, Level, ResolutionKind, Status


def followed(state: Ticket, closing: Closing) -> dict[str, Any]:
    """Whether a ticket that closes goes on waiting: one closed by anything but the fix is still told of it (1L-05)."""
    if state.awaited is None:
        return {}
    resolution = state.resolution
    done = closing in (Closing.withdrawn, Closing.not_covered) or resolution is None
    fixed = resolution is not None and resolution.kind is ResolutionKind.fix
    return {"awaited": None} if done or fixed else {}


def _awaited(state: Ticket, fact: ev.DefectAwaited, event: Event) -> dict[str, Any]:
    answered = event.by.role in STAFF and Contact.comment in state.terms.first_response
    return {
        "awaited": Awaited(defect=fact.defect, since=event.at),
        "defect": fact.defect,
        "answered": state.answered or answered,
        "status": Status.open if state.status is Status.new else state.status,
    }


def _news(state: Ticket, fact: ev.DefectNews, event: Event) -> dict[str, Any]:
    if fact.rejected:
        return {"awaited": None, **_came_back(state, fact.before, fact, event)}
    awaited = state.awaited
    assert awaited is not None  # only who waits is told
    return {"awaited": awaited.model_copy(update={"heard": fact.announcement})}


def _offered(state: Ticket, fact: ev.ReleaseOffered, event: Event) -> dict[str, Any]:
    return {"awaited": None, "release": fact.release, **_came_back(state, fact.before, fact, event)}


def _came_back(
    state: Ticket, before: Level | None, fact: ev.DefectNews | ev.ReleaseOffered, event: Event
) -> dict[str, Any]:
    changes: dict[str, Any] = {"reopen_until": fact.reopen_until} if fact.reopen_until else {}
    if before is None:
        return changes
    assignee = state.assignee if state.continuous else None  # without a break it stays somebody's (OL-18)
    return {**changes, "level": Level.support, "group": None, "assignee": assignee, "at_level_since": event.at}


CHANGES: Changes = {
    ev.DefectAwaited: _awaited,
    ev.DefectLeft: lambda s, f, e: {"awaited": None, "defect": None},
    ev.DefectNews: _news,
    ev.ReleaseOffered: _offered,
    ev.InstallationAsked: lambda s, f, e: {
        "status": s.status if s.status is Status.waiting else Status.open,
        "resolution": None,
    },
}
