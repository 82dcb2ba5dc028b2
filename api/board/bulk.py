"""Several tickets given to somebody at once: a command for each, and what became of each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from api.access.auth import Caller, Principal
from api.board.showing import board_page
from api.context import Context, Now, Ours
from api.engine.tickets import EngineAway, EngineBusy
from api.http.idempotency import read_ticket_id
from api.http.problems import Problem
from api.pages.catalogue import say
from api.pages.doors import within
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.refusals import WORDS, refused_in_words
from api.shapes import Body
from api.tickets.commanding import take
from api.tickets.doors import BODIES
from api.tickets.steps import DOORS
from domain.commands import Name
from domain.errors import DomainError
from store import names, tickets

router = APIRouter(include_in_schema=False)
ASSIGN = next(door for door in DOORS if door.operation == "assign")
AT_ONCE = 8
"""Commands on their way at a time: each ticket has its own run, but a page must not take the engine for itself."""


class Selection(Body):
    """What the form under the list posts."""

    ticket: list[Annotated[str, Field(max_length=20)]] = Field([], max_length=200)
    assignee: Name
    back: str = Field("/board", max_length=2_000)


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket; `refused` says why not."""

    ticket: str
    subject: str
    refused: str | None = None


@router.post("/board/assignments", operation_id="board_assign")
async def assign_selected(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Every selected ticket by a command of its own: one that is refused holds no other up."""
    form = await read_form(request, Selection)
    if form.body is None:
        raise Problem(422, "invalid", "Choose whom the tickets are for: " + "; ".join(form.errors.values()))
    few = asyncio.Semaphore(AT_ONCE)

    async def one(number: str) -> Outcome:
        async with few:
            return await _assigned(ours, caller, form, number, now, language)

    wanted = list(dict.fromkeys(form.body.ticket))
    outcomes = await asyncio.gather(*(one(number) for number in wanted))
    staff = await run_in_threadpool(names.of_staff, ours.database)
    return board_page(
        request,
        "board/assigned.html",
        caller=caller,
        language=language,
        now=now,
        outcomes=outcomes,
        refused=sum(one.refused is not None for one in outcomes),
        assignee=staff.get(form.body.assignee, form.body.assignee),
        back=within(form.body.back),
        again=form.key,
    )


async def _assigned(
    ours: Context, caller: Principal, form: Form[Selection], number: str, now: datetime, language: str
) -> Outcome:
    assert form.body is not None
    ticket = read_ticket_id(number)
    row = await run_in_threadpool(tickets.get, ours.database, ticket) if ticket else None
    if ticket is None or row is None or not caller.reaches(row.organisation):
        return Outcome(number, "", refused_in_words("unknown_ticket", f'There is no ticket "{number}".', language))
    body = BODIES[ASSIGN.operation].model_validate({"assignee": form.body.assignee})
    try:
        # The form's key with the ticket's number: sent twice, each is asked for once.
        await take(ours, caller, ticket, f"{form.key}:{ticket}", ASSIGN, body, now)
    except (DomainError, Problem) as refusal:
        return Outcome(ticket, row.subject, refused_in_words(refusal.code, str(refusal), language))
    except (EngineAway, EngineBusy):
        return Outcome(ticket, row.subject, say(language, WORDS["engine_away"]))
    return Outcome(ticket, row.subject)
