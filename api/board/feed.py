"""What changes, told to every open board of this process from one look at the database a second.

Nothing coordinates the processes: each one looks for itself, at an index, and only while somebody listens.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from store import board
from store.board import Change
from store.database import Database

EVERY = 1.0
"""Seconds between two looks."""
OVERLAP = timedelta(seconds=15)
"""How far each look goes back: a transaction that took so long, or a worker's clock that is so late, is seen."""
MOST = 500
"""Changes that a listener is told one by one; whoever missed more reads its list anew."""
MOST_OF_ONE = 20
"""Boards of one person that are told of changes in one process: each holds a connection and some memory."""
log = logging.getLogger(__name__)

Told = list[Change] | None
"""What a listener is told: changes, or None: more than can be told, look for yourself."""


class Feed:
    """`async with feed.listening(since) as told: async for changes in told: ...`"""

    def __init__(self, database: Database, every: float = EVERY) -> None:
        self._database = database
        self._every = every
        self._listeners: set[asyncio.Queue[Told]] = set()
        self._by_person: Counter[str] = Counter()
        self._looking: asyncio.Task[None] | None = None
        self._seen: dict[str, Change] = {}
        self._newest: datetime | None = None

    @property
    def looking(self) -> bool:
        """Whether anybody listens, and the database is therefore asked."""
        return self._looking is not None and not self._looking.done()

    def full_for(self, who: str) -> bool:
        """Whether somebody has as many open already as one person can look at."""
        return self._by_person[who] >= MOST_OF_ONE

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @asynccontextmanager
    async def listening(self, since: datetime | None, who: str = "") -> AsyncIterator[AsyncIterator[Told]]:
        """Changes after `since`, then every change as it comes; the same change may be told twice, none is left out."""
        mine: asyncio.Queue[Told] = asyncio.Queue(MOST)
        self._listeners.add(mine)
        self._by_person[who] += 1
        try:
            if not self.looking:
                self._newest = await run_in_threadpool(board.newest, self._database)
                self._seen = {}
                self._looking = asyncio.create_task(self._look_again_and_again())
            if since is not None:
                missed = await run_in_threadpool(board.changed, self._database, since - OVERLAP, MOST + 1)
                self._tell(mine, None if len(missed) > MOST else missed)
            yield self._told(mine)
        finally:
            self._listeners.discard(mine)
            self._by_person[who] -= 1
            self._by_person += Counter()  # forgets whoever has none open
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                with suppress(asyncio.CancelledError):
                    await self._looking
                self._looking = None

    async def _told(self, mine: asyncio.Queue[Told]) -> AsyncIterator[Told]:
        while True:
            yield await mine.get()

    async def _look_again_and_again(self) -> None:
        while self._listeners:
            await asyncio.sleep(self._every)
            try:
                changes = await run_in_threadpool(self._look)
            except SQLAlchemyError as error:
                log.warning("the board's feed cannot read the database: %s", type(error).__name__)
                continue
            if changes:
                for listener in self._listeners:
                    self._tell(listener, changes)

    def _look(self) -> list[Change]:
        if self._newest is None:
            self._newest = board.newest(self._database)
            since = None if self._newest is None else self._newest - OVERLAP - timedelta(seconds=1)
        else:
            since = self._newest - OVERLAP
        if since is None:
            return []
        found = board.changed(self._database, since)
        new = [change for change in found if self._seen.get(change.id) != change]
        self._seen = {change.id: change for change in found}
        self._newest = max([since + OVERLAP, *(change.at for change in found)])
        return new

    @staticmethod
    def _tell(listener: asyncio.Queue[Told], changes: Told) -> None:
        if changes is not None and not changes:
            return
        if listener.full():  # it does not keep up: one word instead of all of them
            while not listener.empty():
                listener.get_nowait()
            changes = None
        listener.put_nowait(changes)
