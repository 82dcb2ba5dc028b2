"""The driver of an erasure. It can be interrupted anywhere: the same again finds what is left, and does that."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.engine.tickets import Engine, EngineAway, EngineBusy, NoRun
from domain.commands import Actor, Command, Erase
from domain.errors import DomainError
from store import attachments, audit, directory, erasing
from store.database import Database
from store.directory import Contact
from store.erasing import Counts

TRIES = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each further try when the engine is away or busy."""
OPERATION = "erase_contact"


class NobodyThere(ValueError):
    """There is no such contact in that organisation."""


@dataclass
class Erasing:
    """One person's erasure, asked for by somebody whose name stays; the person's does not."""

    database: Database
    engine: Engine | None
    organisation: str
    contact: str
    by: Actor
    now: datetime
    tries: Sequence[float] = TRIES

    def person(self) -> Contact:
        """Who it is about. NobodyThere."""
        found = directory.contact(self.database, self.contact)
        if found is None or found.organisation != self.organisation:
            raise NobodyThere(f'there is no contact "{self.contact}" in {self.organisation}')
        return found

    def would(self) -> Counts:
        """What would go; nothing is changed."""
        self.person()
        counts = Counts()
        found = erasing.tickets_of(self.database, self.organisation, self.contact)
        for ticket in found.own:
            counts.add(erasing.erase_ticket(self.database, ticket, self.now, dry=True))
        for ticket in found.others:
            counts.add(erasing.erase_ticket(self.database, ticket, self.now, only_by=self.contact, dry=True))
        return counts

    async def run(self) -> Counts:
        """Erases. EngineAway or EngineBusy when a ticket could not be reached for long: run it again."""
        await asyncio.to_thread(self.person)
        found = await asyncio.to_thread(erasing.tickets_of, self.database, self.organisation, self.contact)
        counts = Counts()
        for ticket, whole in (*((one, True) for one in found.own), *((one, False) for one in found.others)):
            # The run first: the record would be written anew from a state that still holds the texts.
            await self._tell(ticket, whole)
            only_by = None if whole else self.contact
            counts.add(await asyncio.to_thread(erasing.erase_ticket, self.database, ticket, self.now, only_by=only_by))
        await asyncio.to_thread(erasing.erase_contact, self.database, self.organisation, self.contact, self.now)
        await asyncio.to_thread(attachments.sweep, self.database, self.now)
        await asyncio.to_thread(self._note, counts)
        return counts

    async def _tell(self, ticket: str, whole: bool) -> None:
        """An open run takes the texts out of its state, and begins anew with a history that has none."""
        assert self.engine is not None  # only a dry run does without
        # The same day's repetition is the same command; the id says nothing of the person.
        who = hashlib.sha256(f"{self.organisation}\0{self.contact}".encode()).hexdigest()[:16]
        command = Command(id=f"erase:{who}:{self.now:%Y%m%d}", by=self.by, step=Erase(whole=whole))
        for pause in (*self.tries, None):
            try:
                await self.engine.command(ticket, command)
                return
            except NoRun:
                return
            except DomainError as refusal:
                if refusal.code == "ticket_archived":
                    return
                raise
            except (EngineAway, EngineBusy):
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    def _note(self, counts: Counts) -> None:
        told = ", ".join(f"{value} {name}" for name, value in vars(counts).items())
        number = hashlib.sha256(f"{self.organisation}\0{self.contact}\0{self.now.isoformat()}".encode()).hexdigest()
        entry = audit.Entry(
            id=f"erasure-{number[:24]}", at=self.now, last_at=self.now, operation=OPERATION, outcome="done",
            role=self.by.role, subject=self.by.id, organisation=self.organisation, about=told,
        )  # fmt: skip
        audit.add(self.database, [entry])
