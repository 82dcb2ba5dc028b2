"""Webhooks of clients and of ours: who is called, what each is told of, how each fares, and the form that adds one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access.auth import Caller, Principal
from api.board import filtering
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out
from api.board.step_fields import Field
from api.board.tables import Cell, Section, link, moment
from api.board.webhook import STATES, events_field, told_of, webhook_page
from api.context import Context, Now, Ours
from api.http.idempotency import Key
from api.outgoing.webhook_shapes import WebhookBody, WebhookView, WebhookWithSecret
from api.outgoing.webhooks import Wanted, create, list_
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from store import names
from store.webhooks import WebhookOrder

router = APIRouter(include_in_schema=False)
ORDERS = {WebhookOrder.newest: _("newest first"), WebhookOrder.oldest: _("oldest first")}
ACTIVE = {"true": _("called"), "false": _("switched off")}


@router.get("/operations/webhooks", operation_id="webhooks_page")
def webhooks_page(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """Newest first."""
    return _all(
        request, caller, ours, now, language, notice=say(language, _("The webhook is removed.")) if done else ""
    )


@router.post("/operations/webhooks", operation_id="webhook_add_page")
async def add(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Adds one, as the API's operation does; its page shows the secret, this once."""
    form: Form[WebhookBody] = await read_form(request, WebhookBody)
    made: list[WebhookWithSecret] = []

    async def act(body: WebhookBody) -> None:
        made.append(await create(body, caller, ours, Key(form.key, True), now, Response()))

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_all, request, caller, ours, now, language, form=form, status=refused)
    # No redirect as after other forms: the secret would have to stand in an address, or be kept.
    return await run_in_threadpool(
        webhook_page, made[0].id, request, caller, ours, now, language, secret=made[0].secret,
        notice=say(language, _("The webhook is added.")),
    )  # fmt: skip


def _all(request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any) -> Response:
    wanted = filtering.read_query(request, Wanted)
    found = list_(wanted, caller, ours, now, request, Response())
    clients = names.of_clients(ours.database)
    heads = (_("Address"), _("Client"), _("Is told of"), _("State"), _("Since"))
    rows = [_row(one, clients, language) for one in found.items]
    filters = [
        filtering.choice(request, "organisation", _("Client"), clients.items()),
        filtering.choice(request, "active", _("State"), ACTIVE.items(), language=language),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=WebhookOrder.newest),
    ]
    nothing = _("No webhook is like that.") if request.query_params else _("There is no webhook.")
    return list_page(
        request, caller, language, now, _("Webhooks"), Section(heads, rows, nothing), following=found.next,
        filters=filters, forms=(_adding(clients),) if caller.may("webhook_add_page") else (), step="add", **shown,
    )  # fmt: skip


def _row(one: WebhookView, clients: dict[str, str], language: str) -> tuple[Cell, ...]:
    words, chip = STATES[one.state]
    whose = clients.get(one.organisation, one.organisation) if one.organisation else say(language, _("all of them"))
    return (
        Cell(one.url, address=f"/operations/webhooks/{one.id}", more=one.description),
        link(whose, f"/board/clients/{one.organisation}") if one.organisation else Cell(whose),
        Cell(told_of(one, language)),
        Cell(words, say=True, chip=chip),
        moment(one.disabled_at or one.failing_since or one.created_at),
    )


def _adding(clients: dict[str, str]) -> PageForm:
    fields = (
        Field("url", _("Address"), "address",
              help=_("It begins with https://, and has to be reachable from the internet.")),
        events_field(),
        Field("organisation", _("Whose tickets"), "choice", required=False, options=tuple(clients.items()),
              help=_("Without a client it is told of everybody’s, and of what is internal.")),
        Field("description", _("What for"), "line", required=False),
    )  # fmt: skip
    return PageForm("add", _("Add a webhook"), _("Add the webhook"), "/operations/webhooks", fields)
