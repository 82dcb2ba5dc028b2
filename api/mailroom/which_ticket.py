"""The ticket that a mail is about: by the tag of our address, the mail that it answers, the number in its subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fastapi.concurrency import run_in_threadpool

from api.access.reach import owner
from api.context import Context
from api.http.idempotency import read_ticket_id
from api.http.problems import Problem
from api.intake.joining import named_in
from api.mailroom.reading import Mail
from domain.mail_ids import read_mail_id
from domain.reply_address import read_reply_address

MOST_IDS = 50
"""Message-IDs of a thread that are looked at; long threads carry hundreds."""


@dataclass(frozen=True)
class Found:
    """`signed`: by an address of ours, which only whoever has a mail of ours knows."""

    ticket: str
    organisation: str
    signed: bool


async def which_ticket(
    ours: Context, mail: Mail, recipients: Iterable[str], *, base: str, domain: str, secret: bytes
) -> Found | None:
    """The first that is there. EngineAway when nobody can say."""
    for number, how in _named(mail, recipients, base, domain, secret):
        ticket = read_ticket_id(number)
        if ticket is None:
            continue
        try:
            return Found(ticket, await owner(ours, ticket), how == "tag")
        except Problem:
            continue  # unknown
    return None


async def by_subject(ours: Context, subject: str, organisations: set[str]) -> Found | None:
    """The ticket of one of these organisations whose number stands in the subject."""
    found = await run_in_threadpool(named_in, ours.database, subject, organisations)
    return Found(found.id, found.organisation, False) if found else None


def key_of(message_id: str, domain: str) -> str | None:
    """The key of the message of ours that has this Message-ID; None for a thread's, and for another's."""
    key = read_mail_id(message_id, domain)
    return None if key is None or key.startswith("ticket:") else key


def _named(
    mail: Mail, recipients: Iterable[str], base: str, domain: str, secret: bytes
) -> Iterable[tuple[str, Literal["tag", "answer"]]]:
    for address in dict.fromkeys((*recipients, *mail.addressed)):
        tagged = read_reply_address(address, base, secret)
        if tagged is not None:
            yield tagged, "tag"
    for one in mail.answers[:MOST_IDS]:
        key = read_mail_id(one, domain) or ""
        first, _, rest = key.partition(":")
        yield (rest if first == "ticket" else first), "answer"
