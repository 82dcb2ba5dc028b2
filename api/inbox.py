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

from api.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.idempotency import IdempotencyKey, digest, ticket_id
from api.joining import Joined, Said, joined, named_in
from api.opening import conflict
from api.problems import Problem, invalid
from api.shapes import AT, TICKET, Body, Links, example, links
from domain.commands import Line, Name, Text
from domain.errors import DomainError
from domain.words import Channel, Role
from store import directory
from store import inbox as kept
from store.directory import Contact

router = APIRouter(prefix="/v1", tags=["messages"])

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
        return MessageTaken(outcome="kept", message=row.id)
    contact = await _sender(ours, caller, row)
    said = Said(row.id, digest("message", message), row.channel, row.subject, row.text, message.contract)
    found = await _taken(ours, said, contact, row, now)
    if key.given and await run_in_threadpool(kept.get, ours.database, row.id) is not None:
        await run_in_threadpool(kept.settle, ours.database, row.id, found.ticket, now)
    return _view(found, response)


@router.get("/unmatched-messages", operation_id="list_unmatched_messages", summary="List what could not be matched")
def list_unmatched(
    ours: Ours,
    response: Response,
    settled: Annotated[bool, Query(description="those that have been dealt with")] = False,
    limit: Annotated[int, Query(ge=1, le=kept.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=100, description="`next` of the page before")] = None,
) -> UnmatchedPage:
    """What waits for somebody of ours, oldest first."""
    last = kept.get(ours.database, cursor) if cursor and cursor.isalnum() else None
    if cursor and last is None:
        raise invalid("/cursor", "This is no cursor of this list; begin at the first page.", where="query")
    after = (last.received_at, last.id) if last else None
    found = kept.find(ours.database, settled=settled, after=after, limit=limit + 1)
    items = [UnmatchedView(**one.model_dump()) for one in found[:limit]]
    following = items[-1].id if len(found) > limit else None
    if following:
        query = f"settled={str(settled).lower()}&limit={limit}&cursor={following}"
        response.headers["Link"] = f'</v1/unmatched-messages?{query}>; rel="next"'
    return UnmatchedPage(items=items, next=following)


@router.post("/unmatched-messages/{id}/match", operation_id="match_message", summary="Say whose message it was")
async def match_message(
    id: Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9]+$")],
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
        return MessageTaken(outcome="dismissed", message=id)
    contact = await run_in_threadpool(directory.contact, ours.database, match.contact)
    if contact is None:
        raise invalid("/contact", f'There is no contact "{match.contact}".', code="unknown_contact")
    said = Said(row.id, f"match:{contact.id}", row.channel, row.subject, row.text, match.contract)
    found = await joined(ours, said, contact, now)
    await run_in_threadpool(kept.settle, ours.database, id, found.ticket, now)
    return _view(found, response)


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


async def _taken(ours: Context, said: Said, contact: Contact, row: kept.Unmatched, now: datetime) -> Joined:
    """What came of it; a message that is refused is kept, so that somebody of ours reads it."""
    try:
        return await joined(ours, said, contact, now)
    except (DomainError, Problem) as refusal:
        if refusal.code != "idempotency_conflict":
            await _keep(ours, row.model_copy(update={"why": "refused"}))
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
