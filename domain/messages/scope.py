"""Who is told what of a request's kind, its intake, and that it is not covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain import events as ev
from domain.events import Event
from domain.messages.shape import Telling, Told
from domain.terms import Title
from domain.ticket import Ticket
from domain.words import Role


def _classified(state: Ticket, fact: ev.RequestClassified, event: Event) -> Iterator[Told]:
    """The client learns what its request counts as, and what that means for it (1L-26)."""
    requests = state.terms.requests
    yield "client", "classified", {
        "kind": _said(state, requests[fact.kind].title, fact.kind),
        "before": _said(state, requests[fact.before].title, fact.before) if fact.before in requests else None,
        "cover": str(fact.cover),
        "reason": fact.reason,
    }  # fmt: skip


def _asked(state: Ticket, fact: ev.IntakeAsked, event: Event) -> Iterator[Told]:
    held = {clock for name in fact.items for clock in state.terms.intake[name].holds}
    work = any(state.terms.intake[name].before_work for name in fact.items)
    yield "client", "intake", {"items": _items(state, fact.items), "work_waits": work, "time_waits": bool(held)}


def _supplied(state: Ticket, fact: ev.IntakeSupplied, event: Event) -> Iterator[Told]:
    given = [*fact.intake, *(["product"] if fact.product else [])]
    if given and event.by.role is Role.client:
        missing = _items(state, fact.missing)
        yield "assignee", "staff_intake", {"items": _items(state, given), "missing": missing}


def _excluded(state: Ticket, fact: ev.RequestExcluded, event: Event) -> Iterator[Told]:
    """Why it is not covered, and the way that stays open (OL-21)."""
    terms = state.terms
    found = terms.exclusions.get(fact.exclusion) or terms.requests[fact.exclusion]
    until = terms.reopening.within.due(event.at, terms.calendars)
    yield "client", "excluded", {
        "what": _said(state, found.title, fact.exclusion),
        "way": _said(state, found.way, ""),
        "clause": ", ".join(found.clause),
        "text": fact.text if fact.exclusion in terms.exclusions else "",
        "reopen_until": until.isoformat() if until else None,
    }  # fmt: skip


def _items(state: Ticket, names: Iterable[str]) -> list[str]:
    intake = state.terms.intake
    return [_said(state, intake[name].title, name) if name in intake else name for name in names]


def _said(state: Ticket, title: Title, otherwise: str) -> str:
    language = state.terms.language(state.language)
    return title.get(language) or next(iter(title.values()), otherwise)


TELLING: Telling = {
    ev.RequestClassified: _classified,
    ev.IntakeAsked: _asked,
    ev.IntakeSupplied: _supplied,
    ev.RequestExcluded: _excluded,
}
