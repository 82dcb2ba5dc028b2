"""What a module of rules declares, and the refusals that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.draft import Draft
from domain.errors import DomainError
from domain.terms import Terms

Decisions = dict[type, Callable[[Draft, Any], None]]


def known_severity(severity: str, known: tuple[str, ...]) -> None:
    """Refuses a severity that the agreement does not have."""
    if severity not in known:
        raise DomainError("unknown_severity", f'The agreement has no severity "{severity}"; it has {", ".join(known)}.')


def known_impact(terms: Terms, impact: str) -> str:
    """The severity that a stated impact proposes. Refuses one that the agreement does not have."""
    severity = terms.severity_of(impact)
    if severity is None:
        known = ", ".join(name for one in terms.severities.values() for name in one.impacts)
        told = f"it has {known}" if known else "it tells none apart, so leave it out"
        raise DomainError("unknown_impact", f'The agreement has no impact "{impact}"; {told}.')
    return severity


def needs_assignee(assignee: str | None) -> None:
    """Refuses to leave a ticket that is worked on continuously without somebody who works on it (OL-18)."""
    if assignee is None:
        raise DomainError(
            "assignee_needed",
            "A ticket of this severity is worked on without a break, so somebody has to have it. Name the assignee.",
        )


def in_work(draft: Draft, what: str) -> None:
    """Refuses to `what` while a resolution waits for consent, or the ticket is closed."""
    if not draft.state.active:
        raise DomainError(
            "awaiting_consent",
            f"A resolution has been proposed, so this is no time to {what}. "
            "Wait for the client's answer, or propose another resolution.",
        )
