"""Telling every ticket that waits for a defect, over bare updates: `python -m bench.defects [TICKETS]`.

Both on the same server, in the same run, with the same number of calls at once. A ticket that hears a release decides,
records, asks its client for consent and re-arms its clocks; the bare workflow adds a number.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from activities.names import defect_workflow
from activities.telling_tickets import AT_ONCE
from bench.bare import QUEUE, Bare
from bench.calling import Connection
from store import defects
from store.database import Database
from tests.cli.stacks import ROOT
from tests.e2e.running import Running

TICKETS = 5_000
GOAL = 0.3
"""Tickets told per second, as a share of bare updates per second."""
MOST_EVENTS = 100
CALLERS = 8
"""Who open the tickets; that is not what is measured."""
DEFECT = "D-1"


class Row(NamedTuple):
    """A fan-out: tickets told per second, bare updates per second, and the events it cost the defect."""

    what: str
    told: float
    bare: float
    events: int

    @property
    def ratio(self) -> float:
        return self.told / self.bare

    @property
    def holds(self) -> bool:
        return self.ratio >= GOAL and self.events <= MOST_EVENTS


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
    await asyncio.gather(*(update(each) for each in range(number)))
    return number / (time.perf_counter() - began)


class Desk:
    """The API of a running stack, as R&D and support use it."""

    def __init__(self, stack: Running) -> None:
        self.keys = stack.demo["keys"]
        port = int(str(stack.settings["api_port"]))
        self.connections = [Connection("127.0.0.1", port) for _ in range(AT_ONCE)]
        self.database = Database(f"sqlite:///{stack.home / 'escalade.db'}")

    async def open(self, number: int) -> None:
        """So many tickets that wait for the defect."""
        rnd = self.connections[0]
        await rnd.post(
            "/v1/defects", self.keys["rnd"], {"id": DEFECT, "title": "A leak", "description": "One of many."}
        )
        numbers = iter(range(number))

        async def caller(connection: Connection) -> None:
            for each in numbers:
                filed = {"subject": f"Load {each}", "description": "One of many.", "channel": "portal"}
                opened = await connection.post("/v1/tickets", self.keys["client"], filed)
                waits = {"defect": DEFECT, "reason": "A leak in the driver.", "no_workaround": True}
                await connection.post(f"/v1/tickets/{opened['id']}/defect", self.keys["level1"], waits)

        await asyncio.gather(*(caller(connection) for connection in self.connections[:CALLERS]))
        for connection in self.connections:
            connection.close()  # an idle one would be closed by the server

    async def fan_out(self, path: str, body: dict[str, object]) -> float:
        """Seconds from the announcement until the last ticket has heard it."""
        began = time.perf_counter()
        self.connections[0].close()
        await self.connections[0].post(path, self.keys["rnd"], dict(body))
        while defects.waiting(self.database, DEFECT, defects.news(self.database, DEFECT), limit=1):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return time.perf_counter() - began


async def measure(stack: Running, number: int) -> list[Row]:
    """An answer, then a release, to every ticket."""
    client = await Client.connect(f"127.0.0.1:{stack.settings['temporal_port']}")
    desk = Desk(stack)
    await desk.open(number)
    bare = await bare_rate(client, number)
    rows = []
    for what, path, body in (
        ("an answer", f"/v1/defects/{DEFECT}/answers", {"text": "We know the cause."}),
        ("a release", "/v1/releases", {"product": "p", "version": "1", "fixes": [DEFECT], "text": "No more leaks."}),
    ):
        handle = client.get_workflow_handle(defect_workflow(DEFECT))
        before = (await handle.describe()).history_length
        seconds = await desk.fan_out(path, body)
        rows.append(Row(what, number / seconds, bare, (await handle.describe()).history_length - before))
    return rows


def run(number: int) -> list[Row]:
    """Starts a stack and a bare worker, and measures."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Running(Path(folder) / "home").start()
        target = f"127.0.0.1:{stack.settings['temporal_port']}"
        bare = subprocess.Popen([sys.executable, "-m", "bench.bare", target], cwd=ROOT)
        try:
            return asyncio.run(measure(stack, number))
        finally:
            bare.kill()
            stack.stop()


def main(number: int = TICKETS) -> int:
    rows = run(number)
    table = Table(title=f"One defect, {number:,} tickets ({AT_ONCE} at once), over bare updates")
    for heading in ("told of", "tickets / s", "bare updates / s", "ratio", "events of the defect", "goal"):
        table.add_column(heading, justify="left" if heading in ("told of", "goal") else "right")
    for row in rows:
        goal = f"at least {GOAL}, at most {MOST_EVENTS} events: {'pass' if row.holds else 'FAIL'}"
        table.add_row(row.what, f"{row.told:.0f}", f"{row.bare:.0f}", f"{row.ratio:.2f}", str(row.events), goal)
    Console().print(table)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main(*(int(given) for given in sys.argv[1:2])))
