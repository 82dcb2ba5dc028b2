"""Filing a ticket: the form asks what the agreement asks, and shows what is promised before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from api.context import Context, Now, Ours
from api.engine.tickets import EngineAway, EngineBusy
from api.http.idempotency import Key
from api.http.problems import Problem
from api.http.refusal_codes import STATUS
from api.intake.filing import file_ticket
from api.pages.catalogue import NAMES, say
from api.pages.catalogue import mark as _
from api.pages.files import with_files
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.portal.agreements import contract_titles
from api.portal.asked import answers, asked
from api.portal.client import Client, ThisClient
from api.portal.refusals import faults_in_words, not_served_in_words, refusal_in_words
from api.shapes import OpenTicket
from domain.errors import DomainError
from domain.rules.serving import cited, said
from store import directory

router = APIRouter(prefix="/portal/new", include_in_schema=False)

LOOK = _("Look at what is asked and promised now, then send it.")
_FIELDS = {"/contract": "contract", "/contact": ""}


class Filing(OpenTicket):
    """The form: `look` asks to see what follows from it, `seen` says which promises its sender was shown."""

    look: str | None = None
    seen: str | None = None


@router.get("", operation_id="portal_new")
async def blank(client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage) -> Response:
    """The empty form, with what is promised where nothing else is chosen."""
    values = {name: value for name, value in request.query_params.items() if name in ("contract", "kind")}
    return await _page(request, ours, client, Form(None, "", dict(values)), language, now)


@router.post("", operation_id="portal_file")
async def send(client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage) -> Response:
    """Files the ticket, once its sender has seen what is promised; otherwise shows that."""
    form = await _read(request, client)
    if "look" in form.values:
        form.errors.clear()
        return await _page(request, ours, client, form, language, now)
    faults_in_words(form, language)
    await with_files(ours, client.caller, client.organisation.id, form, language, now)
    if form.body is None or form.errors:
        return await _page(request, ours, client, form, language, now, status=422)
    shown = await run_in_threadpool(asked, ours, client, form.values, now, language)
    # What is not served is filed all the same: it is refused there, and kept for support to see.
    if shown.seen and not shown.refusal and shown.seen != form.values.get("seen"):
        form.refuse("", say(language, LOOK))
        return await _page(request, ours, client, form, language, now, status=422)
    return await _file(request, ours, client, form, language, now)


async def _file(
    request: Request, ours: Context, client: Client, form: Form[Filing], language: str, now: datetime
) -> Response:
    assert form.body is not None  # or it would have been shown again
    filed = OpenTicket.model_validate(form.body.model_dump(exclude={"look", "seen"}, exclude_unset=True))
    try:
        summary, _again = await file_ticket(ours, client.caller, filed, Key(form.key, True), now)
    except DomainError as refused:
        status, field = STATUS.get(refused.code, 409), ""
        form.refuse(field, not_served_in_words(refused, language))
    except Problem as refused:
        status, field = refused.status, _field_of(refused)
        form.refuse(field, refusal_in_words(refused.code, refused.detail, language))
    except (EngineAway, EngineBusy) as away:
        status, form.again = 503, True
        form.refuse("", refusal_in_words("engine_away", str(away), language))
    else:
        return RedirectResponse(f"/portal/tickets/{summary.id}?done=filed", status_code=303)
    return await _page(request, ours, client, form, language, now, status=status)


def _field_of(refused: Problem) -> str:
    errors = refused.more.get("errors") or [{}]
    return _FIELDS.get(str(errors[0].get("pointer", "")), "")


async def _read(request: Request, client: Client) -> Form[Filing]:
    posted = await request.form()
    values = {name: value for name, value in posted.items() if isinstance(value, str)}
    terms = client.terms.get(values.get("contract", "")) or next(iter(client.terms.values()), None)
    return await read_form(request, Filing, channel="portal", intake=answers(terms, values) if terms else {})


async def _page(
    request: Request,
    ours: Context,
    client: Client,
    form: Form[Any],
    language: str,
    now: datetime,
    *,
    status: int = 200,
) -> Response:
    found = await run_in_threadpool(asked, ours, client, form.values, now, language)
    titles = await run_in_threadpool(contract_titles, ours, client.contracts, language)
    spoken = found.terms.languages if found.terms else ()
    return page(
        request,
        "portal/new.html",
        language=language,
        now=now,
        zone=found.terms.zone if found.terms else client.zone,
        status=status,
        client=client,
        form=form,
        asked=found,
        contracts=[(one.id, titles[one.id]) for one in client.contracts if one.id in client.terms],
        spoken=[(code, NAMES.get(code, code)) for code in spoken],
        own_language=client.person.language if client.person else client.organisation.language,
        limits=ours.attachments,
        without=await run_in_threadpool(_without, ours, client, language, now),
    )


def _without(ours: Context, client: Client, language: str, now: datetime) -> str:
    """Why nothing can be filed, for a client without a contract that is valid now; empty for every other."""
    if client.terms:
        return ""
    over = directory.contracts(ours.database, client.organisation.id)
    if not over:
        return say(language, _("Your organisation has no contract that is valid now. Please ask us for one."))
    terms = ours.agreements.terms(ours.database, over[-1], now)
    way = said(terms.served.contract_way, language)
    told = say(language, _("Your organisation has no contract that is valid now%(clause)s. %(way)s"),
               clause=cited(terms.served.contract_clause), way=way)  # fmt: skip
    return told.strip()
