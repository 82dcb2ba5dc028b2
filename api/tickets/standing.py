"""A ticket as it stands now: from its run, or from the record when there is none or nobody answers."""

from __future__ import annotations

from typing import Literal

from fastapi.concurrency import run_in_threadpool

from api.context import Context
from api.engine.tickets import EngineAway, EngineBusy, NoRun
from api.http.problems import unknown_ticket
from domain.evolve import rebuild
from domain.ticket import Ticket
from store import tickets

Source = Literal["live", "record"]


async def standing(ours: Context, ticket: str) -> tuple[Ticket, Source]:
    """The state, and where it is from. A Problem (404) for an unknown ticket; EngineAway when nobody can say."""
    try:
        return await ours.engine.state(ticket), "live"
    except (NoRun, EngineAway, EngineBusy) as error:
        try:
            history = await run_in_threadpool(tickets.history, ours.database, ticket)
        except tickets.Gap:
            history = []
        if history:
            return rebuild(history), "record"
        if isinstance(error, NoRun):
            raise unknown_ticket(ticket) from None
        raise
