"""Erasures that were asked for are carried out: by whichever process is free, after a restart from where they were."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from api.engine.tickets import EngineAway, EngineBusy
from api.erasure.erasing import Erasing, NobodyThere
from store import erasures
from store.erasures import Erasure

if TYPE_CHECKING:
    from api.context import Context

EVERY = 30.0
"""Seconds between two looks for what another process has left; what is asked for here begins at once."""

log = logging.getLogger(__name__)


async def keep_erasing(ours: Context) -> None:
    """Looks now, when something is asked for, and every half minute, until it is cancelled."""
    while True:
        ours.erasure_asked.clear()
        try:
            await carry_out(ours, datetime.now(UTC))
        except SQLAlchemyError as error:
            log.warning("erasures could not be looked at: %s; tried again soon", error)
        try:
            await asyncio.wait_for(ours.erasure_asked.wait(), EVERY)
        except TimeoutError:
            continue


async def carry_out(ours: Context, now: datetime) -> int:
    """One round over what nobody is at work on; how many people are erased. SQLAlchemy's errors pass."""
    done = 0
    for one in await run_in_threadpool(erasures.left, ours.database, now):
        if not await run_in_threadpool(erasures.take, ours.database, one.contact, now):
            continue  # another process was quicker
        why = await _erased(ours, one, now)
        if why is None:
            done += 1
            continue
        await run_in_threadpool(erasures.note, ours.database, one.contact, now, failure=why[:500])
    return done


async def _erased(ours: Context, one: Erasure, now: datetime) -> str | None:
    """None when it is done; else why not. The next round goes on."""
    try:
        await Erasing(ours.database, ours.engine, one.organisation, one.contact, one.by, now).run()
    except (EngineAway, EngineBusy) as away:
        return f"the engine does not answer: {away}"
    except NobodyThere:
        await run_in_threadpool(erasures.note, ours.database, one.contact, now, ended_at=now)
    except SQLAlchemyError:
        raise
    except Exception as error:
        # One that nobody foresaw must not hold up the others; it is tried again, and told meanwhile.
        log.exception("an erasure has stopped")
        return f"{type(error).__name__}: see the API's log"
    return None
