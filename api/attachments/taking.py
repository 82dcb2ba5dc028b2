"""Taking a file in: its name cleaned, its type found, its size held to the limit; then it waits for what names it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from api.attachments.kinds import NotTaken, media_type
from domain.attachments import clean_name
from runtime.settings import Settings
from store import attachments
from store.attachments import WAITS, Stored
from store.database import Database

MIB = 1024 * 1024
NOBODYS = ""
"""The organisation of a file of which nobody knows yet whose it is."""


@dataclass(frozen=True)
class Limits:
    """What is taken. Bytes of one file and of one ticket's files; files of one message; families of types."""

    size: int = 10 * MIB
    at_once: int = 10
    ticket: int = 100 * MIB
    families: frozenset[str] = frozenset({"images", "pdf", "office", "text", "archives"})

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings set."""
        return cls(
            size=settings.attachment_mib * MIB,
            at_once=settings.attachments_at_once,
            ticket=settings.ticket_mib * MIB,
            families=frozenset(settings.attachment_families.split(",")),
        )


@dataclass(frozen=True)
class Offered:
    """A file as it came in, before anything was checked. Its id follows from what it came with."""

    id: str
    name: str
    content: bytes


def checked(limits: Limits, offered: Offered) -> tuple[str, str]:
    """Name and media type under which the file is kept. NotTaken when it is not."""
    name = clean_name(offered.name)
    if len(offered.content) > limits.size:
        raise NotTaken(
            "attachment_too_large",
            f'"{name}" is larger than {limits.size // MIB} MiB. Leave out what is not needed, or send it in parts.',
        )
    return name, media_type(name, offered.content, limits.families)


def take(
    database: Database,
    limits: Limits,
    offered: Offered,
    *,
    organisation: str,
    uploader: str,
    now: datetime,
    message: str | None = None,
) -> Stored:
    """Keeps the file. It waits a day for a step that names it; with a `message` it stays as long as that does.

    The same again is the same file. NotTaken when it is none that we take.
    """
    name, found = checked(limits, offered)
    return keep(
        database, offered.id, name, found, offered.content,
        organisation=organisation, uploader=uploader, now=now, message=message,
    )  # fmt: skip


def keep(
    database: Database,
    id: str,
    name: str,
    media_type: str,
    content: bytes,
    *,
    organisation: str,
    uploader: str,
    now: datetime,
    message: str | None = None,
) -> Stored:
    """Keeps a file that was checked already."""
    file = Stored(
        id=id,
        organisation=organisation,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploader=uploader,
        uploaded_at=now,
        drop_at=None if message else now + WAITS,
        message=message,
    )
    return attachments.add(database, file, content)
