"""A ticket's commands take turns: few at the engine, some waiting, the rest refused."""

from __future__ import annotations

import asyncio

import pytest

from api.engine.turns import AT_ONCE, IN_HAND, NoTurn, Turns


class Door:
    """Commands that stay at the engine until they are let go."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.there: list[str] = []
        self.open = asyncio.Event()

    async def command(self, ticket: str) -> None:
        async with self.turns.of(ticket):
            self.there.append(ticket)
            await self.open.wait()


async def begun(door: Door, *tickets: str) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(door.command(ticket)) for ticket in tickets]
    for _ in range(len(tasks) + 5):
        await asyncio.sleep(0)
    return tasks


async def test_a_storm_on_one_ticket_reaches_the_engine_a_few_at_a_time_and_leaves_others_alone() -> None:
    door = Door()
    storm = await begun(door, *["T1"] * IN_HAND)
    other = await begun(door, "T2")
    assert door.there == ["T1"] * AT_ONCE + ["T2"]
    with pytest.raises(NoTurn, match="T1"):
        await door.command("T1")
    door.open.set()
    await asyncio.gather(*storm, *other)
    assert door.there.count("T1") == IN_HAND
    await door.command("T1")


async def test_who_gives_up_waiting_frees_the_place() -> None:
    door = Door()
    storm = await begun(door, *["T1"] * IN_HAND)
    storm[-1].cancel()
    await asyncio.wait(storm[-1:])
    storm += await begun(door, "T1")
    door.open.set()
    await asyncio.gather(*storm[:-2], storm[-1])
    assert door.there.count("T1") == IN_HAND
