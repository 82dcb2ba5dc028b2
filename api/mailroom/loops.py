"""Mails that a machine wrote: answering them would have two machines write to each other for ever (RFC 3834)."""

from __future__ import annotations

from email.message import Message

from api.mailroom.headers import every, first
from domain.mail_ids import read_mail_id

_MARKS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-loop")
_BULK = ("bulk", "junk", "list", "auto_reply")


def machine(mail: Message, message_id: str, *, return_path: str, domain: str, base: str) -> str | None:
    """Why a machine wrote it; None for a person's mail. `domain` is that of our Message-IDs, `base` our address.

    A list through which our own address gets its mail (a group at the client's or our mail provider) is no loop.
    """
    if first(mail, "x-escalade-ticket") or (message_id and read_mail_id(message_id, domain)):
        return "our own mail came back"
    if not return_path.strip("<> "):
        return "no return path"
    submitted = first(mail, "auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted[:40]}"
    for mark in _MARKS:
        if first(mail, mark):
            return f"header {mark}"
    suppressed = first(mail, "x-auto-response-suppress").lower()
    if any(word in suppressed for word in ("all", "oof", "autoreply")):
        return "X-Auto-Response-Suppress"
    own_list = f"<{base.replace('@', '.').lower()}>"
    lists = [value.lower() for value in every(mail, "list-id")]
    if any(own_list not in value for value in lists):
        return "List-Id"
    precedence = first(mail, "precedence").strip().lower()
    if precedence in _BULK and not lists:
        return f"Precedence: {precedence}"
    return None
