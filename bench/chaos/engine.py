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
from domain.events import Event, due_instant
from domain.evolve import rebuild
from domain.ticket import Ticket
from domain.words import Status
from store import tickets
from store.database import Database
from workflows.protocol import STATE, workflow_id

SAME = "the engine and the record say the same"
MOVES = "every ticket moves on by itself when the fault ends"
AT_ONCE = 8
NEVER_DURABLE = "steps that nobody was told of, recorded and never durable"
TRIES = 90
"""Half a second apart: a task whose worker was lost is given to another after ten seconds, and that one is busy too."""
_STILL = timedelta(seconds=10)
"""How long something may have been due at a look, on a machine that is busy."""


async def check(
    client: Client, database: Database, names: Sequence[str], acknowledged: frozenset[str], findings: Findings
) -> None:
    """Asks each ticket's newest run; one that is moving on is looked at again.

    A step that was recorded and lost with its engine, and that its caller gave up, stands in the record until the
    ticket's next one (docs/decisions/0005-the-record.md): it is counted, unless it was `acknowledged` (commands' ids).
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with gate:
            await _check_one(client, database, name, acknowledged, findings)

    await asyncio.gather(*(one(name) for name in names))


async def _check_one(
    client: Client, database: Database, name: str, acknowledged: frozenset[str], findings: Findings
) -> None:
    live: Ticket | None = None
    history: Sequence[Event] = ()
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
        history = await asyncio.to_thread(tickets.history, database, name)
        stored = rebuild(history)
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
    elif ahead and live is not None and _nobody_was_told(live, history, acknowledged):
        findings.counts[NEVER_DURABLE] += 1
    elif ahead:
        findings.say(SAME, f"{name}: {ahead}")
    else:
        findings.say(MOVES, f"{name} was due at {next_due(live) if live else None} and stands still")


def _nobody_was_told(live: Ticket, history: Sequence[Event], acknowledged: frozenset[str]) -> bool:
    """Whether the record is what the engine knows and, behind it, one step that no caller was ever answered."""
    behind = [event for event in history if event.sequence > live.sequence]
    commands = {event.cause for event in behind if due_instant(event.cause) is None}
    known = rebuild(history[: live.sequence])
    return live == known and len(commands) == 1 and not commands & acknowledged


async def connected(address: str) -> Client:
    """A client of the engine past every link, once it answers."""
    from temporalio.contrib.pydantic import pydantic_data_converter

    while True:
        with suppress(RuntimeError, RPCError):
            return await Client.connect(address, data_converter=pydantic_data_converter)
        await asyncio.sleep(0.2)
