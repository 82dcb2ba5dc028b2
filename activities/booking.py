"""The activity that settles with the hour account what a ticket's time takes from the packages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from temporalio import activity

from activities.beating import beating
from activities.names import RECORD_BEAT, SETTLE_HOURS
from domain.hours import Settled, Settling
from store import hours
from store.database import Database


@dataclass
class Booker:
    """Books hours in the database; the account's refusal is an answer, not an error."""

    database: Database

    @activity.defn(name=SETTLE_HOURS)
    async def settle_hours(self, wanted: Settling) -> Settled:
        """Brings what the ticket has taken to what it needs. The database's errors pass, so that the engine retries."""
        async with beating(RECORD_BEAT):
            return await asyncio.to_thread(hours.book, self.database, wanted)
