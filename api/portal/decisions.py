"""Where the links of a mail lead: the page shows what is to be decided, its buttons decide.

A mail scanner that follows links accepts nothing.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from api.access.reach import ReachedTicket
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.pages import times
from api.pages.forms import Form
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.portal.acting import try_step
from api.portal.client import Client, ThisClient
from api.portal.history import solution_of
from api.portal.money import money
from api.portal.telling import state_in_words
from api.tickets.possible_steps import steps_of
from api.tickets.standing import standing
from domain.ticket import Ticket

router = APIRouter(prefix="/portal/tickets/{id}", include_in_schema=False)

CONSENT = ("consent", "refuse")
QUOTE = ("accept_quote", "refuse_quote")
Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/consent", operation_id="portal_consent")
async def show_consent(
    ticket: ReachedTicket, client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage
) -> Response:
    """The solution that is proposed, and whether it still waits for this client's word."""
    state, _ = await standing(ours, ticket)
    return await _consent_page(request, ours, client, state, language, now)


@router.post("/consent/{step}", operation_id="portal_decide_consent")
async def decide_consent(
    ticket: ReachedTicket, step: str, client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage
) -> Response:
    """Agrees, or refuses with the reason."""
    form, problem = await _decided(request, ours, client, ticket, step, CONSENT, language, now)
    if problem is None:
        return RedirectResponse(f"/portal/tickets/{ticket}?done={step}", status_code=303)
    state, _ = await standing(ours, ticket)
    return await _consent_page(request, ours, client, state, language, now, status=problem, form=form, step=step)


@router.get("/quotes/{number}", operation_id="portal_quote")
async def show_quote(
    ticket: ReachedTicket,
    number: Number,
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
) -> Response:
    """The quote, and whether it still waits for an answer."""
    state, _ = await standing(ours, ticket)
    return _quote_page(request, client, state, number, language, now)


@router.post("/quotes/{number}/{step}", operation_id="portal_decide_quote")
async def decide_quote(
    ticket: ReachedTicket,
    number: Number,
    step: str,
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
) -> Response:
    """Orders the work, or refuses the quote with the reason."""
    form, problem = await _decided(request, ours, client, ticket, step, QUOTE, language, now)
    if problem is None:
        return RedirectResponse(f"/portal/tickets/{ticket}?done={step}", status_code=303)
    state, _ = await standing(ours, ticket)
    return _quote_page(request, client, state, number, language, now, status=problem, form=form, step=step)


async def _decided(
    request: Request,
    ours: Context,
    client: Client,
    ticket: str,
    step: str,
    steps: tuple[str, ...],
    language: str,
    now: datetime,
) -> tuple[Form[Any], int | None]:
    if step not in steps:
        raise Problem(404, "not_found", "There is no such step.")
    return await try_step(request, ours, client, ticket, step, language, now)


async def _consent_page(
    request: Request, ours: Context, client: Client, state: Ticket, language: str, now: datetime, **shown: Any
) -> Response:
    solution = await run_in_threadpool(solution_of, ours.database, state.id, language)
    return _page(
        request, "portal/consent.html", client, state, language, now, CONSENT,
        solution=solution if state.resolution else None, limits=ours.attachments, **shown,
    )  # fmt: skip


def _quote_page(
    request: Request, client: Client, state: Ticket, number: int, language: str, now: datetime, **shown: Any
) -> Response:
    """A Problem (404) for a number that no quote of the ticket has had."""
    if state.quote is None or number > state.quote.number:
        raise Problem(404, "not_found", "There is no such quote.")
    newest = state.quote.number == number
    return _page(
        request, "portal/quote.html", client, state, language, now, QUOTE if newest else (),
        quote=state.quote, number=number, newest=newest, money=partial(money, language), **shown,
    )  # fmt: skip


def _page(
    request: Request,
    template: str,
    client: Client,
    state: Ticket,
    language: str,
    now: datetime,
    steps: tuple[str, ...],
    *,
    status: int = 200,
    form: Form[Any] | None = None,
    step: str = "",
    **shown: Any,
) -> Response:
    at = partial(times.instant, now=now, language=language, zone=state.terms.zone)
    can = steps_of(state, client.caller, now)
    return page(
        request, template, language=language, now=now, zone=state.terms.zone, status=status, state=state,
        sentence=state_in_words(state, language, at), can=[one for one in steps if one in can], form=form, step=step,
        **shown,
    )  # fmt: skip
