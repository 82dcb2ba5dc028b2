"""Chat channels: whose room hears what; the forms that add, change, switch and remove one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.access.auth import Caller, Principal
from api.board import filtering
from api.board.agreed_words import AgreedWords, agreed_words
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out, said_of
from api.board.room_owners import owners
from api.board.step_fields import Field
from api.board.tables import Cell, Section, moment
from api.board.webhook import Nothing
from api.context import Context, Now, Ours
from api.http.idempotency import Key
from api.http.problems import Problem
from api.outgoing import channels as doors
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.subjects import SUBJECTS
from store.chat_channels import ChannelOrder

router = APIRouter(include_in_schema=False)
ORDERS = {ChannelOrder.newest: _("newest first"), ChannelOrder.oldest: _("oldest first")}
KINDS = {"team": _("a team"), "role": _("a role"), "staff": _("one of us"), "contact": _("a contact")}
DONE = {
    "add": _("The chat channel is added: it hears the next message."),
    "change": _("The chat channel is changed."),
    "switch": _("The chat channel is switched."),
    "remove": _("The chat channel is removed."),
}
_MODELS: dict[str, tuple[str, type[BaseModel]]] = {
    "change": ("change_channel", doors.ChannelChange),
    "switch": ("change_channel", doors.ChannelChange),
    "remove": ("delete_channel", Nothing),
}


@router.get("/operations/channels", operation_id="channels_page")
def channels_page(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """Newest first."""
    return _all(request, caller, ours, now, language, notice=said_of(done, DONE, language))


@router.post("/operations/channels", operation_id="channel_add_page")
async def add(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """The same as the API's operation."""
    kind, _slash, name = str((await request.form()).get("owner", "")).partition("/")
    form: Form[doors.ChannelBody] = await read_form(request, doors.ChannelBody, owner={"kind": kind, "id": name})

    async def act(body: doors.ChannelBody) -> None:
        await run_in_threadpool(doors.create, body, caller, ours, Key(form.key, True), now, Response())

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_all, request, caller, ours, now, language, form=form, status=refused)
    return RedirectResponse("/operations/channels?done=add", 303)


@router.get("/operations/channels/{id}", operation_id="channel_page")
def one_channel(
    id: doors.ChannelId, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """What it hears, never its address; and what can be done with it."""
    notice = said_of(done, DONE, language)
    return _one(id, request, caller, ours, now, language, notice=notice)


@router.post("/operations/channels/{id}/{step}", operation_id="channel_step_page")
async def take(
    id: doors.ChannelId, step: str, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage
) -> Response:
    """The same as the API's operations."""
    if step not in _MODELS:
        raise Problem(404, "not_found", "There is no such step.")
    await run_in_threadpool(doors.read, id, ours)
    posted = await request.form()
    # What is emptied is meant: a form says all of it, where the API leaves alone what is left out.
    several = ("subjects", "severities") if step == "change" else ()
    fixed = {name: [str(one) for one in posted.getlist(f"{name}[]")] for name in several}
    form: Form[Any] = await read_form(request, _MODELS[step][1], **fixed)

    async def act(body: Any) -> None:
        if step == "remove":
            await run_in_threadpool(doors.delete, id, ours)
        else:
            await doors.change(id, body, ours)

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(
            _one, id, request, caller, ours, now, language, form=form, step=step, status=refused
        )
    where = "" if step == "remove" else f"/{id}"
    return RedirectResponse(f"/operations/channels{where}?done={step}", 303)


def _all(request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any) -> Response:
    wanted = filtering.read_query(request, doors.Wanted)
    found = doors.list_(wanted, ours, request, Response())
    called, agreed = owners(ours, language), agreed_words(ours, language)
    heads = (_("Room"), _("Whose"), _("Chat"), _("Hears of"), _("Severities"), _("State"))
    rows = [_row(one, called, agreed, language) for one in found.items]
    filters = [
        filtering.choice(request, "owner_kind", _("Whose"), KINDS.items(), language=language),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=ChannelOrder.newest),
    ]
    whose = Field("owner", _("Whose room it is"), "choice", options=tuple(called.items()),
                  help=_("The room gets what they are told by e-mail."))  # fmt: skip
    fields = (Field("name", _("Name of the room"), "line"), whose, _address(), *_hearing(agreed, language))
    adding = PageForm("add", _("Add a chat channel"), _("Add the chat channel"), "/operations/channels", fields)
    return list_page(
        request, caller, language, now, _("Chat channels"), Section(heads, rows, _("There is no chat channel.")),
        following=found.next, filters=filters, forms=(adding,), step="add", **shown,
    )  # fmt: skip


def _one(
    id: str, request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any
) -> Response:
    one, at, agreed = doors.read(id, ours), f"/operations/channels/{id}", agreed_words(ours, language)
    turned = Field("active", "", "hidden", default="false" if one.active else "true")
    switch = _("Switch off") if one.active else _("Switch on")
    fields = (
        Field("name", _("Name of the room"), "line", default=one.name),
        _address(required=False),
        *_hearing(agreed, language, tuple(map(str, one.subjects)), tuple(one.severities)),
    )
    forms = (
        PageForm("change", _("Change"), _("Keep the change"), f"{at}/change", fields),
        PageForm("switch", switch, switch, f"{at}/switch", (turned,)),
        PageForm("remove", _("Remove"), _("Remove the chat channel"), f"{at}/remove", (),
                 help=_("What waits for it is given up. It cannot be undone.")),
    )  # fmt: skip
    heads = (_("Room"), _("Whose"), _("Chat"), _("Hears of"), _("Severities"), _("State"), _("Since"))
    rows = [(*_row(one, owners(ours, language), agreed, language), moment(one.created_at))]
    return list_page(
        request, caller, language, now, one.name, Section(heads, rows, ""), plain_title=True, forms=forms, **shown
    )


def _row(one: doors.ChannelView, called: dict[str, str], agreed: AgreedWords, language: str) -> tuple[Cell, ...]:
    whose = f"{one.owner.kind}/{one.owner.id}"
    everything = say(language, _("everything"))
    hears = [say(language, SUBJECTS[subject]) for subject in one.subjects] + one.templates
    severities = [agreed.severities.get(name, name) for name in one.severities]
    return (
        Cell(one.name, address=f"/operations/channels/{one.id}"),
        Cell(called.get(whose, one.owner.id)),
        Cell(one.service),
        Cell(", ".join(hears) or everything),
        Cell(", ".join(severities) or say(language, _("all of them"))),
        Cell(_("works") if one.active else _("switched off"), say=True, chip="good" if one.active else ""),
    )


def _address(*, required: bool = True) -> Field:
    help_ = _("as Apprise writes it, with its password or token; it is kept encrypted and never shown")
    return Field("url", _("Address of the chat"), "address", required=required, help=help_)


def _hearing(
    agreed: AgreedWords, language: str, subjects: tuple[str, ...] = (), severities: tuple[str, ...] = ()
) -> tuple[Field, ...]:
    about = tuple((str(name), say(language, words)) for name, words in SUBJECTS.items())
    return (
        Field("subjects[]", _("Hears of"), "several", required=False, options=about, chosen=subjects,
              help=_("Nothing chosen: everything.")),
        Field("severities[]", _("Severities"), "several", required=False, options=tuple(agreed.severities.items()),
              chosen=severities, help=_("Nothing chosen: all of them.")),
    )  # fmt: skip
