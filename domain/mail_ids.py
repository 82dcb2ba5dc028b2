"""Message-IDs of our mails: they follow from a message's key alone, and lead back to it.

A repeated delivery is known by its id, and a mail that answers one of ours names what it answers.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from domain.messages import Message


def mail_id(key: str, domain: str) -> str:
    """The key as a Message-ID with its brackets (RFC 5322 dot-atom); two keys never share one."""
    return f"<{quote(key, safe=':').replace('.', '%2E').replace(':', '.')}@{domain}>"


def thread_id(message: Message, domain: str) -> str:
    """The id that all mails of a ticket refer to; about none, those with the same first two parts of the key."""
    about = f"ticket:{message.ticket}" if message.ticket else ":".join(message.key.split(":")[:2])
    return mail_id(about, domain)


def read_mail_id(text: str, domain: str) -> str | None:
    """The key that one Message-ID stands for, with or without brackets; None when it is not one of ours.

    A ticket's thread reads as `ticket:NUMBER`.
    """
    left, _, right = text.strip().removeprefix("<").removesuffix(">").rpartition("@")
    if not left or right.casefold() != domain.casefold():
        return None
    key = unquote(left.replace(".", ":")) if left.isascii() else ""
    # Only what we write ourselves: another spelling of the same key is nobody's id.
    return key if key and mail_id(key, domain)[1:].startswith(f"{left}@") else None
