"""One ticket: how it stands, its clocks that explain themselves, what happened, every step that can be taken now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access.auth import Caller, Principal
from api.access.reach import ReachedTicket
from api.board import rows
from api.board.clock_bars import WIDE, Bar, bar
from api.board.history import TITLES, Show, history_of
from api.board.showing import board_page
from api.board.step_fields import Field, asking, fields_of
from api.board.telling import facts_of, intake_of, state_in_words
from api.board.words import CHANNELS, COVERED, RESOLUTIONS, STEPS, WORKS, Named
from api.context import Context, Now, Ours
from api.operations.addresses import workflow_address
from api.pages import times
from api.pages.forms import Form
from api.pages.language import PageLanguage
from api.shapes import ClockView
from api.tickets import reads
from api.tickets.possible_steps import steps_of
from api.tickets.standing import standing
from domain.telling import promise
from domain.ticket import Ticket
from domain.words import ClockKind
from runtime.settings import Settings
from store import board, defects

router = APIRouter(include_in_schema=False)
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class Offered:
    """A step that can be taken, with its form's fields."""

    step: str
    words: Named
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Dial:
    """A clock with its drawing."""

    clock: ClockView
    bar: Bar

    @property
    def live(self) -> bool:
        return self.clock.ended_at is None


@router.get("/board/tickets/{id}", operation_id="board_ticket")
async def read(
    ticket: ReachedTicket,
    request: Request,
    caller: Caller,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    show: Show = Show.life,
    done: str | None = None,
    before: Before = None,
    step: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The page; after a step it says what was done. `step` opens a form, `before` begins the history earlier."""
    return await ticket_page(
        request, ours, caller, ticket, now, language, show=show, done=done, before=before, step=step
    )


async def ticket_page(
    request: Request,
    ours: Context,
    caller: Principal,
    ticket: str,
    now: datetime,
    language: str,
    *,
    show: Show = Show.life,
    done: str | None = None,
    before: int | None = None,
    status: int = 200,
    form: Form[Any] | None = None,
    step: str = "",
) -> Response:
    """The page of a ticket with the form of `step` open; `form` is that form, refused, with what was typed."""
    since = await run_in_threadpool(board.newest, ours.database)
    state, source = await standing(ours, ticket)
    clocks = await reads.clocks(ticket, caller, ours, now, language, Response())
    offered = await run_in_threadpool(_offered, ours, state, caller, now, language)
    past = await run_in_threadpool(history_of, ours.database, ticket, state.organisation, language, show, before)
    at = partial(times.instant, now=now, language=language, zone=state.terms.zone)
    settings: Settings = request.app.state.settings
    return board_page(
        request,
        "board/ticket.html",
        caller=caller,
        language=language,
        now=now,
        zone=state.terms.zone,
        status=status,
        state=state,
        live=source == "live",
        since=since,
        version=past.newest or state.sequence,
        sentence=state_in_words(state, language, at),
        facts=await run_in_threadpool(facts_of, ours, state, language),
        dials=_dials(clocks.items, now),
        wide=WIDE,
        kinds=rows.KINDS,
        reasons=rows.REASONS,
        statuses=rows.STATUSES,
        past=past,
        before=before,
        shows=TITLES,
        show=show,
        offered=offered,
        refused_elsewhere=form is not None and step not in {one.step for one in offered},
        form=form,
        step=step,
        done=STEPS[done].done if done in STEPS else None,
        intake=intake_of(state, language),
        covers=COVERED,
        works=WORKS,
        resolutions=RESOLUTIONS,
        defect=await run_in_threadpool(defects.get, ours.database, state.defect) if state.defect else None,
        channels=CHANNELS,
        promised=lambda words: promise(words, language),
        workflow=workflow_address(settings, ticket) if caller.may("operations_page") else None,
        traces=traces_address(settings, ticket) if caller.may("operations_page") else None,
    )


def _offered(ours: Context, state: Ticket, caller: Principal, now: datetime, language: str) -> list[Offered]:
    possible = steps_of(state, caller, now)
    if not possible:
        return []
    asked = asking(ours, state, caller.id, now, language)
    return [Offered(step, words, fields_of(step, asked)) for step, words in STEPS.items() if step in possible]


def _dials(clocks: list[ClockView], now: datetime) -> list[Dial]:
    """The live ones first, the promise that is nearest to being missed above all; then the others, newest first."""
    order = list(ClockKind)
    live = sorted((one for one in clocks if one.ended_at is None), key=lambda one: order.index(one.kind))
    ended = sorted((one for one in clocks if one.ended_at is not None), key=lambda one: -one.number)
    return [Dial(one, bar(one, now)) for one in (*live, *ended)]


def traces_address(settings: Settings, ticket: str) -> str | None:
    """Where the trace viewer shows what was done on the ticket; None when nobody has said where it is."""
    return settings.traces_url.replace("{ticket}", ticket) if settings.traces_url else None
