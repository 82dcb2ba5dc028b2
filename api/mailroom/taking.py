"""A mail from its bytes to what becomes of it. It returns when that is durable; the same mail again changes nothing.

Nothing is written twice and nothing lost if this process dies anywhere: each id follows from the mail, the mail's own
row comes last, and whoever sent it sends it again until it is acknowledged.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from fastapi.concurrency import run_in_threadpool
from opentelemetry import metrics

from api.access.reach import mark
from api.context import Context
from api.http.idempotency import command_id, ticket_id
from api.http.problems import Problem
from api.intake.joining import Said, joined
from api.mailroom.bounces import Bounce, bounces
from api.mailroom.carrying import carried, kept_with
from api.mailroom.loops import machine
from api.mailroom.proof import proven
from api.mailroom.quotes import own_words
from api.mailroom.reading import Mail, read
from api.mailroom.returned import returned
from api.mailroom.telling import tell_refused
from api.mailroom.which_ticket import Found, by_subject, which_ticket
from api.mailroom.who import contacts_at, writer
from api.mailroom.words import say
from api.tickets.commanding import send
from domain.attachments import AttachmentRef
from domain.commands import Actor, Command, Comment, Note
from domain.errors import DomainError
from domain.words import Channel
from store import inbox, mails
from store.directory import Contact, Staff
from store.inbox import Why
from store.mails import Kept, Outcome

log = logging.getLogger(__name__)
_mails = metrics.get_meter("escalade").create_counter(
    "escalade.mails", description="Mails that came in, by what became of them"
)

BY = "mailroom"
NOTE = "#note"
"""A staff member's mail that begins with this word is an internal note."""


@dataclass(frozen=True)
class House:
    """What the mailroom is told by the settings.

    `base`: the address that mails come to; `domain`: that of our Message-IDs; `authserv`: the mail server whose word on
    a sender counts, or nobody's; `per_hour`: mails of one sender that may touch tickets.
    """

    base: str
    domain: str
    secret: bytes
    authserv: str | None = None
    per_hour: int = 60


@dataclass(frozen=True)
class Arrival:
    """A mail as the SMTP server hands it over."""

    return_path: str
    recipients: tuple[str, ...]
    raw: bytes
    at: datetime


async def take(ours: Context, house: House, arrival: Arrival) -> Kept:
    """What became of the mail. EngineAway, or the database's error, when it must be sent again."""
    mail = await run_in_threadpool(read, arrival.raw)
    one = _One(ours, house, arrival, mail, ticket_id("mail", mail.fingerprint))
    known = await run_in_threadpool(mails.get, ours.database, one.id)
    if known is not None:
        return known
    kept = await one.lead()
    await run_in_threadpool(mails.keep, ours.database, kept, arrival.raw)
    _mails.add(1, {"outcome": str(kept.outcome)})
    # Neither addresses nor words: a log is nobody's mailbox.
    log.info("a mail came in", extra={"mail": kept.id, "outcome": str(kept.outcome), "why": kept.detail[:60]})
    return kept


@dataclass
class _One:
    """One mail on its way."""

    ours: Context
    house: House
    arrival: Arrival
    mail: Mail
    id: str

    async def lead(self) -> Kept:
        mail, house = self.mail, self.house
        came_back = [one for one in bounces(mail) if one.original]
        if came_back:
            return await self._returned(came_back)
        path = self.arrival.return_path
        found = await which_ticket(
            self.ours, mail, self.arrival.recipients, base=house.base, domain=house.domain, secret=house.secret
        )
        written_by = machine(mail.parsed, mail.message_id, return_path=path, domain=house.domain, base=house.base)
        if written_by is not None:
            return await self._keep("automatic", found, written_by)
        if not mail.sender:
            return await self._keep("unknown_sender", found, "no sender")
        an_hour_ago = self.arrival.at - timedelta(hours=1)
        if await run_in_threadpool(mails.since, self.ours.database, mail.sender, an_hour_ago) >= house.per_hour:
            return await self._keep("too_many", found, f"more than {house.per_hour} mails in an hour")
        if house.authserv is not None and not proven(mail.parsed, mail.sender, house.authserv):
            return await self._keep("unproven_sender", found, f"{house.authserv} does not confirm the sender")
        return await self._from_somebody(found)

    async def _from_somebody(self, found: Found | None) -> Kept:
        database = self.ours.database
        if found is None:
            theirs = await run_in_threadpool(contacts_at, database, self.mail.sender)
            found = await by_subject(self.ours, self.mail.subject, {one.organisation for one in theirs})
        who = await run_in_threadpool(writer, database, self.mail.sender, found)
        if who.staff is not None and found is not None:
            if not found.signed and self.house.authserv is None:
                # It would go out in our name, and a thread's id can be guessed from a ticket's number.
                return await self._keep("unproven_sender", found, "staff, and not to the ticket's own address")
            return await self._from_staff(who.staff, found)
        if who.contact is not None:
            return await self._from_contact(who.contact, found)
        return await self._keep(who.why or "unknown_sender", found, "")

    async def _from_contact(self, contact: Contact, found: Found | None) -> Kept:
        mail = self.mail
        words = own_words(mail.own) if found else mail.text
        text, files = await self._carried(words, contact.organisation, contact.language, found)
        said = Said(
            identity=self.id,
            digest=f"mail:{mail.fingerprint}",
            channel=Channel.email,
            subject=self._subject(contact.language),
            text=text,
            files=files,
            ticket=found.ticket if found else None,
        )
        try:
            outcome = await joined(self.ours, said, contact, self.arrival.at)
        except (DomainError, Problem) as refusal:
            told = (said.subject, refusal.code, str(refusal), self.arrival.at)
            await tell_refused(self.ours, contact, *told)
            return await self._keep("refused", found, f"{refusal.code}: {refusal}")
        return self._row(Outcome(outcome.outcome), ticket=outcome.ticket)

    async def _from_staff(self, staff: Staff, found: Found) -> Kept:
        words = own_words(self.mail.own)
        internal = words.lstrip().lower().startswith(NOTE)
        words = words.lstrip()[len(NOTE) :] if internal else words
        text, files = await self._carried(words, found.organisation, "en", found)
        mark(found.ticket)
        step = Note(text=text, attachments=files) if internal else _comment(text, files)
        by = Actor(role=staff.role, id=staff.id)
        command = Command(
            id=command_id("message", self.id), digest=f"mail:{self.mail.fingerprint}", by=by, step=step
        )  # fmt: skip
        try:
            await send(self.ours, found.ticket, command, self.arrival.at)
        except (DomainError, Problem) as refusal:
            return await self._keep("refused", found, f"{refusal.code}: {refusal}")
        return self._row(Outcome.noted if internal else Outcome.commented, ticket=found.ticket)

    async def _carried(
        self, words: str, organisation: str, language: str, found: Found | None
    ) -> tuple[str, tuple[AttachmentRef, ...]]:
        result = await run_in_threadpool(
            partial(
                carried, self.ours.database, self.ours.attachments, self.mail, words,
                identity=self.id, organisation=organisation, language=language,
                ticket=found.ticket if found else None, now=self.arrival.at,
            )
        )  # fmt: skip
        return result.text, result.files

    async def _returned(self, came_back: list[Bounce]) -> Kept:
        about = await returned(self.ours, came_back, self.house.domain, self.arrival.at)
        if about is None:
            return await self._keep("automatic", None, "a report about no mail of ours")
        outcome = Outcome.returned if about.failed else Outcome.nothing
        return self._row(outcome, ticket=about.ticket, detail=about.detail)

    async def _keep(self, why: Why, found: Found | None, detail: str) -> Kept:
        """Among the unmatched messages, for somebody of ours to look at."""
        text = await run_in_threadpool(
            partial(
                kept_with, self.ours.database, self.ours.attachments, self.mail,
                identity=self.id, language="en", now=self.arrival.at,
            )
        )  # fmt: skip
        message = inbox.Unmatched(
            id=self.id,
            channel=Channel.email,
            sender=self.mail.sender or self.arrival.return_path or "<>",
            subject=self._subject("en"),
            text=text,
            by=BY,
            why=why,
            received_at=self.arrival.at,
            about=found.ticket if found else None,
        )
        await run_in_threadpool(inbox.keep, self.ours.database, message)
        told = f"{why}: {detail}" if detail else why
        return self._row(Outcome.kept, ticket=found.ticket if found else None, message=self.id, detail=told)

    def _subject(self, language: str) -> str:
        return self.mail.subject[:250].strip() or say(language, "no_subject")

    def _row(
        self, outcome: Outcome, *, ticket: str | None = None, message: str | None = None, detail: str = ""
    ) -> Kept:
        return Kept(
            id=self.id,
            message_id=self.mail.message_id,
            sender=self.mail.sender,
            return_path=self.arrival.return_path,
            recipients=" ".join(self.arrival.recipients),
            subject=self.mail.subject[:250],
            received_at=self.arrival.at,
            size=len(self.arrival.raw),
            outcome=outcome,
            ticket=ticket,
            message=message,
            detail=detail[:1_000],
        )


def _comment(text: str, files: tuple[AttachmentRef, ...]) -> Comment:
    return Comment(text=text, channel=Channel.email, attachments=files)
