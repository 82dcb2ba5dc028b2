"""Who is told what of remote sessions, and of questions for progress."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as ev
from domain.events import Event
from domain.messages.shape import Telling, Told
from domain.ticket import Ticket
from domain.words import ClockKind, Reached, Status


def _progress(state: Ticket, fact: ev.ProgressAsked, event: Event) -> Iterator[Told]:
    """The client has at once what is known (OL-13); staff is told that somebody wants to know more."""
    update = state.clock(ClockKind.update)
    yield "client", "progress", {
        "next_by": update.due.isoformat() if update and update.due else None,
        "waiting": state.question is not None,
        "consent": state.status is Status.resolved,
    }  # fmt: skip
    yield "assignee", "staff_progress", {"text": fact.text}


def _session(state: Ticket, fact: ev.SessionOffered, event: Event) -> Iterator[Told]:
    told = {"session_at": fact.session_at.isoformat(), "text": fact.text}
    yield "client", "session", told
    if state.assignee is not None and state.assignee != event.by.id:
        yield "assignee", "staff_session", told


def _called(state: Ticket, fact: ev.CallMade, event: Event) -> Iterator[Told]:
    """Who was not reached knows that we have tried, and when we try again."""
    if fact.outcome is Reached.not_reached:
        yield "client", "call_not_reached", {"next_at": fact.next_at.isoformat() if fact.next_at else None}


TELLING: Telling = {ev.CallMade: _called, ev.ProgressAsked: _progress, ev.SessionOffered: _session}
