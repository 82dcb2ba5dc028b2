"""Tickets opened and commands handled through the API, over bare starts and updates: `python -m bench.throughput`.

Both on the same server, in the same run, in turns, with the same number of callers. The bare workflow has a worker of
its own; it keeps a number, its update adds to it. Ours does all that a ticket needs: HTTP, key, rules, record, timer.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from bench.bare import QUEUE, Bare
from bench.calling import Connection
from store import outbox
from store.database import Database
from tests.cli.stacks import ROOT
from tests.e2e.running import Running

GOAL = 0.7
CALLERS, ROUNDS, TICKETS, COMMANDS = 16, 4, 120, 360


class Row(NamedTuple):
    """Calls per second, ours and bare, and the median of the rounds' ratios."""

    what: str
    ours: float
    bare: float
    ratio: float

    @property
    def holds(self) -> bool:
        return self.ratio >= GOAL


async def rate(number: int, call: Callable[[int, int], Awaitable[Any]]) -> float:
    """Calls per second of `number` calls by all callers at once; `call` gets the caller's number and the call's."""
    numbers = iter(range(number))

    async def caller(who: int) -> None:
        for each in numbers:
            await call(who, each)

    began = time.perf_counter()
    await asyncio.gather(*(caller(who) for who in range(CALLERS)))
    return number / (time.perf_counter() - began)


class Contest:
    """One server, two ways to use it."""

    def __init__(self, stack: Running, client: Client) -> None:
        self.stack, self.client = stack, client
        self.keys = stack.demo["keys"]
        port = int(str(stack.settings["api_port"]))
        self.connections = [Connection("127.0.0.1", port) for _ in range(CALLERS)]
        self.database = Database(f"sqlite:///{stack.home / 'escalade.db'}")
        self.tickets: list[str] = []
        self.bare: list[str] = []

    async def start_bare(self, _: int, number: int) -> None:
        name = f"bare-{time.monotonic_ns()}-{number}"
        await self.client.start_workflow(Bare.run, id=name, task_queue=QUEUE)
        self.bare.append(name)

    async def update_bare(self, _: int, number: int) -> None:
        handle = self.client.get_workflow_handle(self.bare[number % len(self.bare)])
        await handle.execute_update(Bare.add, 1)

    async def open(self, who: int, number: int) -> None:
        body = {"subject": f"Load {number}", "description": "One of many.", "channel": "portal"}
        opened = await self.connections[who].post("/v1/tickets", self.keys["client"], body)
        self.tickets.append(opened["id"])

    async def command(self, who: int, number: int) -> None:
        path = f"/v1/tickets/{self.tickets[number % len(self.tickets)]}/status-updates"
        await self.connections[who].post(path, self.keys["level1"], {"text": f"Progress {number}."})

    async def settled(self) -> None:
        """Returns when every message is out: what ours leaves to do must not slow the bare calls that come next."""
        for connection in self.connections:
            connection.close()  # an idle one would be closed by the server
        while outbox.counts(self.database)[outbox.State.pending]:  # noqa: ASYNC110  # another process empties it
            await asyncio.sleep(0.1)


async def measure(stack: Running) -> list[Row]:
    """Rounds of bare and ours in turns; the first warms both up and is not counted."""
    client = await Client.connect(f"127.0.0.1:{stack.settings['temporal_port']}")
    contest = Contest(stack, client)
    taken: dict[str, list[tuple[float, float]]] = {"tickets opened": [], "commands handled": []}
    for turn in range(ROUNDS + 1):
        contest.bare.clear()
        contest.tickets.clear()
        bare, ours = await rate(TICKETS, contest.start_bare), await rate(TICKETS, contest.open)
        await contest.settled()
        await rate(TICKETS, contest.update_bare)  # the first one to a workflow that has just begun is another matter
        bare_updates = await rate(COMMANDS, contest.update_bare)
        await rate(TICKETS, contest.command)
        commands = await rate(COMMANDS, contest.command)
        await contest.settled()
        if turn:
            taken["tickets opened"].append((ours, bare))
            taken["commands handled"].append((commands, bare_updates))
    return [
        Row(
            what,
            statistics.median(ours for ours, _ in rounds),
            statistics.median(bare for _, bare in rounds),
            statistics.median(ours / bare for ours, bare in rounds),
        )
        for what, rounds in taken.items()
    ]


def run() -> list[Row]:
    """Starts a stack and a bare worker, and measures."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Running(Path(folder) / "home", rate_requests="off").start()
        target = f"127.0.0.1:{stack.settings['temporal_port']}"
        bare = subprocess.Popen([sys.executable, "-m", "bench.bare", target], cwd=ROOT)
        try:
            return asyncio.run(measure(stack))
        finally:
            bare.kill()
            stack.stop()


def main() -> int:
    rows = run()
    table = Table(title=f"Through the API, over bare engine calls ({CALLERS} callers)")
    for heading in ("what", "ours / s", "bare / s", "ratio", "goal"):
        table.add_column(heading, justify="left" if heading in ("what", "goal") else "right")
    for row in rows:
        verdict = f"at least {GOAL}: {'pass' if row.holds else 'FAIL'}"
        table.add_row(row.what, f"{row.ours:.0f}", f"{row.bare:.0f}", f"{row.ratio:.2f}", verdict)
    Console().print(table)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
