"""A contact whose mail is refused hears why. A stranger does not: the answer would go to whoever was forged."""

from __future__ import annotations

from datetime import datetime

from fastapi.concurrency import run_in_threadpool

from api.context import Context
from domain.messages import mail
from store import outbox
from store.directory import Contact


async def tell_refused(ours: Context, contact: Contact, subject: str, code: str, reason: str, now: datetime) -> None:
    """Puts the word in line, once a day for each reason. EngineAway when delivery cannot be woken."""
    message = mail.refused(contact.id, contact.language, subject, code, reason, now)
    if await run_in_threadpool(outbox.offer, ours.database, message, now):
        await ours.engine.wake_delivery()
