"""A client's person is erased on a page: what would go, saying it once more, how far it is."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import ConfigDict

from api.access.auth import Caller, Principal
from api.board.showing import board_page
from api.context import Context, Now, Ours
from api.erasure.doors import Contact, ErasureBody, Organisation, ask, counted, erasing, latest, view
from api.erasure.erasing import Erasing
from api.http.problems import Problem
from api.pages.catalogue import mark as _
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.refusals import refused_in_words
from store import names

router = APIRouter(include_in_schema=False)
STATES = {
    "waiting": _("It is asked for, and begins in a moment."),
    "running": _("It is under way."),
    "done": _("It is done."),
}
GOES = {
    "tickets": _("tickets with something to erase"),
    "events": _("entries of their histories"),
    "messages": _("messages that went out"),
    "files": _("files"),
    "mails": _("mails that came in"),
}


class Confirmed(ErasureBody):
    """What the form posts."""

    model_config = ConfigDict(extra="ignore")


@router.get("/board/clients/{organisation}/contacts/{contact}/erasure", operation_id="erasure_page")
async def erasure_page(
    organisation: Organisation, contact: Contact, request: Request, caller: Caller, ours: Ours, now: Now,
    language: PageLanguage,
) -> Response:  # fmt: skip
    """What would go and the form, or how far the erasure is."""
    return await _page(request, caller, ours, erasing(ours, caller, organisation, contact, now), now, language)


@router.post("/board/clients/{organisation}/contacts/{contact}/erasure", operation_id="erase_on_page")
async def erase_on_page(
    organisation: Organisation, contact: Contact, request: Request, caller: Caller, ours: Ours, now: Now,
    language: PageLanguage,
) -> Response:  # fmt: skip
    """Asks for it; the page then tells how far it is."""
    work = erasing(ours, caller, organisation, contact, now)
    form: Form[Confirmed] = await read_form(request, Confirmed, dry_run=False)
    try:
        await ask(ours, work, form.body.confirm if form.body else None)
    except Problem as refused:
        field = "confirm" if refused.code == "confirmation_missing" else ""
        form.refuse(field, refused_in_words(refused.code, refused.detail, language))
        return await _page(request, caller, ours, work, now, language, form=form, status=refused.status)
    return RedirectResponse(request.url.path, status_code=303)


async def _page(
    request: Request, caller: Principal, ours: Context, work: Erasing, now: datetime, language: str, *,
    form: Form[Confirmed] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    asked = await run_in_threadpool(latest, work)
    # Asked for and under way: its own numbers. Otherwise what would go by asking, now.
    under_way = asked is not None and asked.ended_at is None
    would = None if under_way else await run_in_threadpool(counted, work)
    return board_page(
        request, "board/erasure.html", caller=caller, language=language, now=now, status=status, form=form,
        person=await run_in_threadpool(work.person), asked=view(asked) if asked else None, would=would,
        people=names.of_staff(ours.database),
        states=STATES, goes=GOES,
    )  # fmt: skip
