"""A mail of ours that came back: its message is given up where everybody sees it, and the ticket's staff reads why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi.concurrency import run_in_threadpool

from api.context import Context
from api.http.idempotency import command_id
from api.http.problems import Problem
from api.mailroom.bounces import Bounce
from api.mailroom.which_ticket import key_of
from api.mailroom.words import say
from api.tickets.commanding import send
from domain.commands import SYSTEM, Command, Note
from domain.errors import DomainError
from domain.messages import Message
from store import outbox


@dataclass(frozen=True)
class About:
    """What a report was about. `failed`: it is final; otherwise the other server still tries."""

    ticket: str | None
    failed: bool
    detail: str


async def returned(ours: Context, reported: list[Bounce], domain: str, now: datetime) -> About | None:
    """None when the report is about no mail of ours. EngineAway when the ticket cannot be told now.

    The ticket is told before the message is marked: a crash in between tells it again, under the same id.
    """
    about = None
    for bounce in reported:
        key = key_of(bounce.original, domain)
        entry = await run_in_threadpool(outbox.get, ours.database, key) if key else None
        if entry is None or key is None:
            continue
        message, failed = entry.message, bounce.action == "failed"
        detail = f"{bounce.action}: {bounce.reason}"
        about = About(message.ticket, failed or (about is not None and about.failed), detail)
        if not failed:
            continue
        if message.ticket is not None:
            await _tell(ours, message.ticket, message, bounce.reason, now)
        await run_in_threadpool(outbox.returned, ours.database, key, f"it came back: {bounce.reason}", now)
    return about


async def _tell(ours: Context, ticket: str, message: Message, reason: str, now: datetime) -> None:
    text = say(message.language, "returned", template=message.template, to=message.to.id, reason=reason)
    note = Command(id=command_id("returned", message.key), digest=message.key, by=SYSTEM, step=Note(text=text))
    try:
        await send(ours, ticket, note, now)
    except (DomainError, Problem):
        return  # archived, or gone: the message's own state says what happened
