"""Thousands of commands on one ticket, refused politely where they are too many: `python -m bench storm`.

Many callers at once send notes to one ticket as fast as they are answered, each under a key of its own. A refusal is
polite when it is a problem document with 429 or 503 and says when to try again. What got no certain answer is sent
again under its key afterwards, as the answer asks. Then each accepted note must stand in the record once, and no other
one; and no run of the ticket's history may be longer than continue-as-new lets it become.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from sqlalchemy import select

from bench.calling import Connection, Refused
from bench.figure import Figure
from bench.standing import Standing, rate, standing
from store.tables import events
from workflows.protocol import Start, workflow_id

COMMANDS, QUICK = 10_000, 1_000
CALLERS = 64
FEW, PATIENCE = 4, 200
"""Who send again what got no certain answer, and the seconds that they go on."""
LIMIT = int(Start.model_fields["history_limit"].default)
"""Events after which a run goes on as a new one."""


@dataclass
class Storm:
    """What came of it: who was accepted, refusals by status and code, rude answers, what the record has wrong."""

    sent: int
    accepted: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    rude: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    """Events of each run of the ticket, the oldest first."""
    seconds: float = 0.0


async def one(connection: Connection, path: str, key: str, name: str, storm: Storm) -> None:
    """Sends one note, and says what came of it."""
    try:
        await connection.post(path, key, {"text": f"Storm {name}."}, once=name)
    except Refused as refusal:
        code = json.loads(refusal.text).get("code", "") if refusal.text.startswith("{") else refusal.text[:40]
        storm.refused[f"{refusal.status} {code}"] += 1
        if refusal.status == 503:
            storm.unknown.add(name)
        polite = refusal.headers.get("content-type", "").startswith("application/problem+json")
        if refusal.status not in (429, 503) or not polite or not refusal.headers.get("retry-after", "").isdigit():
            storm.rude.append(str(refusal))
    except (OSError, EOFError) as fault:
        storm.rude.append(repr(fault))
        storm.unknown.add(name)
        connection.close()
    else:
        storm.accepted.add(name)
        storm.unknown.discard(name)


async def run(place: Standing, commands: int, callers: int) -> Storm:
    """The storm on a ticket of its own, and what is in the record after it."""
    storm = Storm(commands)
    connections, key = place.connections(callers), place.keys["level1"]
    ticket = await place.open(connections[0])
    path = f"/v1/tickets/{ticket}/notes"
    began = time.perf_counter()
    await rate(commands, callers, lambda who, each: one(connections[who], path, key, f"n-{each}", storm))
    storm.seconds = time.perf_counter() - began
    patience = time.monotonic() + PATIENCE
    while (again := sorted(storm.unknown)) and time.monotonic() < patience:
        await rate(len(again), FEW, lambda who, each: one(connections[who], path, key, again[each], storm))
    with place.database.read() as connection:
        bodies = connection.execute(select(events.c.body).where(events.c.ticket == ticket)).scalars().all()
    found = Counter(text for body in bodies if (text := json.loads(body)["fact"].get("text", "")).startswith("Storm "))
    wanted = {f"Storm {name}." for name in storm.accepted}
    storm.wrong = [f"{text} stands {found[text]} times" for text in wanted if found[text] != 1]
    storm.wrong += [f"{text} was never accepted" for text in found.keys() - wanted]
    storm.wrong += [f"{name} has no certain answer" for name in storm.unknown]
    storm.runs = await runs(place, ticket)
    return storm


async def runs(place: Standing, ticket: str) -> list[int]:
    """Events of each run of a ticket."""
    lengths: list[int] = []
    run_id: str | None = None
    while True:
        history = await place.client.get_workflow_handle(workflow_id(ticket), run_id=run_id).fetch_history()
        lengths.insert(0, len(history.events))
        run_id = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id or None
        if run_id is None:
            return lengths


async def measure(commands: int) -> Storm:
    """With the limits that a desk has by default."""
    async with standing(rate_requests="12000/minute", command_timeout=10) as place:
        return await run(place, commands, CALLERS)


def figures(quick: bool) -> list[Figure]:
    """What was lost, what was rude, how long the history became."""
    storm = asyncio.run(measure(QUICK if quick else COMMANDS))
    refused = ", ".join(f"{number:,} by {what}" for what, number in storm.refused.most_common())
    accepted, longest = len(storm.accepted), max(storm.runs)
    console = Console(width=160, highlight=False)
    console.print(f"{storm.sent:,} commands on one ticket by {CALLERS} callers in {storm.seconds:.0f} s")
    console.print(f"accepted: {accepted:,}, {accepted / storm.seconds:.0f} a second; refused: {refused or 'none'}")
    console.print(f"runs of the history: {len(storm.runs)}, of {min(storm.runs)} to {longest} events")
    for line in (*storm.wrong[:10], *storm.rude[:10]):
        console.print(line)
    lost, rude = len(storm.wrong), len(storm.rude)
    return [
        Figure("storm on one ticket: accepted and lost, or twice", lost, "", accepted, "accepted", "storm_lost"),
        Figure("refused rudely", rude, "", sum(storm.refused.values()), "refused", "storm_rude"),
        Figure("its longest run of history, events", longest, "", LIMIT, "the limit of a run", "storm_history"),
    ]
