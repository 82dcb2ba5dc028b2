"""What erased texts mean for a ticket: the same ticket, in which nobody reads what was written."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.erasure import without_texts
from domain.events import Event
from domain.evolve.shape import Changes
from domain.ticket import Ticket

_UNTOUCHED = {"terms", "clocks"}


def _erased(state: Ticket, fact: ev.TextsErased, _: Event) -> dict[str, Any]:
    if not fact.whole:
        return {}
    plain = without_texts(state.model_dump(mode="json", exclude=_UNTOUCHED))
    clean = Ticket.model_validate({**plain, "terms": state.terms, "clocks": state.clocks})
    return {name: getattr(clean, name) for name in Ticket.model_fields if getattr(clean, name) != getattr(state, name)}


CHANGES: Changes = {ev.TextsErased: _erased}
