"""Which revision of its agreement a clock was kept under, where a roll-out has brought a newer one since."""

from __future__ import annotations

from collections.abc import Iterable

from domain import events as ev
from domain.clock import Clock
from domain.events import Event
from domain.terms import Terms


def terms_of(clock: Clock, newest: Terms, history: Iterable[Event]) -> Terms:
    """The terms that held when the clock ended; those of today while it is live.

    `history` are the ticket's events; its opening and its changes of terms suffice.
    """
    if clock.ended_at is None:
        return newest
    held = newest
    for event in history:
        fact = event.fact
        if isinstance(fact, ev.TicketOpened):
            held = fact.opening.terms
        elif isinstance(fact, ev.TermsChanged) and event.at <= clock.ended_at:
            held = fact.terms
    return held


def newest_terms(history: Iterable[Event], opening: Terms) -> Terms:
    """The terms that hold today: those of the last change in the history, or of the opening."""
    return [opening, *(event.fact.terms for event in history if isinstance(event.fact, ev.TermsChanged))][-1]
