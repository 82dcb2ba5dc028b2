"""What new terms mean for a ticket. Its clocks follow by facts of their own."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.evolve.shape import Changes
from domain.ticket import Ticket


def _terms_changed(state: Ticket, fact: ev.TermsChanged, _: Event) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "terms": fact.terms,
        # What the new terms no longer ask for is no longer owed.
        "missing": tuple(item for item in state.missing if item in fact.terms.intake),
    }
    if state.resolution is not None:
        changes["resolution"] = state.resolution.model_copy(update={"remind_at": fact.remind_at})
    return changes


CHANGES: Changes = {ev.TermsChanged: _terms_changed}
