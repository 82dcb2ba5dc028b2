"""The files that a mail carries, under the same limits as uploads; what is not taken is named, not lost in silence.

What makes a mail's words longer than a ticket's facts may be goes along as a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.attachments.kinds import NotTaken
from api.attachments.taking import NOBODYS, Limits, Offered, take
from api.http.idempotency import ticket_id
from api.mailroom.reading import Mail
from api.mailroom.words import not_taken, say
from domain.attachments import AttachmentRef, clean_name
from store import attachment_uses, attachments
from store.database import Database

UPLOADER = "mail"
LONGEST = 15_000
"""Characters of a mail's words that a fact carries; the largest that the domain takes is 20,000."""
WHOLE = "message.txt"


@dataclass(frozen=True)
class Carried:
    """Words as a fact carries them, and the files beside them."""

    text: str
    files: tuple[AttachmentRef, ...]


def carried(
    database: Database,
    limits: Limits,
    mail: Mail,
    words: str,
    *,
    identity: str,
    organisation: str,
    language: str,
    ticket: str | None,
    now: datetime,
) -> Carried:
    """For a mail that goes on a ticket of `organisation`. The same mail again gives the same files."""
    room = limits.ticket - (attachment_uses.bytes_of(database, ticket) if ticket else 0)
    files, refused = _files(
        database, limits, _offered(mail, words, identity), organisation=organisation, room=room, now=now, message=None
    )
    attachments.hold(database, [file.id for file in files], now)
    return Carried(_said(words, refused, language), tuple(file.ref for file in files))


def kept_with(database: Database, limits: Limits, mail: Mail, *, identity: str, language: str, now: datetime) -> str:
    """For a mail that waits for somebody of ours, its files nobody's till then: the words that the list shows."""
    offered = _offered(mail, mail.text, identity)
    _, refused = _files(database, limits, offered, organisation=NOBODYS, room=limits.ticket, now=now, message=identity)
    return _said(mail.text, refused, language)


def _offered(mail: Mail, words: str, identity: str) -> list[Offered]:
    files = [(file.name, file.content) for file in mail.files]
    if len(words) > LONGEST:
        files.insert(0, (WHOLE, words.encode()))
    return [
        Offered(ticket_id("mail file", identity, str(place)), name, content)
        for place, (name, content) in enumerate(files)
    ]


def _files(
    database: Database,
    limits: Limits,
    offered: list[Offered],
    *,
    organisation: str,
    room: int,
    now: datetime,
    message: str | None,
) -> tuple[list[attachments.Stored], list[tuple[str, str]]]:
    files: list[attachments.Stored] = []
    refused: list[tuple[str, str]] = []
    for one in offered:
        name = clean_name(one.name)
        if len(files) >= limits.at_once:
            refused.append((name, "too_many_attachments"))
        elif len(one.content) > room:
            refused.append((name, "attachment_too_large" if len(one.content) > limits.size else "ticket_full"))
        else:
            try:
                kept = take(
                    database, limits, one, organisation=organisation, uploader=UPLOADER, now=now, message=message
                )
            except NotTaken as refusal:
                refused.append((name, refusal.code))
                continue
            files.append(kept)
            room -= kept.size
    return files, refused


def _said(words: str, refused: list[tuple[str, str]], language: str) -> str:
    said = words.strip() or say(language, "no_text")
    if len(words) > LONGEST:
        said = f"{said[:LONGEST]}\n\n{say(language, 'goes_on', file=WHOLE)}"
    left_out = not_taken(language, refused)
    # Names of files are a sender's words too, and may be many.
    return f"{said}\n\n{left_out[:4_000]}" if left_out else said
