"""The messages that went out, or did not: lists, one with its attempts, and sending again what was given up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Context, Now, Ours
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.shapes import AT, TICKET, Body, example
from domain.base import Instant
from domain.messages.subjects import SUBJECTS
from domain.words import Subject, Way
from store import attempts, messages_out, outbox
from store.attempts import Outcome
from store.messages_out import MessageFilter, MessageOrder
from store.outbox import Entry, State

router = APIRouter(prefix="/v1/messages", tags=["outgoing"])

AT_ONCE = 1_000
"""Messages that one request puts back in line, at most."""

_KEY = f"{TICKET}:1:opened:0a1b2c3d"
_MESSAGE = {
    "key": _KEY, "ticket": TICKET, "to": {"kind": "contact", "id": "anna"}, "template": "opened",
    "subject": "opening", "language": "fr", "way": "mail", "target": None, "state": "failed", "attempts": 1,
    "created_at": AT, "next_attempt_at": None, "delivered_at": None, "sent_by": None,
    "last_error": "the mail server refuses the address: 550 no such user. Correct the address, or the server's rules.",
}  # fmt: skip
_ATTEMPT = {"at": AT, "outcome": "given_up", "detail": _MESSAGE["last_error"], "by": None}
_Plain = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
MessageKey = Annotated[
    str, Path(max_length=600, pattern=r"^[^\x00-\x1f]*$", description="The message's key.", examples=[_KEY])
]
_Reader = Literal["contact", "staff", "team", "role", "webhook"]


class Reader(BaseModel):
    """Whom it is for, by id: a contact, a member of staff, a team, a role, or a webhook."""

    model_config = example(kind="contact", id="anna")

    kind: _Reader
    id: str


class MessageView(BaseModel):
    """A message by one way; what it says is on its ticket. `target` names the chat channel or webhook."""

    model_config = example(**_MESSAGE)

    key: str
    ticket: str | None = None
    to: Reader
    template: str
    subject: Subject | None = Field(None, description="what it is about, where readers choose their ways by it")
    language: str
    way: Way
    target: str | None = None
    state: State
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None
    sent_by: str | None = Field(None, description="what carried it: mail, log, chat, webhook")
    last_error: str | None = None


class AttemptView(BaseModel):
    """One attempt, or somebody's having it sent again."""

    model_config = example(**_ATTEMPT)

    at: datetime
    outcome: Outcome
    detail: str | None = None
    by: str | None = None


class MessageDetail(MessageView):
    """A message with the newest of its attempts, in their order."""

    model_config = example(**_MESSAGE, history=[_ATTEMPT])

    history: list[AttemptView]


class MessagePage(BaseModel):
    """Some messages; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_MESSAGE])

    items: list[MessageView]
    next: str | None = None


class Wanted(BaseModel):
    """Which, in which order. Everything given must hold; `to_at` is exclusive, both times are of the recording."""

    model_config = ConfigDict(extra="forbid")

    ticket: _Plain | None = None
    state: State | None = None
    way: Way | None = None
    target: _Plain | None = Field(None, description="the chat channel or webhook")
    to_kind: _Reader | None = None
    to_id: _Plain | None = None
    template: _Plain | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    order: MessageOrder = MessageOrder.newest
    limit: int = Field(50, ge=1, le=messages_out.MOST)
    cursor: str | None = Field(None, max_length=1_500, description="`next` of the page before")


class ResendBody(Body):
    """Which of the messages that were given up, or wait after a failed attempt, are sent again; without a filter the
    oldest of all.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"way": "mail", "from_at": "2026-03-01T00:00:00Z", "limit": 200}]}
    )

    ticket: _Plain | None = None
    way: Way | None = None
    target: _Plain | None = None
    to_kind: _Reader | None = None
    to_id: _Plain | None = None
    template: _Plain | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    limit: int = Field(AT_ONCE, ge=1, le=AT_ONCE)


class Resent(BaseModel):
    """How many were put back in line, and how many that fit are left."""

    model_config = example(resent=12, left=0)

    resent: int
    left: int


@router.get("", operation_id="list_messages", summary="List the messages that went out, or did not")
def list_(wanted: Annotated[Wanted, Query()], ours: Ours, request: Request, response: Response) -> MessagePage:
    """One page; `state=failed` is the dead-letter list."""
    filters = MessageFilter(**wanted.model_dump(exclude={"order", "limit", "cursor"}))
    return page(ours, filters, wanted.order, wanted.cursor, wanted.limit, request, response)


def page(
    ours: Context,
    filters: MessageFilter,
    order: MessageOrder,
    cursor: str | None,
    limit: int,
    request: Request,
    response: Response,
) -> MessagePage:
    """One page of whatever fits. A Problem for another list's cursor."""
    try:
        found, beyond = messages_out.find(ours.database, filters, order, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return MessagePage(items=[view(one) for one in found], next=beyond)


@router.post("/resend", operation_id="resend_messages", summary="Send again what was given up or waits, by filter")
async def resend_all(body: ResendBody, caller: Caller, ours: Ours, now: Now) -> Resent:
    """At most a thousand at once, the oldest first; ask again while some are left. Each keeps its key."""
    wanted = MessageFilter(**body.model_dump(exclude={"limit"}))
    sent, left = await run_in_threadpool(
        messages_out.resend_all, ours.database, wanted, f"{caller.role}:{caller.id}", now, body.limit
    )
    if sent:
        await ours.engine.wake_delivery()
    return Resent(resent=sent, left=left)


@router.post("/{key}/resend", operation_id="resend_message", summary="Send a message again that was given up or waits")
async def resend(key: MessageKey, caller: Caller, ours: Ours, now: Now) -> MessageDetail:
    """It goes out under the key it had, so that a receiver who did get it knows it. What was noted stays."""
    by = f"{caller.role}:{caller.id}"
    if not await run_in_threadpool(messages_out.resend, ours.database, key, by, now):
        entry = await run_in_threadpool(_found, ours, key)
        if entry.state is not State.pending:
            detail = f"The message is {entry.state}; only one that was given up can be sent again."
            raise Problem(409, "not_given_up", detail)
    await ours.engine.wake_delivery()
    return await run_in_threadpool(_detail, ours, key)


@router.get("/{key}", operation_id="read_message", summary="Read a message with its attempts")
def read(key: MessageKey, ours: Ours) -> MessageDetail:
    """By its key, as the list gives it."""
    return _detail(ours, key)


def _found(ours: Context, key: str) -> Entry:
    entry = outbox.get(ours.database, key)
    if entry is None:
        raise Problem(404, "unknown_message", f'There is no message "{key}".')
    return entry


def _detail(ours: Context, key: str) -> MessageDetail:
    entry = _found(ours, key)
    history = [AttemptView(**one.model_dump(exclude={"key"})) for one in attempts.of_message(ours.database, key)]
    return MessageDetail(**view(entry).model_dump(), history=history)


def view(entry: Entry) -> MessageView:
    """A message as it is shown."""
    message = entry.message
    return MessageView(
        key=entry.key,
        ticket=message.ticket,
        to=Reader(kind=message.to.kind, id=message.to.id),
        template=message.template,
        subject=SUBJECTS.get(message.template),
        language=message.language,
        way=entry.way,
        target=entry.target or None,
        state=entry.state,
        attempts=entry.attempts,
        created_at=entry.created_at,
        next_attempt_at=entry.next_attempt_at if entry.state is State.pending else None,
        delivered_at=entry.delivered_at,
        sent_by=entry.channel,
        last_error=entry.last_error,
    )
