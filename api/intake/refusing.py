"""A request that is not served is refused with the reason, and kept, so that support sees what clients ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.commands import Actor
from store import refusals
from store.database import Database

NOT_SERVED = frozenset(
    {
        "no_contract",
        "cover_missing",
        "language_not_served",
        "referred",
        "not_registered",
        "version_not_supported",
        "not_handled_here",
        "prerequisite_missing",
    }
)
"""Refusals by the agreement; any other one is a mistake in the request, which its sender mends."""


class Filed(Protocol):
    """What was asked for."""

    @property
    def subject(self) -> str: ...

    @property
    def description(self) -> str: ...


def refusable(code: str) -> bool:
    """Whether a refusal says that the agreement does not serve the request."""
    return code in NOT_SERVED


def keep(
    database: Database,
    ticket: str,
    filed: Filed,
    organisation: str,
    contact: str | None,
    by: Actor,
    code: str,
    detail: str,
    now: datetime,
) -> None:
    """Keeps it under the number that its ticket would have had; sent again, it is the same one."""
    refusals.keep(
        database,
        refusals.Refused(
            id=ticket, at=now, organisation=organisation, contact=contact, subject=filed.subject,
            description=filed.description, code=code, detail=detail, by=by,
        ),
    )  # fmt: skip
