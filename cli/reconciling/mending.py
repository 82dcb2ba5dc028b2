"""The side that is behind is brought to the other. Each mending can be interrupted and made again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.engine.tickets import TicketEngine
from cli.reconciling.looking import Look
from cli.reconciling.retelling import HistoryUntold
from domain.commands import Actor
from domain.evolve import rebuild
from domain.hours import Settling
from domain.reconciling import MENDED_FROM_ENGINE, MENDED_FROM_RECORD, Finding
from domain.record import Recording
from domain.ticket import Ticket
from domain.webhooks import announcements
from store import hours, tickets, webhooks
from store import reconciling as record
from workflows.receipts import going_on

WHY = "escalade reconcile: the record knows more than this run"


class Unmendable(Exception):
    """Neither side can be brought to the other; the message says what to do."""


@dataclass
class Mender:
    """Mends what `look` found. `send`: lost messages go out again, instead of waiting for a person to look at them."""

    look: Look
    engine: TicketEngine
    by: Actor
    now: Callable[[], datetime]
    send: bool = False

    async def mend(self, finding: Finding) -> int:
        """How many messages were kept back. Unmendable where a person must look; the stores' errors pass."""
        if finding.difference in MENDED_FROM_RECORD:
            await self._from_record(finding.ticket)
            return 0
        if finding.difference in MENDED_FROM_ENGINE:
            return await self._from_engine(finding)
        raise Unmendable(
            "events are missing in the record, and the engine's histories no longer have them: take them from a later "
            "backup of the database"
        )

    async def begin_again(self, ticket: str) -> None:
        """Ends the ticket's run, whatever it knows, and begins one from the record.

        Unmendable where the record has holes, or does not know the ticket: its run is then left as it is.
        """
        if await asyncio.to_thread(record.get, self.look.database, ticket) is None:
            raise Unmendable(
                "the record does not know it, so there is nothing to begin from; its run was left as it is: deploy the "
                "version that can read it"
            )
        try:
            tickets.history(self.look.database, ticket)
        except tickets.Gap as gap:
            raise Unmendable(str(gap)) from None
        await self._from_record(ticket)

    async def _from_record(self, ticket: str) -> None:
        # Ended before the record is read: whatever was answered until then is in it.
        await self.engine.end(ticket, WHY)
        stored = await asyncio.to_thread(record.get, self.look.database, ticket)
        assert stored is not None  # the record knows more: it was found there
        events = await asyncio.to_thread(record.history, self.look.database, ticket)
        await self.engine.resume(going_on(events, stored.fence, self.by, f"reconcile:{stored.fence}"))

    async def _from_engine(self, finding: Finding) -> int:
        try:
            told = await self.look.runs_from(finding.ticket, finding.first)
        except HistoryUntold as untold:
            raise Unmendable(f"{untold}: take the ticket's events from a later backup of the database") from None
        lost = [one for run in told for one in run.recordings if one.events[-1].sequence >= finding.first]
        kept = 0
        for recording in lost:
            kept += await asyncio.to_thread(self._record, recording)
        state = rebuild(await asyncio.to_thread(record.history, self.look.database, finding.ticket))
        if state.taken:
            await asyncio.to_thread(hours.book, self.look.database, self._booked(state))
        return kept

    def _record(self, recording: Recording) -> int:
        told = tuple(announcements(recording, webhooks.subscriptions(self.look.database)))
        whole = recording.model_copy(update={"messages": (*recording.messages, *told)})
        return record.record_again(self.look.database, whole, self.now(), send=self.send)

    def _booked(self, state: Ticket) -> Settling:
        """What the ticket has taken from the hour packages, as it knows itself."""
        sold = state.terms.hours
        return Settling(
            ticket=state.id,
            organisation=state.organisation,
            agreement=state.terms.agreement,
            wanted=sum(state.taken.values()),
            at=self.now(),
            cause=f"reconcile:{state.sequence}",
            warn_at=sold.warn_at if sold else 100,
        )
