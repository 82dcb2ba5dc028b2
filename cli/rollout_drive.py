"""The driver of a roll-out: batches of commands to running tickets, or the same computed without doing anything."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal, Protocol

from agreements import AgreementFile, compile_terms, parse
from api.engine.tickets import EngineAway, EngineBusy, NoRun
from domain.base import Model
from domain.commands import Actor, ChangeTerms, Command
from domain.errors import DomainError
from domain.evolve import rebuild
from domain.preview import Preview, preview
from domain.terms import Terms
from store import agreements as stored
from store import directory, rollouts, tickets
from store.database import Database
from store.rollouts import Candidate, Counts, Rollout
from workflows.protocol import Receipt

AT_ONCE = 8
"""Commands on their way at the same time: a roll-out must not take the engine from the day's work."""

TRIES = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each further try when the engine is away or busy."""

YEARS = 5
"""Public holidays are expanded so many years beyond today."""


class Commands(Protocol):
    """What a roll-out asks of the engine (api.engine.TicketEngine)."""

    async def command(self, ticket: str, command: Command) -> Receipt:
        """Applies a command, once per id."""


class Outcome(Model):
    """What became of one ticket. `left`: it could not be reached; run the roll-out again."""

    ticket: str
    what: Literal["changed", "refused", "left", "over"]
    told: bool = False
    code: str | None = None
    message: str | None = None


class EngineStays(Exception):
    """The engine does not answer for long: the roll-out stops here and can be run again."""


@dataclass
class Compiler:
    """Terms for running tickets: the new revision with each contract's choices and the holidays of its years."""

    database: Database
    revision: stored.Revision
    now: datetime
    agreement: AgreementFile = field(init=False)

    def __post_init__(self) -> None:
        name = self.revision.name
        self.agreement = parse(self.revision.document, file=name, name=name)
        self._contract = lru_cache(maxsize=None)(self._choices)
        self._terms = lru_cache(maxsize=64)(self._compile)

    def terms(self, candidate: Candidate) -> Terms:
        """What the ticket is kept under from now on. DomainError where its contract does not fit the revision."""
        return self._terms(*self._contract(candidate.contract), candidate.opened_at.year)

    def _choices(self, contract: str) -> tuple[str | None, str | None]:
        found = directory.contract(self.database, contract)
        return (found.programme, found.region) if found else (None, None)

    def _compile(self, programme: str | None, region: str | None, year: int) -> Terms:
        opened = self.now.date().replace(year=year, month=1, day=1)
        years = YEARS + self.now.year - year
        return compile_terms(self.agreement, opened=opened, years=years, programme=programme, region=region)


def command_for(rollout: str, candidate: Candidate, terms: Terms, operator: Actor) -> Command:
    """The command for one ticket; its id is the same whenever this roll-out is run again."""
    step = ChangeTerms(terms=terms, rollout=rollout)
    return Command(id=f"{rollout}:{candidate.id}", by=operator, step=step)


def dry_run(database: Database, compiler: Compiler, operator: Actor, now: datetime) -> Iterator[Preview]:
    """What a roll-out would do now, ticket by ticket; nothing is written and nobody is asked."""
    for candidate in _walk(database, compiler.revision, 200):
        try:
            command = command_for("dry-run", candidate, compiler.terms(candidate), operator)
            state = rebuild(tickets.history(database, candidate.id))
        except (DomainError, tickets.Gap) as error:
            code = error.code if isinstance(error, DomainError) else "ticket_lost"
            yield Preview(ticket=candidate.id, before=candidate.revision, code=code, refused=str(error))
            continue
        yield preview(state, command, now)


def _walk(database: Database, revision: stored.Revision, size: int) -> Iterator[Candidate]:
    after = ""
    while batch := rollouts.candidates(database, revision.name, revision.revision, after=after, limit=size):
        yield from batch
        after = batch[-1].id


@dataclass
class Drive:
    """One run of a roll-out: `async for outcome in drive.run()`. Stops with EngineStays; running again goes on."""

    database: Database
    engine: Commands
    compiler: Compiler
    rollout: Rollout
    operator: Actor
    clock: Callable[[], datetime]
    batch: int = 50
    tries: tuple[float, ...] = field(default_factory=lambda: TRIES)

    async def run(self) -> AsyncIterator[Outcome]:
        """Batch after batch; what it has come to is in `rollout`, saved after each."""
        await self._reconcile()
        seen: set[str] = set()
        after = ""
        while True:
            batch = await asyncio.to_thread(self._next, after)
            if not batch and not after:
                break
            if not batch:
                after = (
                    ""  # once more from the beginning, for tickets that were opened under the old revision meanwhile
                )
                if not await asyncio.to_thread(self._unseen, seen):
                    break
                continue
            after = batch[-1].id
            todo = [candidate for candidate in batch if candidate.id not in seen]
            seen.update(candidate.id for candidate in todo)
            for outcome in await self._take(todo):
                yield outcome
        await self._save(ended_at=self.clock())

    def _next(self, after: str) -> list[Candidate]:
        revision = self.compiler.revision
        return rollouts.candidates(self.database, revision.name, revision.revision, after=after, limit=self.batch)

    def _unseen(self, seen: set[str]) -> bool:
        return any(candidate.id not in seen for candidate in _walk(self.database, self.compiler.revision, 500))

    async def _take(self, batch: list[Candidate]) -> list[Outcome]:
        if not batch:
            return []
        await self._save(in_hand=tuple(candidate.id for candidate in batch))
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(candidate: Candidate) -> Outcome:
            async with limit:
                return await self._one(candidate)

        outcomes = await asyncio.gather(*(one(candidate) for candidate in batch))
        counts = self.rollout.counts
        refused = Counter(counts.refused) + Counter(one.code for one in outcomes if one.what == "refused" and one.code)
        left = [one for one in outcomes if one.what == "left"]
        await self._save(
            changed=counts.changed + sum(one.what == "changed" for one in outcomes),
            told=counts.told + sum(one.told for one in outcomes),
            refused=dict(sorted(refused.items())),
            left=counts.left + len(left),
            in_hand=(),
        )
        if len(left) == len(outcomes):
            raise EngineStays(left[0].message)
        return outcomes

    async def _one(self, candidate: Candidate) -> Outcome:
        ticket = candidate.id
        try:
            terms = await asyncio.to_thread(self.compiler.terms, candidate)
            receipt = await self._patiently(ticket, command_for(self.rollout.id, candidate, terms, self.operator))
        except NoRun:
            # Archived a moment ago; if not, the ticket's own commands say so to whoever meets it.
            return Outcome(ticket=ticket, what="over")
        except (EngineAway, EngineBusy) as error:
            return Outcome(ticket=ticket, what="left", message=str(error))
        except DomainError as refusal:
            if refusal.code == "terms_unchanged":
                return Outcome(ticket=ticket, what="changed")  # the row lagged behind
            if refusal.code == "ticket_archived":
                return Outcome(ticket=ticket, what="over")
            return Outcome(ticket=ticket, what="refused", code=refusal.code, message=refusal.message)
        return Outcome(ticket=ticket, what="changed", told="times_moved" in receipt.events)

    async def _patiently(self, ticket: str, command: Command) -> Receipt:
        for pause in self.tries:
            try:
                return await self.engine.command(ticket, command)
            except (EngineAway, EngineBusy):
                await asyncio.sleep(pause)
        return await self.engine.command(ticket, command)

    async def _reconcile(self) -> None:
        """Counts what the batch that was in hand before a crash had changed; refusals are counted afresh."""
        counts = self.rollout.counts
        done = 0
        if counts.in_hand:
            revision = self.compiler.revision.revision
            done = await asyncio.to_thread(rollouts.have, self.database, counts.in_hand, revision)
        await self._save(changed=counts.changed + done, refused={}, left=0, in_hand=())

    async def _save(self, *, ended_at: datetime | None = None, **counts: object) -> None:
        newer = Counts.model_validate({**dict(self.rollout.counts), **counts})
        self.rollout = self.rollout.model_copy(update={"counts": newer, "ended_at": ended_at or self.rollout.ended_at})
        await asyncio.to_thread(rollouts.save, self.database, self.rollout)
