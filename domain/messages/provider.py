"""Who is told what of service interruptions, and of commitments of ours."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as ev
from domain.events import Event
from domain.messages.rnd import installation
from domain.messages.shape import Telling, Told, one
from domain.ticket import Ticket
from domain.words import STAFF


def _restored(state: Ticket, fact: ev.ServiceRestored, event: Event) -> Iterator[Told]:
    interruption = state.interruption
    assert interruption is not None  # it is one that has ended
    told = {"service": interruption.service, "down_since": interruption.down_since.isoformat()}
    # What a monitor says is a comment besides, which reaches the client already.
    if event.by.role in STAFF:
        yield "client", "service_restored", {**told, "up_at": fact.up_at.isoformat(), "text": fact.text}


def _due(state: Ticket, fact: ev.CommitmentDue, event: Event) -> Iterator[Told]:
    promise = state.commitment
    assert promise is not None  # it has fallen due
    told = {"promised_by": fact.promised_by.isoformat(), "text": promise.text}
    yield "assignee", "staff_commitment_due", told
    yield "lead", "staff_commitment_due", told


def _kept(state: Ticket, fact: ev.CommitmentKept, event: Event) -> Iterator[Told]:
    promise = state.commitment
    assert promise is not None  # it was kept
    yield "client", "commitment_kept", {
        "text": fact.text,
        "promise": promise.text,
        "promised_by": promise.promised_by.isoformat() if promise.promised_by else None,
        "late": fact.late,
        **({"release": fact.release, "installation": installation(state)} if fact.release else {}),
        "reopen_until": state.reopen_until.isoformat() if state.reopen_until else None,
    }  # fmt: skip


TELLING: Telling = {
    ev.ServiceRestored: _restored,
    ev.OutageAttributed: one("client", "outage_attributed", "fault", "reason"),
    ev.CommitmentDue: _due,
    ev.CommitmentKept: _kept,
}
