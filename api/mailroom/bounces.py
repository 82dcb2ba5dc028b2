"""Mails that say that one of ours could not be delivered (RFC 3464)."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

from api.mailroom.headers import first, ids
from api.mailroom.reading import Mail


@dataclass(frozen=True)
class Bounce:
    """One recipient who was not reached. `original`: the Message-ID of the mail; `reason` as the server put it."""

    action: str
    status: str
    reason: str
    original: str


def bounces(mail: Mail) -> list[Bounce]:
    """What a delivery report tells, recipient by recipient; nothing for another mail."""
    parsed = mail.parsed
    if parsed.get_content_type() != "multipart/report":
        return []
    parts = [part for part in parsed.walk() if part is not parsed]
    original = _original(parts) or next(iter(mail.answers), "")
    return [
        Bounce(
            action=first(block, "action").lower(),
            status=first(block, "status")[:20],
            reason=first(block, "diagnostic-code").partition(";")[2].strip()[:300] or first(block, "status")[:20],
            original=original,
        )
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
        if first(block, "action")
    ]


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))
    else:
        for text in str(payload).replace("\r\n", "\n").split("\n\n"):
            yield email.message_from_string(text.lstrip("\n"), policy=compat32)


def _original(parts: list[Message]) -> str:
    """The Message-ID of the mail that came back: the report carries it whole, or only its headers."""
    for part in parts:
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            headers = email.message_from_string(str(part.get_payload()), policy=compat32)
            found = ids(first(headers, "message-id"))
        elif part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            whole = inner[0] if isinstance(inner, list) and inner else None
            found = ids(first(whole, "message-id")) if isinstance(whole, Message) else []
        else:
            continue
        if found:
            return found[0]
    return ""
