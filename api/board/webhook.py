"""One webhook: how it fares, what it was sent, and what can be done with it; a secret is shown where it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.access.auth import Caller, Principal
from api.board import filtering
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out, said_of
from api.board.sent import CHIPS
from api.board.sent import STATES as SENT
from api.board.step_fields import Field
from api.board.tables import Cell, Section, count, link, moment
from api.context import Context, Now, Ours
from api.http.idempotency import Key
from api.http.problems import Problem
from api.outgoing import webhooks as doors
from api.outgoing.webhook_shapes import RotateBody, WebhookChange, WebhookView
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.shapes import Body
from domain.webhooks import EVENTS
from store import names

router = APIRouter(include_in_schema=False)
STATES = {
    "working": (_("works"), "good"),
    "failing": (_("fails"), "soon"),
    "disabled": (_("no longer called: it failed too long"), "bad"),
    "off": (_("switched off"), ""),
}
KINDS = ("*", *(f"{kind}.*" for kind in dict.fromkeys(one.partition(".")[0] for one in EVENTS)))
DONE = {
    "change": _("The webhook is changed."),
    "switch": _("It is switched; what it missed can be sent again from its messages."),
    "test": _("The test is on its way: it stands below, with what becomes of it."),
}


class Nothing(Body):
    """A form that is a button."""


_MODELS: dict[str, tuple[str, type[BaseModel]]] = {
    "change": ("change_webhook", WebhookChange),
    "switch": ("change_webhook", WebhookChange),
    "test": ("test_webhook", Nothing),
    "secret": ("rotate_webhook_secret", RotateBody),
    "remove": ("delete_webhook", Nothing),
}


@router.get("/operations/webhooks/{id}", operation_id="webhook_page")
def one_webhook(
    id: doors.WebhookId, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """What it is sent, newest first."""
    told = said_of(done, DONE, language)
    return webhook_page(id, request, caller, ours, now, language, notice=told)


@router.post("/operations/webhooks/{id}/{step}", operation_id="webhook_step_page")
async def take(
    id: doors.WebhookId, step: str, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage
) -> Response:
    """The same as the API's operations."""
    operation, model = _MODELS.get(step, ("", Body))
    if not operation:
        raise Problem(404, "not_found", "There is no such step.")
    if not caller.may(operation):
        raise Problem(403, "not_permitted", f"The role {caller.role} may not do this.")
    await run_in_threadpool(doors.read, id, caller, ours, now)
    posted = await request.form()
    # What is emptied is meant: a form says all of it, where the API leaves alone what is left out.
    fixed = {"description": str(posted.get("description", ""))} if step == "change" else {}
    form: Form[Any] = await read_form(request, model, **fixed)
    secret = ""

    async def act(body: Any) -> None:
        nonlocal secret
        match step:
            case "test":
                await doors.test(id, caller, ours, Key(form.key, True), now)
            case "secret":
                secret = (await doors.rotate(id, body, caller, ours, now, Response())).secret
            case "remove":
                await run_in_threadpool(doors.delete, id, caller, ours)
            case _:
                await doors.change(id, body, caller, ours, now)

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(
            webhook_page, id, request, caller, ours, now, language, form=form, step=step, status=refused
        )
    if secret:
        return await run_in_threadpool(webhook_page, id, request, caller, ours, now, language, secret=secret)
    where = "" if step == "remove" else f"/{id}"
    return RedirectResponse(f"/operations/webhooks{where}?done={step}", 303)


def webhook_page(
    id: str, request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any
) -> Response:
    """Its page as an answer. A Problem (404) for none that the caller reaches."""
    one = doors.read(id, caller, ours, now)
    looked = filtering.read_query(request, doors.Deliveries)
    sent = doors.deliveries(id, looked, caller, ours, request, Response())
    clients = names.of_clients(ours.database)
    words, chip = STATES[one.state]
    facts = (
        link(clients.get(one.organisation, one.organisation), f"/board/clients/{one.organisation}")
        if one.organisation else Cell(_("all of them"), say=True),
        Cell(told_of(one, language)),
        Cell(words, say=True, chip=chip, more=one.disabled_for or one.last_failure or ""),
        moment(one.disabled_at or one.failing_since or one.created_at),
        moment(one.former_secret_until),
    )  # fmt: skip
    rows = [
        (moment(line.created_at), Cell(line.template),
         link(line.ticket, f"/board/tickets/{line.ticket}") if line.ticket else Cell(),
         Cell(SENT[line.state], say=True, chip=CHIPS.get(line.state, "")), count(line.attempts),
         Cell(line.last_error or ""))
        for line in sent.items
    ]  # fmt: skip
    filters = [filtering.choice(request, "state", _("State"), SENT.items(), language=language)]
    return list_page(
        request, caller, language, now, one.url,
        Section((_("Client"), _("Is told of"), _("State"), _("Since"), _("Old secret signs until")), [facts], ""),
        Section((_("When"), _("Event"), _("Ticket"), _("State"), _("Attempts"), _("Why")), rows,
                _("It was sent nothing like that."), _("What it was sent")),
        plain_title=True, about=one.description, following=sent.next, filters=filters, forms=_forms(one, caller),
        **shown,
    )  # fmt: skip


def _forms(one: WebhookView, caller: Principal) -> tuple[PageForm, ...]:
    at = f"/operations/webhooks/{one.id}"
    on = one.state in ("working", "failing")
    turned = Field("active", "", "hidden", default="false" if on else "true")
    kept = Field("overlap_hours", _("Hours for which the old one signs too"), "number", default="24", least=0)
    change = (
        Field("url", _("Address"), "address", default=one.url),
        events_field(tuple(one.events)),
        Field("description", _("What for"), "line", required=False, default=one.description),
    )
    forms = (
        PageForm("test", _("Send a test"), _("Send it"), f"{at}/test", ()),
        PageForm("change", _("Change"), _("Keep the change"), f"{at}/change", change),
        PageForm("switch", _("Switch off") if on else _("Switch on"), _("Switch off") if on else _("Switch on"),
                 f"{at}/switch", (turned,)),
        PageForm("secret", _("New secret"), _("Make a new secret"), f"{at}/secret", (kept,)),
        PageForm("remove", _("Remove"), _("Remove the webhook"), f"{at}/remove", (),
                 help=_("What waits for it is given up. It cannot be undone.")),
    )  # fmt: skip
    return tuple(form for form in forms if caller.may(_MODELS[form.step][0]))


def events_field(chosen: tuple[str, ...] = ("ticket.*",)) -> Field:
    """What it is told of: everything, kinds of events, single ones."""
    options = tuple((one, one) for one in (*KINDS, *EVENTS))
    help_ = _("* is everything, ticket.* everything of tickets; several may be chosen.")
    return Field("events[]", _("Is told of"), "several", options=options, chosen=chosen, help=help_)


def told_of(one: WebhookView, language: str) -> str:
    """Its events in a line."""
    return say(language, _("everything")) if "*" in one.events else ", ".join(one.events)
