"""Messages that went out or did not, mail, chat and webhooks alike; what was given up is sent again from here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ConfigDict
from starlette.datastructures import URL

from api.access.auth import Caller
from api.board import filtering
from api.board.filtering import Filter
from api.board.listing import list_page
from api.board.room_owners import owners
from api.board.tables import Act, Cell, Section, count, link
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.outgoing.messages import MessageView, ResendBody, Wanted, list_, resend, resend_all
from api.pages import times
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.rendering import DEFAULT_ZONE
from api.pages.subjects import SUBJECTS
from domain.messages.subjects import SUBJECTS as ABOUT
from domain.words import Way
from store import chat_channels, names, webhooks
from store.messages_out import MessageOrder
from store.outbox import State

router = APIRouter(include_in_schema=False)
STATES = {
    State.failed: _("given up"),
    State.pending: _("waiting to be sent"),
    State.delivered: _("sent"),
    State.muted: _("not wanted"),
    State.withdrawn: _("withdrawn"),
}
WAYS = {Way.mail: _("e-mail"), Way.chat: _("chat"), Way.webhook: _("webhook")}
ORDERS = {MessageOrder.newest: _("newest first"), MessageOrder.oldest: _("oldest first")}
CHIPS = {State.failed: "bad", State.pending: "soon", State.delivered: "good"}
KEPT = ("ticket", "way", "target", "to_id", "template", "from_at", "to_at")
"""Filters that hold for sending again, too."""


class Again(ResendBody):
    """What the buttons post: one message by its key, or all that fit."""

    model_config = ConfigDict(extra="ignore")

    key: str | None = None


@router.get("/operations/messages", operation_id="messages_page")
def messages_page(
    request: Request,
    caller: Caller,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    resent: Annotated[int | None, Query(ge=0)] = None,
    left: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """What was given up, newest first, unless another state is asked for."""
    fixed = {} if "state" in request.query_params else {"state": State.failed}
    wanted = filtering.read_query(request, Wanted, **fixed)
    found = list_(wanted, ours, request, Response())
    may = caller.may("resend_on_page")
    heads = (_("When"), _("Message"), _("To"), _("Ticket"), _("State"), _("Attempts"), _("Why"), "")
    contacts = names.of_contacts(ours.database, [one.to.id for one in found.items if one.to.kind == "contact"])
    called = owners(ours, language)
    told, rooms = called | {f"contact/{id_}": name for id_, name in contacts.items()}, _rooms(ours)
    rows = [_row(one, told, rooms, language, now, may) for one in found.items]
    failed = wanted.state in (State.failed, None) and any(one.state is State.failed for one in found.items)
    fields = tuple((name, value) for name in KEPT if (value := request.query_params.get(name, "").strip()))
    all_of_them = Act(_("Send all of these again"), "/operations/messages/resend", fields)
    nothing = _("No message is like that.") if request.query_params else _("No message was given up.")
    return list_page(
        request, caller, language, now, _("Messages out"), Section(heads, rows, nothing), following=found.next,
        filters=_filters(request, called, rooms, language), act=all_of_them if failed and may else None,
        notice=_told(language, resent, left) if resent is not None else "",
    )  # fmt: skip


@router.post("/operations/messages/resend", operation_id="resend_on_page")
async def resend_on_page(request: Request, caller: Caller, ours: Ours, now: Now) -> Response:
    """One message, or all that were given up and fit; it leads back to the list as it was narrowed down."""
    form: Form[Again] = await read_form(request, Again)
    if form.body is None:
        raise Problem(422, "invalid", "; ".join(form.errors.values()))
    address = URL("/operations/messages").include_query_params(
        **{name: value for name, value in form.values.items() if name in KEPT}
    )
    if form.body.key is not None:
        await resend(form.body.key, caller, ours, now)
        return RedirectResponse(str(address.include_query_params(resent=1)), status_code=303)
    told = await resend_all(ResendBody(**form.body.model_dump(exclude={"key"})), caller, ours, now)
    return RedirectResponse(str(address.include_query_params(resent=told.resent, left=told.left)), status_code=303)


def _told(language: str, resent: int, left: int) -> str:
    if left:
        return say(language, _("%(resent)s are in line again, %(left)s are left."), resent=resent, left=left)
    return say(language, _("%(resent)s are in line again."), resent=resent)


def _rooms(ours: Context) -> dict[str, str]:
    """Chat channels and webhooks by id, as people call them; the newest of them where there are very many."""
    channels, _more = chat_channels.find(ours.database, limit=chat_channels.MOST)
    hooks, _more = webhooks.find(ours.database, None, None, limit=webhooks.MOST)
    return {one.id: one.name for one in channels} | {one.id: one.description or one.url for one in hooks}


def _row(
    one: MessageView, called: dict[str, str], rooms: dict[str, str], language: str, now: datetime, may: bool
) -> tuple[Cell, ...]:
    about = say(language, SUBJECTS[one.subject]) if one.subject else one.template
    again = Act(_("Send it again"), "/operations/messages/resend", (("key", one.key),))
    return (
        Cell(at=one.created_at),
        Cell(about, more=one.template if one.subject else ""),
        Cell(
            rooms.get(one.target, one.target) if one.target else called.get(f"{one.to.kind}/{one.to.id}", one.to.id),
            more=say(language, WAYS[one.way]),
        ),
        link(one.ticket, f"/board/tickets/{one.ticket}") if one.ticket else Cell(),
        Cell(STATES[one.state], say=True, chip=CHIPS.get(one.state, ""), more=_next_try(one, language, now)),
        count(one.attempts),
        Cell(one.last_error or ""),
        Cell(act=again) if may and one.state is State.failed else Cell(),
    )


def _next_try(one: MessageView, language: str, now: datetime) -> str:
    """When what waits goes out: after quiet hours, or at the next attempt. Empty where it is its turn."""
    at = one.next_attempt_at
    if one.state is not State.pending or at is None or at <= now:
        return ""
    return say(language, _("not before %(at)s"), at=times.near(at, now, language, DEFAULT_ZONE))


def _filters(request: Request, called: dict[str, str], rooms: dict[str, str], language: str) -> list[Filter]:
    readers = {key.partition("/")[2]: words for key, words in called.items()}
    return [
        filtering.choice(request, "state", _("State"), STATES.items(), language=language, standard=State.failed),
        filtering.choice(request, "way", _("By"), WAYS.items(), language=language),
        filtering.choice(request, "target", _("Channel or webhook"), rooms.items()),
        filtering.text(request, "to_id", _("To"), readers.items()),
        filtering.text(request, "template", _("Message"), _templates(language)),
        filtering.text(request, "ticket", _("Ticket")),
        filtering.instant(request, "from_at", _("Since")),
        filtering.instant(request, "to_at", _("Until")),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=MessageOrder.newest),
    ]


def _templates(language: str) -> Iterable[tuple[str, str]]:
    return ((name, say(language, SUBJECTS[subject])) for name, subject in ABOUT.items() if subject in SUBJECTS)
