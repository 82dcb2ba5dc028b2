"""The driver of an erasure. It can be interrupted anywhere: the same again finds what is left, and does that."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.engine.tickets import Engine, EngineAway, EngineBusy, NoRun
from domain.commands import Actor, Command, Erase
from domain.errors import DomainError
from store import attachments, audit, directory, erasing, erasures
from store.database import Database
from store.directory import Contact
from store.erasing import Counts
from store.erasures import Erasure

TRIES = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each further try when the engine is away or busy."""
OPERATION = "erase_contact"
COUNTED = 1_000
"""Tickets that are looked into beforehand, at most: each is read whole."""


class NobodyThere(ValueError):
    """There is no such contact in that organisation."""


class StillNeeded(ValueError):
    """A contract names the person as the one who agrees for the client's side: tickets would wait for good."""


@dataclass(frozen=True)
class Would:
    """What would go; `uncounted`: tickets that were not looked into."""

    counts: Counts
    uncounted: int = 0


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

    def ask(self) -> Erasure:
        """Keeps that it is asked for: whoever carries it out, it will be. NobodyThere, StillNeeded."""
        person = self.person()
        for contract in directory.contracts(self.database, self.organisation, at=self.now):
            if contract.client_representative == self.contact:
                raise StillNeeded(
                    f"The contract {contract.id} names {person.name} as the one who agrees for their side. "
                    "Have another person named there first."
                )
        return erasures.ask(self.database, self.organisation, self.contact, self.by, self.now)

    def would(self) -> Would:
        """What would go; nothing is changed. Of somebody with very many tickets only the first are counted."""
        self.person()
        counts, found = Counts(), self._found()
        for ticket, whole in found[:COUNTED]:
            only_by = None if whole else self.contact
            counts += erasing.erase_ticket(self.database, ticket, self.now, only_by=only_by, dry=True)
        return Would(counts, uncounted=max(0, len(found) - COUNTED))

    async def run(self) -> Counts:
        """Erases, and notes how far it has come. EngineAway or EngineBusy when a ticket could not be reached for long.

        Run again it does what is left. What was opened for the person meanwhile goes, too.
        """
        await asyncio.to_thread(self.person)
        began = time.monotonic()
        before = await asyncio.to_thread(erasures.get, self.database, self.contact)
        asked = before if before is not None and before.ended_at is None else None
        counts = asked.counts if asked is not None else Counts()
        seen: set[str] = set()
        while new := [one for one in await asyncio.to_thread(self._found) if one[0] not in seen]:
            await self._noted(began, tickets=len(seen) + len(new))
            for ticket, whole in new:
                # The run first: the record would be written anew from a state that still holds the texts.
                await self._tell(ticket, whole, asked)
                only_by = None if whole else self.contact
                counts += await asyncio.to_thread(
                    erasing.erase_ticket, self.database, ticket, self.now, only_by=only_by
                )
                seen.add(ticket)
                await self._noted(began, done=len(seen), counts=counts)
        await asyncio.to_thread(erasing.erase_contact, self.database, self.organisation, self.contact, self.now)
        await asyncio.to_thread(attachments.sweep, self.database, self.now)
        await asyncio.to_thread(self._audit, counts)
        await self._noted(began, ended_at=self._at(began), failure=None)
        return counts

    def _found(self) -> list[tuple[str, bool]]:
        """The tickets on which something of the person stands; True: all texts of it go."""
        found = erasing.tickets_of(self.database, self.organisation, self.contact)
        return [*((one, True) for one in found.own), *((one, False) for one in found.others)]

    def _at(self, began: float) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - began)

    async def _noted(self, began: float, **values: Any) -> None:
        await asyncio.to_thread(erasures.note, self.database, self.contact, self._at(began), **values)

    async def _tell(self, ticket: str, whole: bool, asked: Erasure | None) -> None:
        """An open run takes the texts out of its state, and begins anew with a history that has none."""
        assert self.engine is not None  # only a dry run does without
        # What goes on after an interruption is the same command; the id says nothing of the person.
        when = f"{asked.asked_at:%Y%m%dT%H%M%S%f}" if asked is not None else f"{self.now:%Y%m%d}"
        who = hashlib.sha256(f"{self.organisation}\0{self.contact}".encode()).hexdigest()[:16]
        command = Command(id=f"erase:{who}:{when}", by=self.by, step=Erase(whole=whole))
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

    def _audit(self, counts: Counts) -> None:
        told = ", ".join(f"{value} {name}" for name, value in vars(counts).items())
        number = hashlib.sha256(f"{self.organisation}\0{self.contact}\0{self.now.isoformat()}".encode()).hexdigest()
        entry = audit.Entry(
            id=f"erasure-{number[:24]}", at=self.now, last_at=self.now, operation=OPERATION, outcome="done",
            role=self.by.role, subject=self.by.id, organisation=self.organisation, about=told,
        )  # fmt: skip
        audit.add(self.database, [entry])
