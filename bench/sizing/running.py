"""What runs for it: CPU seconds of each process per ticket opened and per command, and bytes in the engine's store.

A whole stack (PostgreSQL, Temporal on its file, one worker, one API process), a few callers, tickets of the four
agreements. CPU time and not time by the clock: how busy the machine is otherwise does not count.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil

from bench.calling import Connection, Refused
from bench.chaos import world
from bench.chaos.beginning import begin
from bench.chaos.stack import Stack
from store import outbox
from store.database import Database

CALLERS = 4
COMMANDS = 3
"""Of each ticket."""


class Running(NamedTuple):
    """CPU milliseconds by process, and bytes by what the engine keeps them for, per open ticket."""

    tickets: int
    opening: dict[str, float]
    command: dict[str, float]
    reading: dict[str, float]
    """Of one page of a list and one look at a ticket with its live clocks."""
    engine: dict[str, float]
    worker_memory: float
    """Bytes of the worker for each ticket in its cache."""


async def measure(tickets: int, folder: Path) -> Running:
    """Opens so many tickets and gives each some commands."""
    stack = Stack(folder, workers=1, apis=1)
    database = Database(stack.postgres.url)
    try:
        people, _ = await begin(stack, database)
        return await _measure(stack, database, people, tickets)
    finally:
        database.close()
        await stack.stop()


async def _measure(stack: Stack, database: Database, people: world.World, tickets: int) -> Running:
    host, port = stack.apis[0].removeprefix("http://").split(":")
    connections = [Connection(host, int(port)) for _ in range(CALLERS)]
    clients = [one for one in people.clients if one.organisation not in world.STORMY.values()]
    names: list[str] = []

    async def post(who: int, path: str, secret: str, body: dict[str, Any]) -> Any:
        while True:
            try:
                return await connections[who].post(path, secret, body)
            except Refused as refused:  # a machine that is busy with other things keeps a step waiting for too long
                if " 503 " not in str(refused):
                    raise

    async def open_(who: int, number: int) -> None:
        caller = clients[number % len(clients)].caller
        body = {"subject": f"Gate {number} stays closed", "description": "No truck leaves since seven this morning.",
                "channel": "portal"}  # fmt: skip
        opened = await post(who, "/v1/tickets", caller.secret, body)
        names.append(opened["id"])

    async def command(who: int, number: int) -> None:
        path = f"/v1/tickets/{names[number % len(names)]}/status-updates"
        await post(who, path, people.staff[0].secret, {"text": f"The gate's reader is being changed {number}."})

    async def settled() -> None:
        for connection in connections:
            connection.close()  # an idle one would be closed by the server
        while outbox.counts(database)[outbox.State.pending]:  # noqa: ASYNC110  # another process empties it
            await asyncio.sleep(0.2)

    await _each(CALLERS, open_)  # what is done for the first time is not counted
    await _each(CALLERS, command)
    await settled()
    resident = _memory(stack)
    opening = await _cpu(stack, tickets, lambda: _then(_each(tickets, open_), settled()))
    per_cached = (_memory(stack) - resident) / tickets
    steps = COMMANDS * tickets
    commands = await _cpu(stack, steps, lambda: _then(_each(steps, command), settled()))
    reading = await _cpu(stack, tickets, lambda: _look(stack, people, names, tickets))
    kept = await asyncio.to_thread(_engine, stack.temporal.home / "temporal.db", len(names))
    return Running(tickets, opening, commands, reading, kept, per_cached)


async def _each(number: int, call: Callable[[int, int], Awaitable[None]]) -> None:
    numbers = iter(range(number))

    async def caller(who: int) -> None:
        for each in numbers:
            await call(who, each)

    await asyncio.gather(*(caller(who) for who in range(CALLERS)))


async def _then(*what: Awaitable[None]) -> None:
    for each in what:
        await each


async def _look(stack: Stack, people: world.World, names: list[str], times: int) -> None:
    headers = {"Authorization": f"Bearer {people.staff[0].secret}"}
    async with httpx.AsyncClient(base_url=stack.apis[0], headers=headers, trust_env=False, timeout=60) as http:
        for number in range(times):
            for path in ("/v1/tickets?status=open&limit=50", f"/v1/tickets/{names[number % len(names)]}"):
                answer = await http.get(path)
                assert answer.status_code == 200, answer.text


async def _cpu(stack: Stack, number: int, work: Callable[[], Awaitable[None]]) -> dict[str, float]:
    """Milliseconds that each process computed for one of `number`."""
    before = _times(stack)
    await work()
    return {name: (spent - before[name]) * 1000 / number for name, spent in _times(stack).items()}


def _times(stack: Stack) -> dict[str, float]:
    return {name.partition("-")[0]: sum(map(_spent, _family(part))) for name, part in stack.parts.items()}


def _spent(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _family(part: Any) -> list[psutil.Process]:
    # PostgreSQL's are its children; pooled connections keep theirs for the whole measurement.
    chief = psutil.Process(part._process.pid)
    return [chief, *chief.children(recursive=True)]


def _memory(stack: Stack) -> int:
    return int(psutil.Process(stack.parts["worker-1"]._process.pid).memory_info().rss)  # type: ignore[union-attr]


PARTS = {
    "history": ("history_node", "history_tree"),
    "mutable state": ("executions", "current_executions", "timer_info_maps", "activity_info_maps", "signal_info_maps"),
    "tasks that wait": ("timer_tasks", "transfer_tasks", "visibility_tasks", "history_scheduled_tasks",
                        "history_immediate_tasks"),
    "visibility": ("executions_visibility",),
}  # fmt: skip
"""Tables of the engine's store by what they are for."""


def _engine(file: Path, tickets: int) -> dict[str, float]:
    """Bytes per ticket in the engine's own tables, pages and indexes included."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        sizes = {name: _content(connection, name) for name in tables}
    return {what: sum(size for name, size in sizes.items() if name in names) / tickets for what, names in PARTS.items()}


def _content(connection: sqlite3.Connection, table: str) -> int:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    lengths = " + ".join(f'coalesce(length(CAST("{name}" AS BLOB)), 0)' for name in columns)
    return int(connection.execute(f"SELECT coalesce(sum({lengths}), 0) FROM {table}").fetchone()[0])
