"""Delivering: carries what is due out of the outbox, at least once, in order, and says what became of each message.

Each way (mail, chat, webhook) is carried on its own: a chat server that is away holds up no mail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import activity

from activities.beating import beating, leaving
from activities.channel import Channel
from activities.round import FIRST_RETRY, Round
from activities.texts import Texts
from domain.words import Way
from store import outbox, routing
from store.database import Database

BATCH = 100

LONGEST_RUN = timedelta(minutes=10)
"""After this the activity returns and is called again, well inside its time limit, however much still waits."""

BEAT = 3.0
"""Seconds between two beats: a mail server may take longer over a single mail."""


@dataclass
class Deliverer:
    """`now` is asked for the instant of each attempt. A message is given up when it is refused, or too old.

    `others` are the ways besides mail; what is to go by one that is not there waits.
    """

    database: Database
    texts: Texts
    mailer: Channel
    now: Callable[[], datetime]
    others: Mapping[Way, Channel] = field(default_factory=dict)

    @property
    def ways(self) -> Mapping[Way, Channel]:
        """Every way with what carries it."""
        return {Way.mail: self.mailer, **self.others}

    @activity.defn(name="deliver")
    async def deliver(self) -> datetime | None:
        """Delivers all that is due; the instant of the next attempt, None when nothing waits.

        What is wrong with a message is written down with it; only the database's errors pass, and the engine retries.
        """
        async with beating(BEAT):
            until = self.now() + LONGEST_RUN
            await self._route()
            # Every way comes to its end before an error passes: none may go on sending behind the activity's back.
            outcomes = await asyncio.gather(*(self._carry(way, until) for way in self.ways), return_exceptions=True)
            following: list[datetime] = []
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
                if outcome is not None:
                    following.append(outcome)
            return min(following, default=None)

    async def _route(self) -> None:
        """Every new message has its ways before any is carried."""
        while await asyncio.to_thread(routing.route, self.database, self.now()):
            pass

    async def _carry(self, way: Way, until: datetime) -> datetime | None:
        """Carries what is due by one way; when to look again."""
        while self.now() < until and not leaving():
            if way is Way.mail:
                await self._route()
            batch = await asyncio.to_thread(outbox.due, self.database, self.now(), BATCH, way)
            if not batch:
                break
            channel = self.ways[way]
            carried = Round(self.database, self.texts, way, channel, batch, now=self.now, until=until)
            if await carried.carry():
                # Everything else waiting would fail alike; it keeps its attempts until the server is back.
                return self.now() + FIRST_RETRY
        return await asyncio.to_thread(outbox.next_attempt, self.database, (way,))
