"""What a client's person is there: key user, administrator or end user, looked up a moment ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi.concurrency import run_in_threadpool

from api.http.problems import Problem
from domain.words import ContactRole
from store import directory
from store.database import Database

TRUSTED_FOR = timedelta(seconds=3)
REMEMBERED = 10_000


class ContactRoles:
    """By contact and organisation; a changed role takes `TRUSTED_FOR` to be felt."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], tuple[datetime, ContactRole | None, bool]] = {}

    async def of(self, subject: str, organisation: str, now: datetime) -> ContactRole | None:
        """None for whoever is no contact of that organisation: a key can stand for a program.

        A Problem (401) for a contact that was deactivated, whatever it came in with.
        """
        known = self._known.get((subject, organisation))
        if known is None or now >= known[0]:
            known = await self._look_up(subject, organisation, now)
        if known[2]:
            raise Problem(401, "unauthorised", "You were deactivated. Ask the key user of your organisation.")
        return known[1]

    async def _look_up(
        self, subject: str, organisation: str, now: datetime
    ) -> tuple[datetime, ContactRole | None, bool]:
        found = await run_in_threadpool(directory.contact, self._database, subject)
        contact = found if found is not None and found.organisation == organisation else None
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        role = ContactRole(contact.role) if contact is not None else None
        gone = contact is not None and contact.deactivated_at is not None
        known = self._known[subject, organisation] = (now + TRUSTED_FOR, role, gone)
        return known
