"""What a client's person is there: key user, administrator or end user, looked up a moment ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi.concurrency import run_in_threadpool

from domain.words import ContactRole
from store import directory
from store.database import Database

TRUSTED_FOR = timedelta(seconds=3)
REMEMBERED = 10_000


class ContactRoles:
    """By contact and organisation; a changed role takes `TRUSTED_FOR` to be felt."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], tuple[datetime, ContactRole | None]] = {}

    async def of(self, subject: str, organisation: str, now: datetime) -> ContactRole | None:
        """None for whoever is no contact of that organisation: a key can stand for a program."""
        known = self._known.get((subject, organisation))
        if known and now < known[0]:
            return known[1]
        contact = await run_in_threadpool(directory.contact, self._database, subject)
        role = ContactRole(contact.role) if contact and contact.organisation == organisation else None
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[subject, organisation] = (now + TRUSTED_FOR, role)
        return role
