"""Word to a contact whose mail could not become a ticket or join one. About no ticket."""

from __future__ import annotations

from datetime import datetime

from domain.messages.shape import Message, Recipient


def refused(contact: str, language: str, subject: str, code: str, reason: str, at: datetime) -> Message:
    """Once a day for each reason, however often it is tried: two machines that write to each other must come to rest.

    `code` is the refusal's own, `reason` its words.
    """
    return Message(
        key=f"mail:{contact}.{code}.{at:%Y-%m-%d}:mail_refused:contact:{contact}",
        sequence=1,
        to=Recipient(kind="contact", id=contact),
        template="mail_refused",
        language=language,
        data={"subject": subject, "reason": reason, "zone": "UTC"},
    )
