"""Telling every ticket that waits for a defect, over bare updates: `python -m bench defects`.

Both on the same server, in the same run, with the same number of calls at once, and with as many workflows in their
workers' memory. A ticket that hears a release decides, records, asks its client for consent and re-arms its clocks; the
bare workflow adds a number. Where more wait than a worker keeps in memory the others' histories are read first, on
either side: the ones that were touched last come first, so that those in memory are used before they are driven out.
"""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from activities.names import defect_workflow
from activities.telling_tickets import AT_ONCE
from bench.bare import QUEUE, Bare
from bench.calling import Connection
from bench.figure import Figure
from bench.standing import standing
from store import defects
from store.database import Database
from tests.e2e.running import Running

WARM, TICKETS, QUICK = 300, 5_000, 100
"""All of them in memory; and more than a worker keeps there."""
CALLERS = 8
"""Who open the tickets; that is not what is measured."""


class Row(NamedTuple):
    """A fan-out: tickets told per second, bare updates per second, and the events it cost the defect."""

    tickets: int
    what: str
    told: float
    bare: float
    events: int

    @property
    def ratio(self) -> float:
        return self.told / self.bare


async def bare_rate(client: Client, number: int) -> float:
    """Bare updates per second: one to each of so many workflows, which have begun before."""
    turns, stamp = asyncio.Semaphore(AT_ONCE), time.monotonic_ns()

    async def start(each: int) -> None:
        async with turns:
            await client.start_workflow(Bare.run, id=f"bare-{stamp}-{each}", task_queue=QUEUE)

    async def update(each: int) -> None:
        async with turns:
            await client.get_workflow_handle(f"bare-{stamp}-{each}").execute_update(Bare.add, 1)

    await asyncio.gather(*(start(each) for each in range(number)))
    await asyncio.gather(*(update(each) for each in range(number)))  # the first one also waits for the workflow's begin
    began = time.perf_counter()
    await asyncio.gather(*(update(each) for each in reversed(range(number))))
    return number / (time.perf_counter() - began)


class Desk:
    """The API of a running stack, as R&D and support use it."""

    def __init__(self, stack: Running, defect: str) -> None:
        self.defect = defect
        self.keys = stack.demo["keys"]
        port = int(str(stack.settings["api_port"]))
        self.connections = [Connection("127.0.0.1", port) for _ in range(AT_ONCE)]
        self.database = Database(f"sqlite:///{stack.home / 'escalade.db'}")

    async def open(self, number: int) -> None:
        """So many tickets that wait for the defect."""
        rnd = self.connections[0]
        await rnd.post(
            "/v1/defects", self.keys["rnd"], {"id": self.defect, "title": "A leak", "description": "One of many."}
        )
        numbers = iter(range(number))

        async def caller(connection: Connection) -> None:
            for each in numbers:
                filed = {"subject": f"Load {each}", "description": "One of many.", "channel": "portal"}
                opened = await connection.post("/v1/tickets", self.keys["client"], filed)
                waits = {"defect": self.defect, "reason": "A leak in the driver.", "no_workaround": True}
                await connection.post(f"/v1/tickets/{opened['id']}/defect", self.keys["level1"], waits)

        await asyncio.gather(*(caller(connection) for connection in self.connections[:CALLERS]))
        for connection in self.connections:
            connection.close()  # an idle one would be closed by the server

    async def fan_out(self, path: str, body: dict[str, object]) -> float:
        """Seconds from the announcement until the last ticket has heard it."""
        began = time.perf_counter()
        self.connections[0].close()
        await self.connections[0].post(path, self.keys["rnd"], body)
        while defects.waiting(self.database, self.defect, defects.news(self.database, self.defect), limit=1):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return time.perf_counter() - began


async def measure(stack: Running, number: int) -> list[Row]:
    """An answer, then a release, to every ticket."""
    client = await Client.connect(f"127.0.0.1:{stack.settings['temporal_port']}")
    defect = f"D-{number}"
    desk = Desk(stack, defect)
    await desk.open(number)
    bare = await bare_rate(client, number)
    rows = []
    release: dict[str, object] = {"product": "p", "version": defect, "fixes": [defect], "text": "No more leaks."}
    answer: dict[str, object] = {"text": "We know the cause."}
    for what, path, body in (
        ("an answer", f"/v1/defects/{defect}/answers", answer),
        ("a release", "/v1/releases", release),
    ):
        handle = client.get_workflow_handle(defect_workflow(defect))
        before = (await handle.describe()).history_length
        seconds = await desk.fan_out(path, body)
        rows.append(Row(number, what, number / seconds, bare, (await handle.describe()).history_length - before))
    return rows


async def run(few: int, number: int) -> list[Row]:
    """Few tickets, then many, on one stack with the cache that a worker has by default."""
    async with standing() as place:
        return [*await measure(place.stack, few), *(await measure(place.stack, number) if number > few else [])]


def figures(quick: bool) -> list[Figure]:
    """The fan-out's pace, and what it costs the defect."""
    rows = asyncio.run(run(QUICK, QUICK) if quick else run(WARM, TICKETS))
    table = Table(title=f"News of a defect ({AT_ONCE} tickets at once), over bare updates")
    for heading in ("tickets", "told of", "tickets / s", "bare updates / s", "ratio", "events of the defect"):
        table.add_column(heading, justify="left" if heading == "told of" else "right")
    for row in rows:
        rates = (f"{row.told:.0f}", f"{row.bare:.0f}", f"{row.ratio:.2f}")
        table.add_row(f"{row.tickets:,}", row.what, *rates, str(row.events))
    Console().print(table)
    most = max(rows, key=lambda row: row.events)
    told = f"events of the defect, {most.tickets:,} told"
    paces = [
        Figure(f"{row.tickets:,} told of {row.what}", row.told, "/ s", row.bare, "bare updates", "defects")
        for row in rows
    ]
    return [*paces, Figure(told, most.events, "", most.tickets, "tickets", "defects_events")]
