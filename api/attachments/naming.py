"""The files that a step names by their ids: looked up here, so that its fact carries what they are.

Whoever names a file must have uploaded it for this ticket's organisation, or must see it on this ticket already. From
here on it is held: a crash between this and the recording loses nothing, and a step that is refused leaves it waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.access.auth import Principal
from api.attachments.taking import MIB, NOBODYS, Limits
from api.http.problems import Problem, invalid
from domain.attachments import AttachmentRef
from domain.words import Role
from store import attachment_uses, attachments
from store.attachments import Stored
from store.database import Database


@dataclass(frozen=True)
class For:
    """Whose step names them, on which organisation's ticket; no ticket yet when it is being opened."""

    database: Database
    limits: Limits
    caller: Principal
    organisation: str
    ticket: str | None
    now: datetime
    again: bool = False
    """What the caller uploaded and used before may be named again: it is not known yet where the message led to."""


def sees_internal(caller: Principal) -> bool:
    """Whether the caller reads internal notes, and with them their files."""
    return caller.role not in (Role.client, Role.integrator)


def named(ids: Sequence[str], of: For) -> tuple[AttachmentRef, ...]:
    """The files as a fact carries them. A Problem that says which one cannot be used, and why."""
    if not ids:
        return ()
    if len(ids) > of.limits.at_once:
        detail = (
            f"{len(ids)} files are too many; {of.limits.at_once} go with one message. Send the others with another."
        )
        raise invalid("/attachments", detail, code="too_many_attachments")
    found = _usable(ids, of)
    for place, one in enumerate(ids):
        if one not in found:
            detail = (
                f'There is no file "{one}" that you could attach here. Upload it with POST /v1/attachments, and '
                "use it within a day."
            )
            raise invalid(f"/attachments/{place}", detail, code="unknown_attachment")
    files = [found[one] for one in dict.fromkeys(ids)]
    _fits(files, of)
    attachments.hold(of.database, [file.id for file in files], of.now)
    nobodys = [file.id for file in files if file.organisation == NOBODYS]
    if nobodys:
        attachments.give(of.database, nobodys, of.organisation)
    return tuple(file.ref for file in files)


def _usable(ids: Sequence[str], of: For) -> dict[str, Stored]:
    found = {
        file.id: file
        for file in attachments.find(of.database, ids)
        if file.uploader == of.caller.scope
        and file.organisation in (of.organisation, *([NOBODYS] if of.caller.organisation is None else []))
        and _waits(file, of)
    }
    rest = [one for one in ids if one not in found]
    if of.ticket is not None and rest:
        # The same request again finds its files on the ticket; and what everybody sees there may be named again.
        there = attachment_uses.on_ticket(of.database, of.ticket, rest, internal=sees_internal(of.caller))
        found |= {file.id: file for file in there}
    return found


def _waits(file: Stored, of: For) -> bool:
    if file.drop_at is None:
        return of.again and file.message is None
    return file.drop_at > of.now


def _fits(files: list[Stored], of: For) -> None:
    new = sum(file.size for file in files if file.drop_at is not None)
    if not new:
        return
    there = attachment_uses.bytes_of(of.database, of.ticket) if of.ticket is not None else 0
    if there + new > of.limits.ticket:
        raise Problem(
            409,
            "ticket_full",
            f"The files of this ticket would be more than {of.limits.ticket // MIB} MiB. "
            "Put large files where we can fetch them, and tell us where.",
        )
