"""What comes next on a running ticket if nobody does anything: from the workflow's own state, by its own rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.access.auth import Caller
from api.access.reach import ReachedTicket
from api.context import Language, Now, Ours
from api.engine.tickets import NoRun
from api.http.problems import unknown_ticket
from api.shapes import TICKET, example
from api.tickets.sentences import sentence
from domain.forecast import Foreseen, forecast
from domain.terms import Terms
from domain.visible import for_client
from domain.words import Role
from store import tickets

router = APIRouter(prefix="/v1/tickets", tags=["reading"])

_SOON = {
    "at": "2026-03-02T09:15:00Z", "types": ["clock_ended", "clock_started", "status_updated"],
    "sentences": ["Automatic status update; the next one by 2026-03-02 11:45 Europe/Paris"],
    "told": [{"template": "update_automatic", "to": "contact anna", "language": "fr"}],
}  # fmt: skip


class WouldTell(BaseModel):
    """A message that would go out: its template, to whom, in which language."""

    template: str
    to: str
    language: str


class ForeseenView(BaseModel):
    """What one instant would bring, a sentence for each event."""

    model_config = example(**_SOON)

    at: datetime
    types: list[str]
    sentences: list[str]
    told: list[WouldTell]


class ForecastView(BaseModel):
    """What comes by `until` if nobody does anything; `more` when that was not all of it.

    `zone`: by whose wall clock the sentences tell their instants; null where nothing is ahead of it any more.
    """

    model_config = example(ticket=TICKET, until="2026-03-09T08:00:00Z", more=False, zone="Europe/Paris", items=[_SOON])

    ticket: str
    until: datetime
    more: bool
    zone: str | None = None
    items: list[ForeseenView]


@router.get("/{id}/forecast", operation_id="read_forecast", summary="Read what comes next if nobody does anything")
async def read_forecast(
    ticket: ReachedTicket,
    caller: Caller,
    ours: Ours,
    now: Now,
    language: Language,
    response: Response,
    days: Annotated[int, Query(ge=1, le=365, description="how far to look ahead")] = 7,
    limit: Annotated[int, Query(ge=1, le=200, description="at most so many instants")] = 50,
) -> ForecastView:
    """Instant by instant: updates, warnings, promises missed, people told. A client sees nothing internal.

    A ticket that is archived, or that the engine no longer has, has nothing ahead.
    """
    response.headers["Content-Language"] = language
    until = now + timedelta(days=days)
    try:
        state = await ours.engine.state(ticket)
    except NoRun:
        if not await run_in_threadpool(tickets.exists, ours.database, ticket):
            raise unknown_ticket(ticket) from None
        return ForecastView(ticket=ticket, until=until, more=False, items=[])
    found = await run_in_threadpool(forecast, state, now, until, limit + 1)
    client = caller.role is Role.client
    items = [_view(one, state.terms, language, client=client) for one in found[:limit]]
    shown = [one for one in items if one.types]
    return ForecastView(ticket=ticket, until=until, more=len(found) > limit, zone=state.terms.zone, items=shown)


def _view(one: Foreseen, terms: Terms, language: str, *, client: bool) -> ForeseenView:
    events = [event for event in one.events if not client or for_client(event)]
    told = [message for message in one.messages if not client or message.to.kind == "contact"]
    return ForeseenView(
        at=one.at,
        types=[event.fact.type for event in events],
        sentences=[sentence(event, terms, language) for event in events],
        told=[
            WouldTell(template=message.template, to=f"{message.to.kind} {message.to.id}", language=message.language)
            for message in told
        ],
    )
