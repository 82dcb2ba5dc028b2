"""Uploads that no step named are dropped after their day; each API process looks every hour."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from store import attachments
from store.database import Database

EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


async def keep_sweeping(database: Database) -> None:
    """Sweeps now and every hour, until it is cancelled."""
    while True:
        try:
            while await run_in_threadpool(attachments.sweep, database, datetime.now(UTC)) == attachments.AT_ONCE:
                pass
        except SQLAlchemyError as error:
            log.warning("uploads could not be swept: %s; looked at again in an hour", error)
        await asyncio.sleep(EVERY.total_seconds())
