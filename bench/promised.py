"""Tickets whose next update is promised for a given instant: as if each had been filed an hour before it.

A promise counts from when the client filed, not from when a worker found time for it; so a ticket that "was filed an
hour ago" has its update due when the measurement wants it, and the engine, the worker and the record are the real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from agreements import compile_terms, load
from api.engine.tickets import TicketEngine
from bench.standing import Standing
from domain.commands import Actor, Open
from domain.decide import open_ticket
from domain.evolve import rebuild
from domain.words import Channel, Role
from store import directory
from store.tables import clocks, outbox, tickets
from workflows.protocol import TASK_QUEUE, Start

AGREEMENTS = Path(__file__).parent / "agreements"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
EVERY = timedelta(hours=1)
ZOE = Actor(role=Role.client, id="zoe")
AT_ONCE = 16


class Kept(NamedTuple):
    """What became of one update: seconds after its due instant at which it was recorded, and its mail was out.

    Negative ones came before. `met` is the verdict of the record.
    """

    ticket: str
    recorded: float
    mailed: float | None
    met: bool


class Promises:
    """Opens such tickets on a standing stack, and says what became of their updates."""

    def __init__(self, place: Standing) -> None:
        self._place = place
        self._engine = TicketEngine(place.client, task_queue=TASK_QUEUE, timeout=timedelta(seconds=60))
        self._terms = compile_terms(load(AGREEMENTS / "stopwatch.yaml"), opened=datetime.now(UTC).date())
        directory.save(
            place.database,
            directory.Organisation(id="sprinters", name="Sprinters", language="en"),
            directory.Contract(id="sprinters-1", organisation="sprinters", agreement="stopwatch", valid_from=SINCE),
            directory.Contact(
                id="zoe",
                organisation="sprinters",
                name="Zoe",
                email="zoe@sprinters.example",
                role="key_user",
                language="en",
            ),
        )

    async def open(self, due: Mapping[str, datetime], ahead: Mapping[str, int] | None = None) -> None:
        """Begins a ticket of each name, its update promised for its instant, to go out `ahead` seconds before."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(name: str, at: datetime) -> None:
            async with turns:
                await self._begin(name, at - EVERY, (ahead or {}).get(name, 0))

        await asyncio.gather(*(one(name, at) for name, at in due.items()))

    async def _begin(self, name: str, filed: datetime, ahead: int) -> None:
        opening = Open(
            ticket=name,
            subject="Gates stay closed",
            description="Since this morning.",
            channel=Channel.portal,
            organisation="sprinters",
            contract="sprinters-1",
            contact="zoe",
            language="en",
            severity="hourly",
            terms=self._terms,
            ahead=ahead,
        )
        opened = rebuild(open_ticket(opening, ZOE, filed, f"open-{name}", ""))
        await self._engine.open(
            Start(by=ZOE, command=f"open-{name}", opening=opening, opened_at=filed, run_first=True, shows_due=False),
            opened,
        )

    async def recorded(self, names: Sequence[str]) -> None:
        """Returns when each ticket's opening is in the record: its timer is armed, and nothing is left to do."""
        while self._count(names, 1) < len(names):  # noqa: ASYNC110  # another process writes
            await asyncio.sleep(0.2)

    def _count(self, names: Sequence[str], least: int) -> int:
        prefix = names[0].rpartition("-")[0] + "-"
        with self._place.database.read() as connection:
            found = connection.execute(select(tickets.c.version).where(tickets.c.id.startswith(prefix))).scalars()
            return sum(1 for version in found if version >= least)

    async def kept(self, due: Mapping[str, datetime], patience: timedelta) -> list[Kept]:
        """What became of each update, all of them there and mailed, or after `patience` those there are."""
        until = max(due.values()) + patience
        while datetime.now(UTC) < until and len(self._updates(due)) < len(due):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        await self._place.settled()
        return self._updates(due)

    def _updates(self, due: Mapping[str, datetime]) -> list[Kept]:
        prefix = next(iter(due)).rpartition("-")[0] + "-"
        ended = (
            select(clocks.c.ticket, clocks.c.verdict, tickets.c.recorded_at)
            .join(tickets, tickets.c.id == clocks.c.ticket)
            .where(clocks.c.ticket.startswith(prefix), clocks.c.kind == "update", clocks.c.verdict.is_not(None))
        )
        mails = select(outbox.c.ticket, outbox.c.delivered_at).where(
            outbox.c.ticket.startswith(prefix), outbox.c.sequence > 2, outbox.c.state == "delivered"
        )
        with self._place.database.read() as connection:
            rows = connection.execute(ended).all()
            out = {row.ticket: row.delivered_at for row in connection.execute(mails)}
        return [
            Kept(
                row.ticket,
                (row.recorded_at - due[row.ticket]).total_seconds(),
                (out[row.ticket] - due[row.ticket]).total_seconds() if row.ticket in out else None,
                row.verdict == "met",
            )
            for row in rows
        ]
