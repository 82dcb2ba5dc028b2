"""What the facts about service interruptions, and about commitments of ours, mean for a ticket."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.evolve.shape import Changes
from domain.holdings import Commitment
from domain.ticket import Ticket
from domain.words import Closing


def committed(state: Ticket, closing: Closing) -> dict[str, Any]:
    """The commitment that an accepted resolution leaves behind, where its kind is tracked (TF-11)."""
    resolution = state.resolution
    accepted = closing in (Closing.consent, Closing.silence)
    if resolution is None or not accepted or resolution.kind not in state.terms.tracked:
        return {}
    promise = Commitment(kind=resolution.kind, text=resolution.text, promised_by=resolution.promised_by)
    return {"commitment": promise}


def _restored(state: Ticket, fact: ev.ServiceRestored, _: Event) -> dict[str, Any]:
    interruption = state.interruption
    assert interruption is not None  # decide restores only what is down
    since = fact.down_since or interruption.down_since
    return {"interruption": interruption.model_copy(update={"up_at": fact.up_at, "down_since": since})}


def _attributed(state: Ticket, fact: ev.OutageAttributed, _: Event) -> dict[str, Any]:
    interruption = state.interruption
    assert interruption is not None  # decide attributes only what is down
    return {"interruption": interruption.model_copy(update={"fault": fact.fault})}


def _asked(state: Ticket, fact: ev.CommitmentDue, _: Event) -> dict[str, Any]:
    promise = state.commitment
    assert promise is not None  # only a commitment falls due
    return {"commitment": promise.model_copy(update={"asked": True})}


def _kept(state: Ticket, fact: ev.CommitmentKept, event: Event) -> dict[str, Any]:
    promise = state.commitment
    assert promise is not None  # decide keeps only what was promised
    return {
        "commitment": promise.model_copy(update={"kept_at": event.at}),
        "reopen_until": fact.reopen_until or state.reopen_until,
    }


CHANGES: Changes = {
    ev.ServiceRestored: _restored,
    ev.OutageAttributed: _attributed,
    ev.CommitmentDue: _asked,
    ev.CommitmentKept: _kept,
}
