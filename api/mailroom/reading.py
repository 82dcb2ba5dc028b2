"""What a mail says: from its bytes to words and files. Total: whatever the bytes, it answers, and loses nothing.

Of alternatives the plain one is read, and HTML where there is no other; what is no text for reading is a file.
"""

from __future__ import annotations

import email
import hashlib
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32
from typing import Any

from api.mailroom.headers import addresses, clean, every, first, ids, parameter, raw_text
from api.mailroom.html_text import words

DEEPEST = 30
"""Parts within parts that are followed; what lies deeper is a file."""
MOST_PARTS = 200

_NOT_FOR_READING = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
     "application/pgp-encrypted", "application/applefile"}
)  # fmt: skip
"""What mail programs add for themselves."""
SMALLEST_PICTURE = 8 * 1024
"""Bytes. Pictures within the text that are smaller are logos and signs of a signature."""


@dataclass(frozen=True)
class File:
    """A part that is no text for reading."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail as it is read. `own` is its text without what quoting mail programs mark as quoted in HTML."""

    parsed: Message = field(repr=False, compare=False)
    message_id: str
    sender: str
    subject: str
    text: str
    own: str
    files: tuple[File, ...]
    answers: tuple[str, ...]
    """Message-IDs of what it answers, the nearest first."""
    addressed: tuple[str, ...]
    """Addresses that it was sent to, as far as its headers say."""

    @property
    def fingerprint(self) -> str:
        """The same for the same mail, whatever way it came and whatever servers wrote on it."""
        said = hashlib.sha256()
        written = first(self.parsed, "date")
        for part in (self.message_id, self.sender.lower(), self.subject, written, self.text):
            said.update(len(part).to_bytes(8, "big") + part.encode())
        for file in self.files:
            said.update(hashlib.sha256(file.content).digest())
        return said.hexdigest()


def read(raw: bytes) -> Mail:
    """The mail in these bytes."""
    # The old policy keeps headers as they came; the new one parses each, and raises on what it did not foresee.
    parsed = email.message_from_bytes(raw, policy=compat32)
    found = _Found()
    _walk(parsed, found, 0)
    text, own = "\n\n".join(found.texts).strip("\n"), "\n\n".join(found.own).strip("\n")
    answered = [*ids(first(parsed, "in-reply-to")), *reversed(ids(first(parsed, "references")))]
    return Mail(
        parsed=parsed,
        message_id=next(iter(ids(first(parsed, "message-id"))), ""),
        sender=next(iter(addresses(parsed, "from")), ""),
        subject=first(parsed, "subject"),
        text=text,
        own=own if own.strip() else text,
        files=tuple(found.files),
        answers=tuple(dict.fromkeys(answered)),
        addressed=tuple(addresses(parsed, "delivered-to", "x-original-to", "envelope-to", "to", "cc", "resent-to")),
    )


@dataclass
class _Found:
    texts: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    parts: int = 0


def _walk(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    kind = part.get_content_type()
    children = part.get_payload()
    if kind == "message/rfc822" and depth:
        found.files.append(_forwarded(part))
    elif isinstance(children, list) and depth < DEEPEST and found.parts < MOST_PARTS:
        if kind == "multipart/alternative":
            _best(_parts(children), found, depth)
        else:
            for child in _parts(children):
                _walk(child, found, depth + 1)
    elif isinstance(children, list):
        found.files.append(File("part.eml", _bytes(part)))
    elif kind in ("text/plain", "text/html") and not _attached(part):
        whole, own = _words(part, kind)
        if whole.strip():
            found.texts.append(whole)
            found.own.append(own)
    elif kind not in _NOT_FOR_READING:
        content = _content(part)
        if content and not _decoration(part, kind, content):
            found.files.append(File(_name(part, kind), content))


def _parts(children: list[Any]) -> list[Message]:
    return [child for child in children if isinstance(child, Message)]


def _best(children: list[Message], found: _Found, depth: int) -> None:
    """The plain alternative where it says anything, else the next; files are taken from all of them."""
    readings = []
    for child in children:
        one = _Found(parts=found.parts)
        _walk(child, one, depth + 1)
        found.parts = one.parts
        found.files += one.files
        readings.append(one)
    chosen = next((one for one in readings if one.texts), None)
    if chosen is not None:
        found.texts += chosen.texts
        found.own += chosen.own


def _words(part: Message, kind: str) -> tuple[str, str]:
    text = clean(raw_text(_content(part), parameter(part, "charset")))
    if kind == "text/html":
        return words(text)
    if parameter(part, "format").lower() == "flowed":
        text = _unflowed(text, delsp=parameter(part, "delsp").lower() == "yes")
    return text, text


def _unflowed(text: str, *, delsp: bool) -> str:
    """Lines that a mail program broke for sending, joined again (RFC 3676)."""
    lines: list[str] = []
    joins = False
    for line in text.split("\n"):
        soft = line.endswith(" ") and line != "-- "
        line = line.removeprefix(" ") if not line.startswith(">") else line
        kept = line[:-1] if soft and delsp else line
        if joins and not line.startswith(">") and line != "-- ":
            lines[-1] += kept
        else:
            lines.append(kept)
        joins = soft and not line.startswith(">")
    return "\n".join(lines)


def _attached(part: Message) -> bool:
    """Whether a text is a file: it says so, or it has a name."""
    said = " ".join(every(part, "content-disposition")).lower()
    return said.startswith("attachment") or bool(parameter(part, "filename", "content-disposition"))


def _decoration(part: Message, kind: str, content: bytes) -> bool:
    inside = bool(first(part, "content-id")) and not first(part, "content-disposition").lower().startswith("attachment")
    return inside and kind.startswith("image/") and len(content) < SMALLEST_PICTURE


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, AttributeError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _name(part: Message, kind: str) -> str:
    named = parameter(part, "filename", "content-disposition") or parameter(part, "name")
    if named:
        # Encoded words have no place in a parameter, and half of the world's mail programs put them there.
        return first(_header(named), "x") or named
    ends = {"text/calendar": ".ics", "text/plain": ".txt", "text/html": ".html", "image/jpeg": ".jpg"}
    return f"attachment{ends.get(kind, '.' + kind.rpartition('/')[2])}"


def _header(value: str) -> Message:
    made = Message(policy=compat32)
    made["x"] = value.replace("\n", " ")
    return made


def _forwarded(part: Message) -> File:
    inner = part.get_payload()
    whole = next(iter(_parts(inner)), part) if isinstance(inner, list) else part
    return File(f"{first(whole, 'subject')[:100] or 'message'}.eml", _bytes(whole))


def _bytes(part: Message) -> bytes:
    try:
        return part.as_bytes()
    except (ValueError, LookupError, KeyError, TypeError, AttributeError):
        return _content(part) or b" "
