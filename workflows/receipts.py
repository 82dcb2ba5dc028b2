"""The answers to commands, and the start of a run that goes on from the record, which must know the newest of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.commands import Actor
from domain.elapse import next_due
from domain.events import Event, due_instant
from domain.evolve import evolve, rebuild
from domain.ticket import Ticket
from workflows.protocol import RUN_FENCE, Receipt, Start

SEEN = 32
"""Receipts kept for ids that are sent again; a client that repeats a command does so among its newest."""


def receipt_of(state: Ticket, events: Iterable[Event], cause: str, digest: str, at: datetime) -> Receipt:
    """The receipt of the command `cause` after which the ticket stands in `state`; `events` are what came of it."""
    return Receipt(
        ticket=state.id,
        sequence=state.sequence,
        at=at,
        status=str(state.status),
        severity=state.severity,
        level=str(state.level),
        assignee=state.assignee,
        next_due=next_due(state),
        events=tuple(event.fact.type for event in events if event.cause == cause),
        digest=digest,
    )


def remembered(events: Sequence[Event]) -> dict[str, Receipt]:
    """The newest receipts by command, made again from a ticket's whole history, so that none is applied twice.

    Their digests are empty: the record does not keep what a command's body was, only what came of it.
    """
    last = {event.cause: event.sequence for event in events if due_instant(event.cause) is None}
    newest = {cause for cause, _ in sorted(last.items(), key=lambda item: item[1])[-SEEN:]}
    state: Ticket | None = None
    found: dict[str, Receipt] = {}
    for event in events:
        state = evolve(state, event)
        if event.cause in newest and last[event.cause] == event.sequence:
            found[event.cause] = receipt_of(state, events, event.cause, "", event.at)
    return found


def receipt_after(events: Sequence[Event], cause: str) -> Receipt | None:
    """The receipt of one command, made again from a ticket's whole history; None when nothing came of it."""
    last = max((event.sequence for event in events if event.cause == cause), default=0)
    told = events[:last]
    return receipt_of(rebuild(told), told, cause, "", told[-1].at) if told else None


def going_on(events: Sequence[Event], fence: int, by: Actor, command: str, digest: str = "") -> Start:
    """The start of the run after the one whose last recording had this `fence`, from the ticket's whole history."""
    state, seen = rebuild(events), remembered(events)
    return Start(
        by=by,
        command=command,
        digest=digest,
        state=state,
        run=fence // RUN_FENCE + 1,
        seen=seen,
        run_first=True,
        shows_due=False,
    )
