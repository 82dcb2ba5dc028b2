"""One ticket as its client sees it: the state in a sentence, what is awaited, promises, history, and every step."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access.reach import ReachedTicket
from api.context import Context, Now, Ours
from api.pages import times
from api.pages.forms import Form
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.portal.agreements import agreement_title
from api.portal.asked import intake_items
from api.portal.client import Client, ThisClient
from api.portal.history import history_of, solution_of
from api.portal.money import money
from api.portal.promises import promises_of
from api.portal.telling import level, state_in_words
from api.portal.words import COVERS, DONE, OFFERS
from api.tickets.possible_steps import steps_of
from api.tickets.standing import standing
from domain.awaiting import awaited
from domain.rules.charging import cover_of
from domain.ticket import Ticket
from domain.words import Status
from store import directory

router = APIRouter(prefix="/portal/tickets", include_in_schema=False)

AWAITED_STEPS = {
    "answer": ("answer",),
    "consent": ("consent", "refuse"),
    "quote": ("accept_quote", "refuse_quote"),
    "intake": ("supply",),
}
"""By what is awaited: the steps that give it. They stand ahead of all others."""


@router.get("/{id}", operation_id="portal_ticket")
async def show(
    ticket: ReachedTicket,
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
    done: Annotated[str, Query(max_length=40)] = "",
    everything: bool = False,
    seen: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The page; nothing (204) when it asks by itself for news and there is none since event `seen`."""
    state, source = await standing(ours, ticket)
    if seen and seen == state.sequence and request.headers.get("HX-Request"):
        return Response(status_code=204)
    live = source == "live"
    return await ticket_page(
        request, ours, client, state, language, now, done=DONE.get(done), everything=everything, live=live,
        before=before,
    )  # fmt: skip


async def ticket_page(
    request: Request,
    ours: Context,
    client: Client,
    state: Ticket,
    language: str,
    now: datetime,
    *,
    status: int = 200,
    form: Form[Any] | None = None,
    step: str = "",
    done: str | None = None,
    everything: bool = False,
    live: bool = True,
    before: int | None = None,
) -> Response:
    """The page of a ticket; `form` is the refused form of `step`, shown with what was typed."""
    at = partial(times.instant, now=now, language=language, zone=state.terms.zone)
    past = await run_in_threadpool(history_of, ours.database, state.id, state.organisation, language, before)
    items = past.items
    steps = steps_of(state, client.caller, now)
    owed = awaited(state)
    answering = [one for name in owed for one in AWAITED_STEPS[name] if one in steps]
    return page(
        request,
        "portal/ticket.html",
        language=language,
        now=now,
        zone=state.terms.zone,
        status=status,
        client=client,
        state=state,
        sentence=state_in_words(state, language, at),
        facts=facts_of(state, client, language),
        contact_name=await run_in_threadpool(_contact_name, ours, state),
        agreement=await run_in_threadpool(agreement_title, ours, state.terms.agreement, language),
        money=partial(money, language),
        owed=owed,
        steps=steps,
        answering=answering,
        others=[one for one in steps if one not in answering],
        more_steps=[one for one in OFFERS if one.operation in steps],
        refused_step=form is not None and step not in _shown(steps, answering),
        promises=promises_of(state, language, now) if state.active or state.status is Status.resolved else [],
        items=items if everything else [item for item in items if not item.technical],
        hidden=0 if everything else sum(item.technical for item in items),
        everything=everything,
        intake=intake_items(state, language),
        limits=ours.attachments,
        form=form,
        step=step,
        done=done,
        live=live,
        earlier=past.earlier,
        before=before,
        solution=await run_in_threadpool(solution_of, ours.database, state.id, language) if state.resolution else None,
    )


def _shown(steps: tuple[str, ...], answering: list[str]) -> set[str]:
    """Steps whose forms are on the page."""
    shown = {*answering, *(one.operation for one in OFFERS if one.operation in steps)}
    return shown | ({"comment"} if "comment" in steps and "answer" not in answering else set())


def _contact_name(ours: Context, state: Ticket) -> str:
    found = directory.contact(ours.database, state.contact)
    return found.name if found else state.contact


def facts_of(state: Ticket, client: Client, language: str) -> dict[str, Any]:
    """What stands beside the ticket: severity, kind and who pays, product, level, who filed it."""
    terms, request = state.terms, state.request_terms
    cover = COVERS.get(str(cover_of(state))) if terms.requests or state.level_terms.billed else None
    return {
        "severity": terms.said(state.severity_terms.title, language, state.severity),
        "kind": terms.said(request.title, language, state.kind or "") if request else None,
        "cover": cover,
        "product": " ".join(filter(None, (state.product.name, state.product.version))) if state.product else None,
        "level": level(state, language),
        "own": client.person is not None and client.person.id == state.contact,
    }
