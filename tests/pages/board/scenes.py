"""Tickets as a desk has them on an ordinary day, made through the API's doors."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from tests.api.conftest import World

CRITICAL = {"subject": "The gates stay closed", "severity": "critical"}
IMPORTANT = {"subject": "Badges of the night shift are not read at gate 3", "severity": "important"}
LOW = {"subject": "One more column on the delivery note", "severity": "low"}


Answer = TypeVar("Answer")


def run(asked: Coroutine[Any, Any, Answer]) -> Answer:
    """What a door of the API answers; in a thread of its own, for the browser's driver has the loop of this one."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, asked).result()


def opened(world: World, **changes: Any) -> str:
    """A ticket of ACME; its number."""
    return run(world.open(**changes))


def done(world: World, who: str, ticket: str, path: str, **body: Any) -> dict[str, Any]:
    """A step that must succeed."""
    return run(world.step(who, ticket, path, **body))


def busy(world: World) -> dict[str, str]:
    """A dozen tickets of two clients in every state that a queue shows; their numbers by what they are."""
    found = {
        "late": opened(world, **IMPORTANT),
        "mine": opened(world, **CRITICAL),
        "waiting": opened(world, **{**IMPORTANT, "subject": "Which firmware do the new controllers need?"}),
    }
    world.turn(minutes=20)
    found["resolved"] = opened(world, **{**LOW, "subject": "The summer time is missing on the printed report"})
    found["elsewhere"] = opened(world, **LOW)
    done(world, "level1", found["mine"], "triage", severity="critical", reason="No badge works.", assignee="bob")
    done(world, "level1", found["mine"], "acknowledgement", means="call", text="We are on it.")
    done(world, "level1", found["waiting"], "triage", severity="important", reason="As filed.", assignee="bob")
    done(world, "level1", found["waiting"], "questions", question="Which type plate do they carry?")
    done(world, "level1", found["resolved"], "triage", severity="low", reason="As filed.", assignee="bob")
    done(
        world,
        "level1",
        found["resolved"],
        "resolution",
        kind="fix",
        text="The report reads the zone now.",
        cause="configuration",
        cause_text="No zone was set.",
    )
    done(world, "level1", found["elsewhere"], "triage", severity="low", reason="As filed.", assignee="bob")
    world.turn(minutes=25)
    for number, subject in enumerate(
        ("Camera 4 shows no picture", "A visitor’s badge opens the server room", "The export stops at 10,000 lines")
    ):
        found[f"new{number}"] = opened(world, subject=subject, severity=("critical", "critical", "low")[number])
    return found
