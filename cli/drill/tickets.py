"""A ticket that a drill opens through the API, as a client of the demo; and how its workflow is broken."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from api.engine.tickets import TicketEngine
from cli.client import Api, ClientError, read_demo
from cli.drill.processes import Undo
from cli.reconciling.looking import Look
from cli.reconciling.mending import Mender
from cli.reconciling.retelling import Reteller
from domain.commands import Actor
from domain.words import Role
from runtime.settings import Settings
from runtime.temporal import connect
from store.database import Database

WITHIN = 90.0
"""Seconds in which a worker that was just started again takes a command."""
_FILED = {
    "subject": "The turnstile at gate 2 counts twice",
    "description": "Since this morning each person is counted twice.",
    "channel": "portal",
}


def opened(settings: Settings) -> str:
    """Number of a new ticket, recorded. ClientError when none could be opened."""
    api, key = Api(settings.api_url, str(read_demo()["keys"]["client"])), uuid.uuid4().hex
    until = time.monotonic() + WITHIN
    while True:
        try:
            ticket = str(api.post("/v1/tickets", dict(_FILED), idempotency_key=key)["id"])
            # An opening is answered as soon as the engine has it: until it is recorded, nothing has happened on it.
            if api.get(f"/v1/tickets/{ticket}/timeline")["items"]:
                return ticket
        except ClientError:
            if time.monotonic() > until:
                raise
        if time.monotonic() > until:
            raise ClientError(f"ticket {ticket} was opened, and was not recorded within {WITHIN:.0f} s")
        time.sleep(1)


def spoil(settings: Settings) -> Undo:
    """The ticket's workflow is there, and cannot read what it was started with."""
    ticket = opened(settings)

    async def begin(client: Client) -> None:
        # As after a deployment that changed a message's shape. Only a ticket of the drill's own is treated so.
        name = f"ticket-{ticket}"
        await client.get_workflow_handle(name).terminate(reason="a drill")
        await client.start_workflow("Ticket", "of another version", id=name, task_queue=settings.task_queue)

    _with_engine(settings, begin)
    return {"ticket": ticket}


def clear(settings: Settings, undo: Undo) -> None:
    """What `escalade reconcile --mend --ticket` does, where nobody has done it meanwhile."""
    database = Database(settings.sqlalchemy_url)

    async def end(client: Client) -> None:
        look = Look(client, database, Reteller(client.data_converter))
        engine = TicketEngine(client, task_queue=settings.task_queue, timeout=timedelta(seconds=20))
        mender = Mender(look, engine, Actor(role=Role.system, id="drill"), lambda: datetime.now(UTC))
        if [found async for found in look.everything(only=undo["ticket"])]:
            await mender.begin_again(undo["ticket"])

    try:
        _with_engine(settings, end)
    finally:
        database.close()


def _with_engine(settings: Settings, act: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        await act(await connect(settings))

    asyncio.run(run())
