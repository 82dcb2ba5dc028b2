"""Messages that nobody could be found for: said whose they were, or put away."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from api.access.auth import Caller, Principal
from api.board.showing import board_page
from api.board.tables import page_after
from api.board.words import CHANNELS
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.http.refusal_codes import STATUS
from api.intake.inbox import Match, list_unmatched, match_message
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.refusals import refused_in_words
from domain.errors import DomainError
from store import directory

router = APIRouter(include_in_schema=False)
WHYS = {
    "unknown_sender": _("the sender is not known"),
    "several_senders": _("several contacts have this address"),
    "automatic": _("a machine wrote it"),
    "refused": _("the ticket refused it"),
    "foreign_sender": _("the ticket is another client’s"),
    "unproven_sender": _("the sender could not be confirmed"),
    "too_many": _("too many in an hour"),
    "staff_without_ticket": _("one of us wrote it, about no ticket"),
    "lost_ticket": _("its ticket cannot be reached"),
}
OUTCOMES = {
    "opened": _("A ticket was opened:"),
    "commented": _("It joined the ticket:"),
    "answered": _("It answered the question on the ticket:"),
    "reopened": _("The ticket was reopened:"),
    "dismissed": _("The message is put away."),
}


class Posted(Match):
    """What a message's form posts: which of its buttons was pressed, too."""

    act: Literal["match", "dismiss"] = "match"


@router.get("/board/messages", operation_id="board_messages")
async def messages(
    request: Request,
    caller: Caller,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    cursor: str | None = Query(None, max_length=500),
    outcome: str = Query("", max_length=20),
    ticket: str = Query("", max_length=20),
) -> Response:
    """What waits for somebody of ours, oldest first."""
    told = OUTCOMES.get(outcome)
    return await _page(request, caller, ours, now, language, cursor, outcome=told, ticket=ticket)


@router.post("/board/messages/{id}/match", operation_id="board_match")
async def match(id: str, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Whose it was, or that it was nobody's; the same as the API's operation."""
    form: Form[Posted] = await read_form(request, Posted)
    dismissed = form.body is not None and form.body.act == "dismiss"
    if form.body is None or (form.body.contact is None and not dismissed):
        form.errors.setdefault("", say(language, _("Say whose it was, or dismiss it.")))
        return await _page(request, caller, ours, now, language, None, form=form, form_of=id, status=422)
    body = Match() if dismissed else Match(contact=form.body.contact)
    try:
        taken = await match_message(id, body, ours, now, Response())
    except (Problem, DomainError) as refused:
        code, told = refused.code, refused.detail if isinstance(refused, Problem) else refused.message
        form.refuse("", refused_in_words(code, told, language))
        status = refused.status if isinstance(refused, Problem) else STATUS.get(code, 409)
        return await _page(request, caller, ours, now, language, None, form=form, form_of=id, status=status)
    return RedirectResponse(f"/board/messages?outcome={taken.outcome}&ticket={taken.ticket or ''}", status_code=303)


async def _page(
    request: Request,
    caller: Principal,
    ours: Context,
    now: datetime,
    language: str,
    cursor: str | None,
    status: int = 200,
    **shown: Any,
) -> Response:
    found = await run_in_threadpool(list_unmatched, ours, Response(), settled=False, limit=50, cursor=cursor)
    contacts = [
        one
        for organisation in await run_in_threadpool(directory.organisations, ours.database)
        for one in await run_in_threadpool(directory.contacts, ours.database, organisation.id)
    ]
    return board_page(
        request,
        "board/messages.html",
        caller=caller,
        language=language,
        now=now,
        status=status,
        items=found.items,
        following=page_after(request, found.next),
        whys=WHYS,
        channels=CHANNELS,
        contacts=contacts,
        may_match=caller.may("match_message"),
        **{"outcome": None, "ticket": "", "form": None, "form_of": "", **shown},
    )
