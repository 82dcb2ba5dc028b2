"""What a ticket waits for from its client: until it comes, nobody else can go on, or not in earnest."""

from __future__ import annotations

from enum import StrEnum

from domain.ticket import Ticket
from domain.words import Party, Status


class Awaited(StrEnum):
    """An answer to a question, consent to a resolution, a word on a quote, what the intake asks for."""

    answer = "answer"
    consent = "consent"
    quote = "quote"
    intake = "intake"


def awaited(state: Ticket) -> tuple[Awaited, ...]:
    """What the client owes as things stand, what holds most up first; empty when it is our turn, or nobody's."""
    found: list[Awaited] = []
    if state.status is Status.waiting:
        found.append(Awaited.answer)
    if state.status is Status.resolved and _to_consent(state):
        found.append(Awaited.consent)
    if state.quote is not None and state.quote.state == "made" and state.closed_at is None:
        found.append(Awaited.quote)
    if state.missing and state.active:
        found.append(Awaited.intake)
    return tuple(found)


def _to_consent(state: Ticket) -> bool:
    given = state.resolution.consents if state.resolution else ()
    return Party.client in state.terms.consent.of and Party.client not in given
