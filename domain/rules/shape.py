"""What a module of rules declares, and the refusals that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.draft import Draft
from domain.errors import DomainError

Decisions = dict[type, Callable[[Draft, Any], None]]


def known_severity(severity: str, known: tuple[str, ...]) -> None:
    """Refuses a severity that the agreement does not have."""
    if severity not in known:
        raise DomainError("unknown_severity", f'The agreement has no severity "{severity}"; it has {", ".join(known)}.')


def in_work(draft: Draft, what: str) -> None:
    """Refuses to `what` while a resolution waits for consent, or the ticket is closed."""
    if not draft.state.active:
        raise DomainError(
            "awaiting_consent",
            f"A resolution has been proposed, so this is no time to {what}. "
            "Wait for the client's answer, or propose another resolution.",
        )
