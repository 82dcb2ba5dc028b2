"""What a client says, by whatever channel, becomes a ticket or joins the one whose number it names (1L-02, PC-17).

The client said it, so the client is the actor, whoever typed it in or carried it. One identity leads to one ticket
or one command: a message may be sent again whenever its answer was lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fastapi.concurrency import run_in_threadpool

from api.access.reach import mark
from api.context import Context
from api.http.idempotency import LENGTH, command_id, read_ticket_id
from api.intake.opening import begin, prepare, replayed
from api.shapes import OpenTicket
from api.tickets.commanding import send
from domain.attachments import AttachmentRef
from domain.commands import Actor, Command, Comment, Reopen
from domain.errors import DomainError
from domain.words import Channel, Role
from store import tickets
from store.database import Database
from store.directory import Contact
from workflows.protocol import Receipt

Outcome = Literal["opened", "commented", "answered", "reopened"]

_NUMBER = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z0-9]{{{LENGTH}}}(?![A-Za-z0-9])")
_LOOKED_AT = 5
_OVER = ("reopening_window_over", "ticket_archived", "ticket_lost")


@dataclass(frozen=True)
class Said:
    """What was said, and by which way; `identity` is the same whenever the same message is sent again.

    `ticket` is known where the way that it came names it; otherwise the subject may.
    """

    identity: str
    digest: str
    channel: Channel
    subject: str
    text: str
    contract: str | None = None
    files: tuple[AttachmentRef, ...] = ()
    ticket: str | None = None


@dataclass(frozen=True)
class Joined:
    """What came of it."""

    outcome: Outcome
    ticket: str


def named_in(database: Database, subject: str, organisations: set[str]) -> tickets.TicketRow | None:
    """The first ticket of one of these organisations whose number stands in the subject."""
    for word in _NUMBER.findall(subject)[:_LOOKED_AT]:
        number = read_ticket_id(word)
        found = tickets.get(database, number) if number else None
        if found is not None and found.organisation in organisations:
            return found
    return None


async def joined(ours: Context, said: Said, contact: Contact, now: datetime) -> Joined:
    """Comment, answer or reopening of the ticket that it is about; a new ticket otherwise.

    A ticket that can no longer be reopened makes room for a new one: nobody is sent away. DomainError or a Problem
    where the rules, or the organisation's contracts, refuse it.
    """
    by = Actor(role=Role.client, id=contact.id)
    ticket = said.ticket
    if ticket is None:
        named = await run_in_threadpool(named_in, ours.database, said.subject, {contact.organisation})
        ticket = named.id if named is not None else None
    if ticket is not None:
        outcome = await _onto(ours, said, by, ticket, now)
        if outcome is not None:
            return Joined(outcome, ticket)
    return Joined("opened", await _new(ours, said, by, contact, now))


async def _onto(ours: Context, said: Said, by: Actor, ticket: str, now: datetime) -> Outcome | None:
    """None when the ticket is closed for good."""
    mark(ticket)
    identity = command_id("message", said.identity)
    step = Comment(text=said.text, channel=said.channel, attachments=said.files)
    comment = Command(id=identity, digest=said.digest, by=by, step=step)
    try:
        return _outcome(await send(ours, ticket, comment, now))
    except DomainError as refusal:
        if refusal.code not in ("ticket_closed", "ticket_archived"):
            raise
    reopening = comment.model_copy(update={"step": Reopen(reason=said.text, attachments=said.files)})
    try:
        return _outcome(await send(ours, ticket, reopening, now))
    except DomainError as refusal:
        if refusal.code not in _OVER:
            raise
        return None


def _outcome(receipt: Receipt) -> Outcome:
    if "ticket_reopened" in receipt.events:
        return "reopened"
    return "answered" if "information_given" in receipt.events else "commented"


async def _new(ours: Context, said: Said, by: Actor, contact: Contact, now: datetime) -> str:
    ticket = said.identity
    if await run_in_threadpool(replayed, ours, ticket, said.digest) is None:
        filed = OpenTicket(
            subject=said.subject,
            description=said.text,
            channel=said.channel,
            contact=contact.id,
            contract=said.contract,
        )
        opening = await run_in_threadpool(prepare, ours, filed, contact.organisation, ticket, by, now, files=said.files)
        await begin(ours, opening, by, now, command_id("message", ticket), said.digest)
    return ticket
