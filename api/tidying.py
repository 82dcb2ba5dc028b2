"""What is worth nothing any more is deleted: sessions, links, counts, the audit beyond its days; every hour."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from runtime.settings import Settings
from store import audit, erasing, rates, sessions, sign_in_links
from store.database import Database

EVERY = timedelta(hours=1)
KEPT = timedelta(days=1)
"""How long a session or a link that ran out is kept: long enough to see in the database what became of it."""

log = logging.getLogger(__name__)


async def keep_tidy(database: Database, settings: Settings) -> None:
    """Tidies now and every hour, until it is cancelled."""
    while True:
        try:
            await run_in_threadpool(tidy, database, settings, datetime.now(UTC))
        except SQLAlchemyError as error:
            log.warning("what has run out could not be deleted: %s; tried again in an hour", error)
        await asyncio.sleep(EVERY.total_seconds())


def tidy(database: Database, settings: Settings, now: datetime) -> None:
    """Deletes what has run out by now."""
    sessions.forget(database, now - KEPT)
    sign_in_links.forget(database, now - KEPT)
    rates.forget(database, now)
    erasing.sweep(database, now)
    audit.forget(database, now - timedelta(days=settings.audit_days))
