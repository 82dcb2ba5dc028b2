"""The look at the engine: each ticket's live state is what its record adds up to, and none stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from bench.chaos.findings import Findings
from domain.elapse import next_due
from domain.evolve import rebuild
from domain.ticket import Ticket
from domain.words import Status
from store import tickets
from store.database import Database
from workflows.protocol import STATE, workflow_id

SAME = "the engine and the record say the same"
MOVES = "every ticket moves on by itself when the fault ends"
AT_ONCE = 8
TRIES = 20
_STILL = timedelta(seconds=10)
"""How long something may have been due at a look, on a machine that is busy."""


async def check(client: Client, database: Database, names: Sequence[str], findings: Findings) -> None:
    """Asks each ticket's newest run; one that is moving on is looked at again."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with gate:
            await _check_one(client, database, name, findings)

    await asyncio.gather(*(one(name) for name in names))


async def _check_one(client: Client, database: Database, name: str, findings: Findings) -> None:
    live: Ticket | None = None
    trouble, ahead = "", ""
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(15):
                handle = client.get_workflow_handle(workflow_id(name))
                live = await handle.query(STATE, result_type=Ticket)
        except (RPCError, WorkflowQueryFailedError, TimeoutError) as error:
            trouble = f"{type(error).__name__}: {error}"
            await asyncio.sleep(0.5)
            continue
        trouble = ""
        stored = rebuild(await asyncio.to_thread(tickets.history, database, name))
        now = datetime.now(UTC)
        due = next_due(live)
        standing = live.status is not Status.archived and due is not None and now - due > _STILL
        ahead = ""
        if live != stored:
            ahead = f"the engine is at number {live.sequence}, the record at {stored.sequence}"
        if not ahead and not standing:
            findings.counts["tickets whose engine and record agree"] += 1
            return
        await asyncio.sleep(0.5)
    if trouble:
        findings.say(MOVES, f"{name} does not answer: {trouble}")
    elif ahead:
        findings.say(SAME, f"{name}: {ahead}")
    else:
        findings.say(MOVES, f"{name} was due at {next_due(live) if live else None} and stands still")


async def connected(address: str) -> Client:
    """A client of the engine past every link, once it answers."""
    from temporalio.contrib.pydantic import pydantic_data_converter

    while True:
        with suppress(RuntimeError, RPCError):
            return await Client.connect(address, data_converter=pydantic_data_converter)
        await asyncio.sleep(0.2)
