"""A ticket's commands come to the engine a few at a time; a storm on one ticket waits and is refused here.

The engine takes ten updates of a workflow at once. The eleventh it refuses, and with that it also forgets the task in
which a worker has the others in hand: all are tried again, meet the eleventh again, and the ticket stands still for as
long as the storm lasts (seen: 58 s, docs/figures.md). So it never gets that many.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

AT_ONCE = 3
"""Commands of one ticket that an API process has at the engine: three processes stay below its ten."""
IN_HAND = 10
"""Those, and the ones that wait for their turn."""


class NoTurn(Exception):
    """As many commands of this ticket as are taken wait already."""


@dataclass
class _Queue:
    held: int = 0
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


class Turns:
    """The commands that this process has in hand, by ticket."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def of(self, ticket: str) -> AsyncIterator[None]:
        """Enters when it is this command's turn, first come first served. NoTurn at once where too many wait."""
        queue = self._queues.setdefault(ticket, _Queue())
        if queue.held >= IN_HAND:
            raise NoTurn(f"{IN_HAND} commands of ticket {ticket} are on their way")
        queue.held += 1
        try:
            async with queue.turns:
                yield
        finally:
            queue.held -= 1
            if not queue.held:
                del self._queues[ticket]
