"""Carrying out the plan: each fault begins, lasts, and is healed; what was done when is kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from bench.chaos.plan import Fault
from bench.chaos.stack import Stack


@dataclass(frozen=True)
class Done:
    """A fault as it really was, in seconds since the start. `note`: what kept it from being carried out as planned."""

    fault: Fault
    began: float
    ended: float
    note: str = ""


class Faults:
    """`run` carries out a plan; `heal` ends all that may still be wrong. `now` is seconds since the start."""

    def __init__(self, stack: Stack, now: Callable[[], float]) -> None:
        self._stack = stack
        self._now = now
        self.done: list[Done] = []
        self.current: set[str] = set()

    async def run(self, planned: Sequence[Fault]) -> None:
        """Returns when the last one is healed."""
        async with asyncio.TaskGroup() as group:
            for fault in planned:
                await asyncio.sleep(max(0.0, fault.at - self._now()))
                group.create_task(self._carry_out(fault))

    async def heal(self) -> None:
        """Everything runs, every link carries, the database and the mail server take what comes."""
        stack = self._stack
        stack.mailbox.mood = "well"
        for link in stack.links.values():
            await link.mend()
        for part in stack.parts.values():
            part.resume()
        stack.postgres.tidy()
        await stack.postgres.ready()
        await asyncio.to_thread(stack.postgres.refuse_writes, False)
        await asyncio.to_thread(stack.postgres.allow_connections, -1)

    async def _carry_out(self, fault: Fault) -> None:
        began, note = self._now(), ""
        self.current.add(str(fault))
        try:
            await _HOW[fault.kind](self._stack, fault)
        except psycopg.Error as error:
            # The database is down for another fault: that one is harm enough.
            note = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        finally:
            self.current.discard(str(fault))
        self.done.append(Done(fault, began, self._now(), note))


async def _kill(stack: Stack, fault: Fault) -> None:
    stack.parts[fault.target].kill(fault.lasts)
    await asyncio.sleep(fault.lasts)


async def _pause(stack: Stack, fault: Fault) -> None:
    part = stack.parts[fault.target]
    part.pause()
    await asyncio.sleep(fault.lasts)
    part.resume()


async def _restart(stack: Stack, fault: Fault) -> None:
    stack.parts[fault.target].end()


async def _reset(stack: Stack, fault: Fault) -> None:
    stack.links[fault.target].reset()


async def _refuse(stack: Stack, fault: Fault) -> None:
    link = stack.links[fault.target]
    link.refuse()
    await asyncio.sleep(fault.lasts)
    await link.mend()


async def _hang(stack: Stack, fault: Fault) -> None:
    link = stack.links[fault.target]
    link.hang()
    await asyncio.sleep(fault.lasts)
    # By the plan's own digits, so that a seed decides it: half of what hung is found broken.
    await link.mend(lose=int(fault.lasts * 100) % 2 == 1)


async def _database(stack: Stack, fault: Fault) -> None:
    postgres, how = stack.postgres, fault.target
    if how == "full" and postgres.own_disk:
        await asyncio.to_thread(postgres.fill)
        await asyncio.sleep(fault.lasts)
        postgres.tidy()
    elif how in ("full", "read-only"):  # where no disk can be mounted, the database refuses instead
        await asyncio.to_thread(postgres.refuse_writes, True)
        await asyncio.sleep(fault.lasts)
        await asyncio.to_thread(postgres.refuse_writes, False)
    elif how == "few-connections":
        await asyncio.to_thread(postgres.allow_connections, 3)
        await asyncio.sleep(fault.lasts)
        await asyncio.to_thread(postgres.allow_connections, -1)
    elif how == "interrupted":
        until = time.monotonic() + fault.lasts
        while time.monotonic() < until:
            await asyncio.to_thread(postgres.end_connections)
            await asyncio.sleep(0.3)
    else:
        await asyncio.to_thread(_lock, stack, fault.lasts)


def _lock(stack: Stack, seconds: float) -> None:
    """Nobody reads or writes events for a while."""
    with stack.postgres.chief() as connection, connection.transaction(), suppress(psycopg.errors.QueryCanceled):
        connection.execute("SET LOCAL lock_timeout = '5s'")
        connection.execute("LOCK TABLE events, outbox IN ACCESS EXCLUSIVE MODE")
        connection.execute("SELECT pg_sleep(%s)", (seconds,))


async def _mail(stack: Stack, fault: Fault) -> None:
    stack.mailbox.mood = fault.target
    await asyncio.sleep(fault.lasts)
    stack.mailbox.mood = "well"


_HOW = {
    "kill": _kill,
    "pause": _pause,
    "restart": _restart,
    "reset": _reset,
    "refuse": _refuse,
    "hang": _hang,
    "database": _database,
    "mail": _mail,
}
