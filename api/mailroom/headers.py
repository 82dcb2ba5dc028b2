"""Headers of a mail, read so that no malformed one raises: mails come from everywhere."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses

LONGEST = 8_000
"""Characters of one header that are looked at."""

_ID = re.compile(r"<([^<>\s]{1,500})>")


def clean(text: str) -> str:
    """Without half characters and control characters, which no database or engine carries; line breaks are `\\n`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)


def every(mail: Message, name: str) -> list[str]:
    """The values of a header, in their order from the top; decoded, each in one line."""
    wanted = name.lower()
    raw = [str(value) for key, value in mail.raw_items() if key.lower() == wanted]
    return [_decoded(value[:LONGEST]) for value in raw]


def first(mail: Message, name: str) -> str:
    """The topmost value of a header; empty without one."""
    return next(iter(every(mail, name)), "")


def addresses(mail: Message, *names: str) -> list[str]:
    """The addresses in these headers, without their names."""
    values = [value for name in names for value in every(mail, name)]
    return [address for address in _parsed(values) if "@" in address]


def ids(text: str) -> list[str]:
    """Message-IDs in a header, without their brackets."""
    return _ID.findall(text) or ([text.strip()] if "@" in text and len(text.split()) == 1 else [])


def parameter(mail: Message, name: str, of: str = "content-type") -> str:
    """A parameter of a structured header, such as `charset`; empty without one, or where it cannot be read."""
    try:
        value = mail.get_param(name, header=of)
        text = collapse_rfc2231_value(value) if value else ""
    except (ValueError, TypeError, IndexError, LookupError, AttributeError):
        return ""
    return clean(text)


def _parsed(values: list[str]) -> list[str]:
    try:
        return [clean(address).strip() for _, address in getaddresses(values)]
    except (ValueError, IndexError, AttributeError, TypeError):
        return []


def _decoded(value: str) -> str:
    unfolded = " ".join(value.split())
    raw = unfolded.encode("ascii", "surrogateescape") if _smuggled(unfolded) else None
    if raw is not None:
        unfolded = raw_text(raw)
    try:
        text = str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, ValueError, AssertionError):
        text = unfolded
    return " ".join(clean(text).split())


def _smuggled(text: str) -> bool:
    """Whether bytes beyond ASCII stand in it as they came, which the parser keeps as half characters."""
    return any("\udc80" <= sign <= "\udcff" for sign in text) and all(
        ord(sign) < 128 or "\udc80" <= sign <= "\udcff" for sign in text
    )


def raw_text(raw: bytes, charset: str = "") -> str:
    """Bytes as text: in the charset that is named, else UTF-8, else that of Windows, which reads every byte."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name) if name else raw.decode("utf-8")
        except (LookupError, ValueError):
            continue
    return raw.decode("windows-1252", "replace")
