"""What of a ticket's events its readers may see: a client sees nothing internal. For timelines and webhooks alike."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.words import ClockKind

HIDDEN = frozenset({"note_added", "staff_warned", "resolution_suggested", "commitment_due", "call_taken", "call_made"})
"""Types of events that are ours alone."""

OURS = frozenset({ClockKind.internal, ClockKind.call})
"""Clocks by which we organise ourselves."""

_LEFT_OUT = {"type", "alarms", "opening", "digest", "ran", "terms"}


def for_client(event: Event) -> bool:
    """Whether a client may read of it: ladder and internal times are no promise, but how we organise ourselves."""
    fact = event.fact
    if fact.type in HIDDEN:
        return False
    if isinstance(fact, ev.ManagerInvolved):
        return fact.clock is None
    clock = getattr(fact, "clock", None)
    return clock is None or str(clock).partition("-")[0] not in OURS


def data_of(event: Event) -> dict[str, Any]:
    """What an event says besides when and by whom, in plain values."""
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
    if isinstance(fact, ev.TermsChanged):
        data["revision"] = fact.terms.revision
    if isinstance(fact, (ev.ClockStarted, ev.ClockRetargeted)):
        data["target"] = fact.target.words
    return data
