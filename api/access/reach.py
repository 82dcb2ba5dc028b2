"""Which ticket a request means, and whether the caller may reach it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from fastapi.concurrency import run_in_threadpool

from api.access.auth import Caller, Principal
from api.context import Context, Ours
from api.http.idempotency import read_ticket_id
from api.http.problems import unknown_ticket
from api.shapes import TICKET
from runtime.telemetry import carry
from store import tickets


def mark(ticket: str) -> None:
    """Puts the ticket's number on the request's span, and on every span that follows from it."""
    carry(ticket=ticket)


async def reached(
    caller: Caller,
    ours: Ours,
    id: Annotated[str, Path(description="the ticket's number", max_length=100, examples=[TICKET])],
) -> str:
    """The ticket's number, when the caller may reach it.

    Another organisation's ticket and an unknown one take the same way here and get the same answer: nobody learns
    which numbers exist.
    """
    ticket = read_ticket_id(id)
    if ticket is None:
        raise unknown_ticket(id)
    mark(ticket)
    if caller.organisation is not None and not await _owned(ours, caller, ticket):
        raise unknown_ticket(id)
    return ticket


async def owner(ours: Context, ticket: str) -> str:
    """The organisation whose ticket it is. A Problem (404) when there is no such ticket."""
    known = ours.owners.get(ticket)
    if known is None:
        stored = await run_in_threadpool(tickets.get, ours.database, ticket)
        # Opened milliseconds ago, it is in the engine only.
        opened = await ours.engine.opened(ticket) if stored is None else None
        known = stored.organisation if stored else opened.organisation if opened else None
    if known is None:
        raise unknown_ticket(ticket)
    ours.owners.put(ticket, known)
    return known


async def _owned(ours: Context, caller: Principal, ticket: str) -> bool:
    owner = ours.owners.get(ticket)
    if owner is None:
        stored = await run_in_threadpool(tickets.get, ours.database, ticket)
        owner = stored.organisation if stored else None
        if owner is None or not caller.reaches(owner):
            # Opened milliseconds ago, it is in the engine only; asked in both cases, for both must take as long.
            opened = await ours.engine.opened(ticket)
            owner = owner or (opened.organisation if opened else None)
        if owner is None:
            return False
        if caller.reaches(owner):
            ours.owners.put(ticket, owner)
    return caller.reaches(owner)


ReachedTicket = Annotated[str, Depends(reached)]
