"""Waiting until all is quiet after the last fault: nothing overdue, nothing left to tell. Operations does its part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bench.chaos.findings import Findings
from bench.chaos.world import Caller
from store.database import Database
from store.tables import outbox, tickets

MOVES = "every ticket moves on by itself when the fault ends"
_FRESH, _STILL = timedelta(seconds=5), timedelta(seconds=5)


async def settle(
    database: Database, api: str, operations: Caller, findings: Findings, patience: float, say: Callable[[str], None]
) -> float:
    """Returns after how many seconds it was quiet; says so in `findings` when it is not within `patience` seconds.

    What the mail server had refused for good is sent again through the API, as somebody on call would do.
    """
    began = time.monotonic()
    headers = {"Authorization": f"Bearer {operations.secret}"}
    async with httpx.AsyncClient(trust_env=False, timeout=20, headers=headers) as http:
        while True:
            try:
                late, waiting, failed = await asyncio.to_thread(_left, database)
            except SQLAlchemyError as error:
                late, waiting, failed = -1, -1, 0
                say(f"settling: the database does not answer yet ({type(error).__name__})")
            if (late, waiting, failed) == (0, 0, 0):
                return time.monotonic() - began
            say(f"settling: {late} overdue, {waiting} messages waiting, {failed} given up")
            if failed:
                await _resend(http, api, findings)
            if time.monotonic() - began > patience:
                what = (
                    f"after {patience:g} s {late} tickets are overdue, {waiting} messages wait, {failed} are given up"
                )
                findings.say(MOVES, what)
                return patience
            await asyncio.sleep(1.0)


def _left(database: Database) -> tuple[int, int, int]:
    now = datetime.now(UTC)
    overdue = (tickets.c.next_due < now - _STILL, tickets.c.status != "archived")
    waiting = (outbox.c.state == "pending", outbox.c.created_at < now - _FRESH)
    with database.read() as connection:
        late = connection.execute(select(func.count()).select_from(tickets).where(*overdue)).scalar_one()
        unsent = connection.execute(select(func.count()).select_from(outbox).where(*waiting)).scalar_one()
        failed = connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.state == "failed")
        ).scalar_one()
    return int(late), int(unsent), int(failed)


async def _resend(http: httpx.AsyncClient, api: str, findings: Findings) -> None:
    try:
        answer = await http.post(f"{api}/v1/messages/resend", json={})
    except httpx.HTTPError:
        return
    if answer.status_code == 200:
        findings.counts["messages sent again by operations"] += answer.json()["resent"]
    elif answer.status_code not in (503, 429):
        findings.say("what was given up can be sent again", f"{answer.status_code} {answer.text[:300]}")
