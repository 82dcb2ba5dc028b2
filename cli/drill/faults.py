"""The faults: each is made in a running stack of `escalade up`, and taken back from what it noted."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from temporalio.service import RPCError, RPCStatusCode

from cli.client import ClientError
from runtime.secret import FILE
from runtime.settings import Settings
from runtime.temporal import connect
from store import drilling
from store.database import Database

Undo = dict[str, Any]
HELD_FOR = 4 * 3600
"""Seconds after which a drill that was forgotten lets go of the database."""
_HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""
SPOILT = "DR11800001"
"""Number of the ticket that a fault invents."""


@dataclass(frozen=True)
class Fault:
    """`cause` is the code that doctor, alert and runbook have for it. `make` returns what `heal` needs.

    `noticed` is how people would report it, and does not give the cause away; `what` does.
    """

    name: str
    cause: str
    what: str
    noticed: str
    make: Callable[[Settings], Undo]
    heal: Callable[[Settings, Undo], None]


def children(settings: Settings) -> dict[str, int]:
    """Process ids of the stack's processes that live, by name; none where no stack runs."""
    try:
        known = json.loads((settings.home / "stack.json").read_text())["children"]
    except (OSError, ValueError, KeyError):
        return {}
    return {name: int(one["pid"]) for name, one in known.items() if psutil.pid_exists(int(one["pid"]))}


def _stop(name: str) -> Callable[[Settings], Undo]:
    def make(settings: Settings) -> Undo:
        pid = children(settings)[name]
        began = psutil.Process(pid).create_time()
        os.kill(pid, signal.SIGSTOP)
        return {"pid": pid, "began": began}

    return make


def _go_on(_: Settings, undo: Undo) -> None:
    if (stopped := _still(undo)) is not None:
        stopped.send_signal(signal.SIGCONT)


def _still(undo: Undo) -> psutil.Process | None:
    """The process of a fault, if it still lives. An id is used again: somebody else's must not be touched."""
    try:
        process = psutil.Process(undo["pid"])
        return process if process.create_time() == undo["began"] else None
    except psutil.NoSuchProcess:
        return None


def _lock(settings: Settings) -> Undo:
    file = settings.home.resolve() / "escalade.db"
    # Another program that writes and never commits; it outlives this command, and gives up by itself in the end.
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(file), str(HELD_FOR)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert holder.stdout is not None
    if not holder.stdout.readline():
        raise ClientError(f"{file} could not be locked: somebody else holds it")
    return {"pid": holder.pid, "began": psutil.Process(holder.pid).create_time()}


def _release(_: Settings, undo: Undo) -> None:
    if (holder := _still(undo)) is not None:
        holder.kill()
        psutil.wait_procs([holder], timeout=10)


def _spoil(settings: Settings) -> Undo:
    async def begin() -> None:
        client = await connect(settings)
        # What it is started with cannot be read, as after a deployment that changed a message's shape.
        await client.start_workflow(
            "Ticket", "of another version", id=f"ticket-{SPOILT}", task_queue=settings.task_queue
        )

    asyncio.run(begin())
    return {}


def _clear(settings: Settings, _: Undo) -> None:
    async def end() -> None:
        client = await connect(settings)
        try:
            # Its own invention: a real ticket's workflow is never terminated.
            await client.get_workflow_handle(f"ticket-{SPOILT}").terminate(reason="the drill is over")
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise

    asyncio.run(end())


def _change(value: drilling.Value) -> tuple[Callable[[Settings], Undo], Callable[[Settings, Undo], None]]:
    """One value of the database, put to what is wrong, and back."""

    def make(settings: Settings) -> Undo:
        undo: Undo = {}
        _with_database(settings, lambda database: undo.update(value=drilling.spoil(database, value)))
        return undo

    def heal(settings: Settings, undo: Undo) -> None:
        _with_database(settings, lambda database: drilling.put_back(database, value, undo["value"]))

    return make, heal


def _hide(settings: Settings) -> Undo:
    hidden = settings.home / "secret.before"
    (settings.home / FILE).rename(hidden)
    return {"hidden": str(hidden)}


def _show(settings: Settings, undo: Undo) -> None:
    if Path(undo["hidden"]).exists():
        Path(undo["hidden"]).replace(settings.home / FILE)


def _with_database(settings: Settings, act: Callable[[Database], None]) -> None:
    database = Database(settings.sqlalchemy_url)
    try:
        act(database)
    finally:
        database.close()


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault(
            "worker-stopped",
            "worker-away",
            "the worker was stopped (SIGSTOP)",
            "pages open, and no step on a ticket comes to an end",
            _stop("worker"),
            _go_on,
        ),
        Fault(
            "engine-stopped",
            "engine-away",
            "the Temporal server was stopped (SIGSTOP)",
            "nothing can be done on a ticket; lists and pages can be read",
            _stop("temporal"),
            _go_on,
        ),
        Fault(
            "database-locked",
            "database-refuses-writes",
            "another program held the database",
            "pages open, and what is done does not show on them",
            _lock,
            _release,
        ),
        Fault(
            "deployment-gone-wrong",
            "ticket-stuck",
            "a ticket's workflow could not read its start",
            "one ticket does not answer; the others do",
            _spoil,
            _clear,
        ),
        Fault(
            "agreement-edited",
            "agreement-broken",
            "the agreement olcare had lost its severities",
            "the people of one client cannot open tickets",
            *_change(drilling.Value.agreement),
        ),
        Fault(
            "deployed-without-preparation",
            "migration-missing",
            "the database was at the revision before the newest",
            "after a deployment, some of it fails and most works",
            *_change(drilling.Value.revision),
        ),
        Fault(
            "secret-lost",
            "secret-missing",
            "the installation's secret was moved away",
            "a client says that the address in the mail does not sign in any more",
            _hide,
            _show,
        ),
    )
}
