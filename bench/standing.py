"""A whole stack and a bare worker beside it, on the same server: what most parts stand on."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from temporalio.client import Client

from bench.calling import Connection
from runtime.settings import Settings
from runtime.temporal import connect
from store import outbox
from store.database import Database
from tests.cli.stacks import ROOT
from tests.e2e.running import Running

AS_DELIVERED = {"rate_requests": "off", "command_timeout": 60, "temporal_sync": "full"}
"""What is measured is as safe as what users run; only limits do not stand in the way."""
TRIES = 3
"""Starts of a stack: its ports are chosen before it takes them."""


@dataclass
class Standing:
    """A stack that runs, the engine's client, and ways to its API. `bare` is the process of the bare worker."""

    stack: Running
    client: Client
    database: Database
    bare: subprocess.Popen[bytes]
    _made: list[Connection] = field(default_factory=list)

    @property
    def keys(self) -> dict[str, str]:
        """Keys of the demo's roles."""
        keys: dict[str, str] = self.stack.demo["keys"]
        return keys

    @property
    def target(self) -> str:
        """`host:port` of the engine."""
        return f"127.0.0.1:{self.stack.settings['temporal_port']}"

    def connections(self, number: int) -> list[Connection]:
        """So many ways to the API."""
        made = [Connection("127.0.0.1", int(str(self.stack.settings["api_port"]))) for _ in range(number)]
        self._made += made
        return made

    async def open(self, connection: Connection, number: int = 0) -> str:
        """A ticket of the demo's client; its number."""
        body = {"subject": f"Load {number}", "description": "One of many.", "channel": "portal"}
        opened = await connection.post("/v1/tickets", self.keys["client"], body)
        return str(opened["id"])

    async def settled(self) -> None:
        """Returns when every message is out: what one measurement leaves to do must not slow the next."""
        for connection in self._made:
            connection.close()  # an idle one would be closed by the server
        while outbox.counts(self.database)[outbox.State.pending]:  # noqa: ASYNC110  # another process empties it
            await asyncio.sleep(0.1)

    def memory(self) -> tuple[int, int]:
        """Bytes that our worker and the bare one hold."""
        held = [psutil.Process(pid).memory_info().rss for pid in (self.stack.pids()["worker"], self.bare.pid)]
        return held[0], held[1]

    def cpu(self) -> float:
        """CPU seconds so far of all that takes part: the stack, the bare worker, and we who call."""
        pids = (*self.stack.pids().values(), self.bare.pid, os.getpid())
        return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


def start_bare(target: str, cached: int) -> subprocess.Popen[bytes]:
    """A bare worker, in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "bench.bare", target, str(cached)], cwd=ROOT)


def started(folder: Path, settings: dict[str, object]) -> Running:
    """A stack that is ready, in a folder below. Tried again where another program took its ports meanwhile."""
    for number in range(TRIES):
        stack = Running(folder / f"home-{number}", **{**AS_DELIVERED, **settings})
        try:
            return stack.start()
        except AssertionError:
            stack.stop()
            if number == TRIES - 1:
                raise
    raise AssertionError("the last try has returned or raised")


@asynccontextmanager
async def standing(*, cached: int | None = None, **settings: object) -> AsyncIterator[Standing]:
    """A stack without limits of requests, patient with a busy machine, with `settings`.

    Both workers keep `cached` workflows in memory; without it as many as ours by default.
    """
    kept = cached or Settings.model_fields["cached_tickets"].default
    with tempfile.TemporaryDirectory() as folder:
        stack = await asyncio.to_thread(started, Path(folder), {"cached_tickets": kept, **settings})
        home = stack.home
        bare = start_bare(f"127.0.0.1:{stack.settings['temporal_port']}", kept)
        database = Database(f"sqlite:///{home / 'escalade.db'}")
        try:
            # Our own client: what both sides send and get is put into bytes alike.
            client = await connect(Settings(home=home, temporal_port=int(str(stack.settings["temporal_port"]))))
            yield Standing(stack, client, database, bare)
        finally:
            bare.kill()
            bare.wait()
            database.close()
            await asyncio.to_thread(stack.stop)


async def rate(number: int, callers: int, call: Callable[[int, int], Awaitable[Any]]) -> tuple[float, list[float]]:
    """Calls per second of `number` calls by all callers at once, and the seconds of each.

    `call` gets the caller's number and the call's.
    """
    numbers, took = iter(range(number)), []

    async def caller(who: int) -> None:
        for each in numbers:
            began = time.perf_counter()
            await call(who, each)
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller(who) for who in range(callers)))
    return number / (time.perf_counter() - began), took


def share(values: list[float], part: float) -> float:
    """The value below which `part` of them lie: 0.5 is the median."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
