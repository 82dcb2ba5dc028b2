"""Messages that come in by mail, telephone or portal: each becomes a ticket or joins one. None is lost.

A mail gateway posts what it receives, support what it hears on the telephone. What cannot be matched with a contact
is refused with what to do, and kept until somebody of ours has matched it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.attachments.doors import DOWNLOADED, AttachmentId, AttachmentView, unknown_attachment
from api.attachments.handing import handed_out
from api.attachments.naming import For
from api.attachments.of_messages import given, of_message, stay_with
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, digest, ticket_id
from api.http.problems import Problem, invalid
from api.intake.joining import Joined, Said, joined, named_in
from api.intake.opening import conflict
from api.shapes import AT, TICKET, Body, FileIds, Links, example, links
from domain.commands import Line, Name, Text
from domain.errors import DomainError
from domain.words import Channel, Role
from store import attachments, directory, tickets
from store import inbox as kept
from store.directory import Contact

router = APIRouter(prefix="/v1", tags=["messages"])

MessageId = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9]+$", description="the message's id")]
_MESSAGE = {
    "channel": "email", "from": "anna@acme.example", "subject": "Re: [K7M39QX24T] The access gates stay closed",
    "text": "The gate on the left opens again.",
}  # fmt: skip


class IncomingMessage(Body):
    """What a client said. The number of one of its tickets in the subject makes it join that ticket."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"examples": [{**_MESSAGE}]})

    channel: Literal["portal", "email", "telephone"]
    sender: Line = Field(alias="from", description="a contact's id, e-mail address or telephone number")
    subject: Line
    text: Text
    contract: Name | None = Field(None, description="for a new ticket; absent: the one that is valid now")
    attachments: FileIds = ()
    automatic: bool = Field(
        False, description="a machine wrote it (`Auto-Submitted`, RFC 3834): kept, but no ticket is touched by it"
    )


class MessageTaken(BaseModel):
    """What came of a message. `kept`: it was automatic, and stands in the list of unmatched messages."""

    model_config = example(outcome="commented", ticket=TICKET, links=links(TICKET).model_dump())

    outcome: Literal["opened", "commented", "answered", "reopened", "kept", "dismissed"]
    ticket: str | None = None
    message: str | None = None
    links: Links | None = None


class UnmatchedView(BaseModel):
    """A message that nobody could be found for; `why` says what stood in the way."""

    model_config = example(
        id="M7M39QX24T", channel="email", sender="somebody@acme.example", subject="Printer", text="It is broken.",
        by="gateway", why="unknown_sender", received_at=AT,
    )  # fmt: skip

    id: str
    channel: str
    sender: str
    subject: str
    text: str
    by: str
    why: str
    received_at: datetime
    settled_at: datetime | None = None
    ticket: str | None = None
    about: str | None = Field(None, description="the ticket that it names")
    attachments: list[AttachmentView] = []


class UnmatchedPage(BaseModel):
    """Oldest first; `next` is the cursor of those that follow."""

    model_config = example(items=[UnmatchedView.model_config["json_schema_extra"]["examples"][0]])  # type: ignore[index]

    items: list[UnmatchedView]
    next: str | None = None


class Match(Body):
    """Whose message it was; without a contact it is dismissed: it was nobody's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"contact": "anna"}]})

    contact: Name | None = None
    contract: Name | None = Field(None, description="for a new ticket; absent: the one that is valid now")


@router.post("/messages", operation_id="take_message", summary="Take in a client's message")
async def take_message(
    message: IncomingMessage, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> MessageTaken:
    """A new ticket, confirmed to the client at once, or a word on the ticket that the subject names.

    On a closed ticket it is a reopening while that is possible, and a new ticket afterwards.
    """
    row = kept.Unmatched(
        id=ticket_id("message", caller.scope, key.value),
        channel=Channel(message.channel),
        sender=message.sender,
        subject=message.subject,
        text=message.text,
        by=caller.id,
        why="automatic",
        received_at=now,
    )
    if message.automatic:
        await _keep(ours, row)
        await run_in_threadpool(stay_with, ours.database, row.id, message.attachments, caller)
        return MessageTaken(outcome="kept", message=row.id)
    try:
        contact = await _sender(ours, caller, row)
    except Problem:
        await run_in_threadpool(stay_with, ours.database, row.id, message.attachments, caller)
        raise
    of = For(ours.database, ours.attachments, caller, contact.organisation, None, now, again=True)
    files = await run_in_threadpool(of_message, row.id, message.attachments, of)
    mark = digest("message", message)
    said = Said(row.id, mark, row.channel, row.subject, row.text, message.contract, files)
    found = await _taken(ours, caller, said, contact, row, now)
    if key.given and await run_in_threadpool(kept.get, ours.database, row.id) is not None:
        await run_in_threadpool(kept.settle, ours.database, row.id, found.ticket, now)
    return _view(found, response)


@router.get("/unmatched-messages", operation_id="list_unmatched_messages", summary="List what could not be matched")
def list_unmatched(
    ours: Ours,
    response: Response,
    settled: Annotated[bool, Query(description="those that have been dealt with")] = False,
    why: Annotated[kept.Why | None, Query(description="those that are kept for this reason")] = None,
    limit: Annotated[int, Query(ge=1, le=kept.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> UnmatchedPage:
    """What waits for somebody of ours, oldest first."""
    try:
        found, following = kept.find(ours.database, settled=settled, why=why, cursor=cursor, limit=limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    files = attachments.of_messages(ours.database, [one.id for one in found])
    items = [
        UnmatchedView(**one.model_dump(), attachments=[AttachmentView.model_validate(file) for file in files[one.id]])
        for one in found
    ]
    if following:
        query = f"settled={str(settled).lower()}&limit={limit}&cursor={following}" + (f"&why={why}" if why else "")
        response.headers["Link"] = f'</v1/unmatched-messages?{query}>; rel="next"'
    return UnmatchedPage(items=items, next=following)


@router.post("/unmatched-messages/{id}/match", operation_id="match_message", summary="Say whose message it was")
async def match_message(
    id: MessageId,
    match: Match,
    ours: Ours,
    now: Now,
    response: Response,
) -> MessageTaken:
    """It goes the way it would have gone if its sender had been known; without a contact it is dismissed."""
    row = await run_in_threadpool(kept.get, ours.database, id)
    if row is None:
        raise Problem(404, "unknown_message", f'There is no message "{id}". GET /v1/unmatched-messages lists them.')
    if row.settled_at is not None:
        raise Problem(409, "already_settled", f'Message "{id}" has been dealt with already.', ticket=row.ticket)
    if match.contact is None:
        await run_in_threadpool(kept.settle, ours.database, id, None, now)
        await run_in_threadpool(attachments.let_go, ours.database, id, now)
        return MessageTaken(outcome="dismissed", message=id)
    contact = await run_in_threadpool(directory.contact, ours.database, match.contact)
    if contact is None:
        raise invalid("/contact", f'There is no contact "{match.contact}".', code="unknown_contact")
    files = await run_in_threadpool(given, ours.database, row.id, contact.organisation)
    about = await _about(ours, row, contact)
    mark = f"match:{contact.id}"
    said = Said(row.id, mark, row.channel, row.subject, row.text, match.contract, files, about)
    found = await joined(ours, said, contact, now)
    await run_in_threadpool(kept.settle, ours.database, id, found.ticket, now)
    return _view(found, response)


@router.get(
    "/unmatched-messages/{id}/attachments/{attachment}",
    operation_id="download_message_attachment",
    summary="Download a file of an unmatched message",
    response_class=Response,
    responses={200: DOWNLOADED},
)
def download_message_attachment(id: MessageId, attachment: AttachmentId, ours: Ours) -> Response:
    """The file as a download."""
    files = {file.id: file for file in attachments.of_messages(ours.database, [id])[id]}
    if attachment not in files:
        raise unknown_attachment(attachment)
    file = files[attachment]
    return handed_out(file.name, file.media_type, attachments.content(ours.database, file), inline=False)


async def _about(ours: Context, row: kept.Unmatched, contact: Contact) -> str | None:
    """The ticket that the message names, where it is one of this contact's organisation."""
    if row.about is None:
        return None
    found = await run_in_threadpool(tickets.get, ours.database, row.about)
    return row.about if found is not None and found.organisation == contact.organisation else None


async def _sender(ours: Context, caller: Principal, row: kept.Unmatched) -> Contact:
    """The contact who wrote it. A Problem (422) when there is none, or several; the message is kept."""
    found = await run_in_threadpool(directory.contacts_reached_at, ours.database, row.sender)
    known = [contact for contact in found if caller.reaches(contact.organisation)]
    if len(known) > 1:
        organisations = {contact.organisation for contact in known}
        ticket = await run_in_threadpool(named_in, ours.database, row.subject, organisations)
        if ticket is not None:
            known = [contact for contact in known if contact.organisation == ticket.organisation]
    if len(known) == 1:
        return known[0]
    why: kept.Why = "several_senders" if known else "unknown_sender"
    await _keep(ours, row.model_copy(update={"why": why}))
    ways = "Say whose it was with POST /v1/unmatched-messages/{id}/match, or dismiss it there."
    if known:
        # Ids only to our own people: a gateway of one client must not learn another's.
        names = ", ".join(sorted(contact.id for contact in known)) if caller.role is not Role.integrator else ""
        detail = f"Several contacts are reached at this address{': ' + names if names else ''}. It is kept. {ways}"
    else:
        detail = f"No contact has this id, address or number. Add the contact to the directory. It is kept. {ways}"
    raise Problem(422, why, detail.replace("{id}", row.id), message=row.id)


async def _taken(
    ours: Context, caller: Principal, said: Said, contact: Contact, row: kept.Unmatched, now: datetime
) -> Joined:
    """What came of it; a message that is refused is kept, so that somebody of ours reads it."""
    try:
        return await joined(ours, said, contact, now)
    except (DomainError, Problem) as refusal:
        if refusal.code != "idempotency_conflict":
            await _keep(ours, row.model_copy(update={"why": "refused"}))
            ids = tuple(file.id for file in said.files)
            await run_in_threadpool(stay_with, ours.database, row.id, ids, caller)
        raise


async def _keep(ours: Context, row: kept.Unmatched) -> None:
    """A Problem (409) when the same key was used with another message."""
    await run_in_threadpool(kept.keep, ours.database, row)
    stored = await run_in_threadpool(kept.get, ours.database, row.id)
    content = ("channel", "sender", "subject", "text")
    if stored is not None and any(getattr(stored, name) != getattr(row, name) for name in content):
        raise conflict()


def _view(found: Joined, response: Response) -> MessageTaken:
    response.headers["Location"] = links(found.ticket).self
    return MessageTaken(outcome=found.outcome, ticket=found.ticket, links=links(found.ticket))
