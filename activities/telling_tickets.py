"""Telling every ticket that waits for a defect what R&D announced: each once, however many and however interrupted.

The tickets' own rows are the list of what is left: a ticket that has heard leaves it with the recording of that very
step. So an attempt that was killed is taken up by the next one, and nothing is kept in the defect's history.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.names import TELL_TICKETS
from activities.ticket_commands import Gone
from domain.commands import Command
from domain.defects import Announcement, to_tell, told
from domain.errors import DomainError
from store import defects
from store.database import Database
from store.defects import Waiting

AT_ONCE = 20
"""Tickets that are told side by side: enough to keep the engine busy, few enough to leave room for people."""
PAGE = 500
PATIENCE = 30.0
"""Seconds for one ticket: one whose workflow is stuck answers never, and must not keep the others waiting."""
BEAT = 1.0
"""Seconds between two beats, by which the engine also says that nobody waits for this attempt any more."""
HEARD = ("already_heard", "not_waiting_for_defect")
"""Refusals of a ticket that has heard it, or waits no longer: nothing is left to do."""

log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class TicketTeller:
    """`send` gives one ticket one command (activities/ticket_commands.py)."""

    database: Database
    send: Callable[[str, Command], Awaitable[None]]
    now: Callable[[], datetime] = _utc_now
    at_once: int = AT_ONCE
    patience: float = PATIENCE
    beat: float = BEAT

    @activity.defn(name=TELL_TICKETS)
    async def tell(self, defect: str, number: int) -> int:
        """Tells all who wait and have not heard announcement `number` or a later one; the last that was told.

        A ticket that fails holds no other one up; when some did, the attempt fails at its end and the next one takes
        up just those. One whose run is gone is marked and not tried again for this news.
        """
        beating = asyncio.create_task(self._beating())
        try:
            return await self._tell_all(defect, number)
        finally:
            beating.cancel()

    async def _beating(self) -> None:
        # Also while one ticket takes its time.
        while True:
            activity.heartbeat()
            await asyncio.sleep(self.beat)

    async def _tell_all(self, defect: str, number: int) -> int:
        news = await asyncio.to_thread(defects.announced, self.database, defect)
        # What has come since is told as well: a ticket that holds this attempt up must not hold up newer news.
        number = news[-1].number if news else number
        failed, tried = 0, set[str]()
        while page := await asyncio.to_thread(self._page, defect, number, tried):
            tried |= {ticket.id for ticket in page}
            results = await self._tell_page(defect, page, news)
            failed += len(results) - sum(results)
        if failed:
            raise ApplicationError(f"{failed} tickets could not be told yet", type="tickets_left")
        return number

    def _page(self, defect: str, number: int, tried: Set[str]) -> list[Waiting]:
        # The list's order moves while it is told, so that no place in it can be kept: whoever was tried is left out.
        found = defects.waiting(self.database, defect, number, limit=PAGE + len(tried))
        return [ticket for ticket in found if ticket.id not in tried][:PAGE]

    async def _tell_page(self, defect: str, page: Sequence[Waiting], news: Sequence[Announcement]) -> list[bool]:
        turns = asyncio.Semaphore(self.at_once)

        async def one(ticket: Waiting) -> bool:
            async with turns:
                return await self._tell(defect, ticket, news)

        # A group: when the attempt is stopped, none of them may go on beside the next attempt.
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(ticket)) for ticket in page]
        return [task.result() for task in tasks]

    async def _tell(self, defect: str, ticket: Waiting, news: Sequence[Announcement]) -> bool:
        try:
            for announcement in to_tell(news, heard=ticket.heard, since=ticket.since, version=ticket.version):
                async with asyncio.timeout(self.patience):
                    await self.send(ticket.id, told(defect, announcement))
        except DomainError as refusal:
            if refusal.code not in HEARD:
                log.warning("ticket %s: news of %s was refused: %s", ticket.id, defect, refusal.code)
                await asyncio.to_thread(defects.give_up, self.database, defect, ticket.id, news[-1].number, self.now())
        except Gone:
            log.warning("ticket %s: its run is gone, so it cannot hear of %s", ticket.id, defect)
            await asyncio.to_thread(defects.give_up, self.database, defect, ticket.id, news[-1].number, self.now())
        except Exception:
            log.exception("ticket %s: could not be told of %s; it is tried again", ticket.id, defect)
            return False
        return True
