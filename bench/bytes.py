"""What an open ticket takes in the engine's store, over a bare workflow of the same need: `python -m bench bytes`.

The floor is a bare workflow that is given what ours is given (what was filed, and the terms that were agreed), waits
for an instant, and does nothing else. So the floor pays for the payload, the timer and the engine's own bookkeeping;
what ours adds is the step that recorded the opening, search attributes, memo and the words of the Web UI. Measured as
the growth of the dev server's file, in pages that are in use; then again after some commands, for which the bare one
has had as many updates, as long ones and with answers as long.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.bare import QUEUE, BareTicket
from bench.figure import Figure
from bench.standing import Standing, rate, standing
from workflows.protocol import workflow_id

NUMBER, QUICK = 300, 60
CALLERS = 8
WARM = 10
COMMANDS = 4
"""That each has had when it is looked at the second time."""


def used(home: Path) -> int:
    """Bytes of the pages in use, as a reader sees the file, its write-ahead log included."""
    with closing(sqlite3.connect(f"file:{home / 'temporal.db'}?mode=ro", uri=True, timeout=30)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


class Sent(NamedTuple):
    """What ours sends: the input of its start, and how long a command and its answer are."""

    filed: dict[str, Any]
    command: int
    answer: int


async def sent(place: Standing, ticket: str) -> Sent:
    """Read from the history of a ticket that has had a command."""
    history = await place.client.get_workflow_handle(workflow_id(ticket)).fetch_history()
    filed: dict[str, Any] = {}
    command = answer = 0
    for event in history.events:
        if event.HasField("workflow_execution_started_event_attributes"):
            filed = json.loads(event.workflow_execution_started_event_attributes.input.payloads[0].data)
        for payload in event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args.payloads:
            command = len(payload.data)
        for payload in event.workflow_execution_update_completed_event_attributes.outcome.success.payloads:
            answer = len(payload.data)
    return Sent(filed, command, answer)


async def measure(number: int) -> tuple[dict[str, tuple[float, float]], Sent]:
    """Bytes for each, ours and bare: when it has been opened, and what `COMMANDS` commands add."""
    async with standing() as place:
        connections, home = place.connections(CALLERS), place.stack.home
        tickets: list[str] = []
        key = place.keys["level1"]

        async def open_(who: int, each: int) -> None:
            tickets.append(await place.open(connections[who], each))

        async def note(who: int, each: int) -> None:
            for _turn in range(COMMANDS):
                await connections[who].post(f"/v1/tickets/{tickets[each]}/notes", key, {"text": "Same as last week."})

        await rate(WARM, CALLERS, open_)
        await note(0, 0)
        ours = await sent(place, tickets[0])

        async def begin(_: int, each: int) -> None:
            await place.client.start_workflow(
                BareTicket.run, args=[ours.filed, 86_400.0], id=f"{stamp}-{each}", task_queue=QUEUE
            )

        async def add(_: int, each: int) -> None:
            handle = place.client.get_workflow_handle(f"{stamp}-{each}")
            for _turn in range(COMMANDS):
                await handle.execute_update(BareTicket.take, args=["c" * ours.command, ours.answer])

        stamp = f"bare-{time.monotonic_ns()}"
        await rate(WARM, CALLERS, begin)
        tickets.clear()
        stamp = f"bare-{time.monotonic_ns()}"
        sizes = []
        for call in (open_, begin, note, add):
            await place.settled()
            before = used(home)
            await rate(number, CALLERS, call)
            await place.settled()
            await asyncio.sleep(2)  # visibility is written a moment later
            sizes.append((used(home) - before) / number)
    return {"opened": (sizes[0], sizes[1]), "later": (sizes[0] + sizes[2], sizes[1] + sizes[3])}, ours


def figures(quick: bool) -> list[Figure]:
    """Kilobytes for each."""
    found, ours = asyncio.run(measure(QUICK if quick else NUMBER))
    length = len(json.dumps(ours.filed)) / 1000
    table = Table(title="Growth of the engine's file for each ticket, kB")
    for heading in ("what", "ours", "bare", "ratio"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    lines = {"opened": "an open ticket, engine's store", "later": f"the same after {COMMANDS} commands"}
    for what, (mine, bare) in found.items():
        table.add_row(lines[what], f"{mine / 1000:.1f}", f"{bare / 1000:.1f}", f"{mine / bare:.2f}")
    Console().print(table)
    Console().print(
        f"Either is started with {length:.1f} kB; a command has {ours.command} bytes, its answer {ours.answer}."
    )
    return [
        Figure(lines[what], mine / 1000, "kB", bare / 1000, "a bare one, same input", "bytes")
        for what, (mine, bare) in found.items()
    ]
