"""What is not kept for ever: uploads that no step named, and the originals of old mails; looked at every hour."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from store import attachments, mails
from store.database import Database

EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


async def keep_sweeping(database: Database, originals: timedelta) -> None:
    """Sweeps now and every hour, until it is cancelled."""
    while True:
        try:
            while await run_in_threadpool(attachments.sweep, database, datetime.now(UTC)) == attachments.AT_ONCE:
                pass
            await run_in_threadpool(mails.forget_originals, database, datetime.now(UTC), originals)
        except SQLAlchemyError as error:
            log.warning("what is old could not be dropped: %s; looked at again in an hour", error)
        await asyncio.sleep(EVERY.total_seconds())
