"""The address that a reply goes to: `support+TICKET.SIGNATURE@domain`. Who holds a mail of ours can answer its ticket.

The signature keeps a stranger who knows a ticket's number from writing into it. Mail systems change the case of
addresses, so nothing in the tag depends on it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

PURPOSE = "reply address"
"""Names the key among those that follow from the installation's secret (`runtime.secret.secret_key`)."""

_SIGNED_BYTES = 10
_TAG = re.compile(r"(?P<ticket>[A-Z0-9-]{1,40})\.(?P<signature>[A-Z2-7]{16})")


def reply_address(base: str, ticket: str, secret: bytes) -> str:
    """The address under `base` (`support@desk.example`) for replies about a ticket.

    ValueError when base is no address, or the ticket's number cannot stand in one (40 letters, digits, hyphens).
    """
    mailbox, at, domain = base.rpartition("@")
    if not (mailbox and at and domain):
        raise ValueError(f"{base!r} is no address: give one such as support@desk.example")
    tag = f"{ticket.upper()}.{_signature(ticket, secret)}"
    if not _TAG.fullmatch(tag):
        raise ValueError(f"{ticket!r} cannot stand in an address")
    return f"{mailbox}+{tag}@{domain}"


def read_reply_address(address: str, base: str, secret: bytes) -> str | None:
    """The ticket (in capitals) that an address under `base` names; None when it names none or is not signed by us."""
    mailbox, _, domain = base.casefold().rpartition("@")
    local, _, where = address.strip().rpartition("@")
    name, plus, tag = local[: len(mailbox)], local[len(mailbox) : len(mailbox) + 1], local[len(mailbox) + 1 :]
    if where.casefold() != domain or name.casefold() != mailbox or plus != "+":
        return None
    found = _TAG.fullmatch(tag.upper()) if tag.isascii() else None
    if found is None:
        return None
    good = hmac.compare_digest(found["signature"], _signature(found["ticket"], secret))
    return found["ticket"] if good else None


def _signature(ticket: str, secret: bytes) -> str:
    """80 bits of HMAC-SHA256: sixteen letters, within the 64 characters that the left side of an address may have."""
    signed = hmac.digest(secret, ticket.upper().encode(), hashlib.sha256)
    return base64.b32encode(signed[:_SIGNED_BYTES]).decode()
