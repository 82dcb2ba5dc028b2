"""Alerts that were taken and not carried out: whoever sent them once need not send them again.

Every process looks; what two carry out at once is done once, because its ids follow from the episode.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from api.access.auth import Principal
from api.context import Context
from api.engine.tickets import EngineAway, EngineBusy
from api.http.problems import RETRY_AFTER, Problem
from api.monitoring.belonging import Nobodys, belongs
from api.monitoring.carrying import Carrier
from api.monitoring.finishing import clear, fire, placed_since
from domain.alerts import Outcome
from runtime.telemetry import apart
from store import episodes, unfinished
from store.unfinished import Unfinished

log = logging.getLogger(__name__)

MARGIN = timedelta(seconds=5)
"""How much longer than a command may take an alert is left to the request that brought it."""
PATIENCE = 3
"""Calls in a row that the engine leaves unanswered before the round ends: each waits for the whole time limit."""


async def keep_carrying(ours: Context) -> None:
    """Looks every few seconds, along an index that is empty as a rule, until it is cancelled."""
    while True:
        try:
            with apart():
                done = await carry_out(ours, datetime.now(UTC))
            if done:
                log.info("%d alerts that had been kept were carried out", done)
        except SQLAlchemyError as error:
            log.warning("alerts that are kept could not be looked at: %s; tried again soon", error)
        await asyncio.sleep(RETRY_AFTER)


async def carry_out(ours: Context, now: datetime) -> int:
    """One round over what is left to do; how many episodes are done. SQLAlchemy's errors pass."""
    quiet_since = now - ours.settings.command_timeout - MARGIN
    done = away = 0
    last: Unfinished | None = None
    while True:
        page = await run_in_threadpool(unfinished.find, ours.database, quiet_since, last)
        for one in page:
            try:
                await _finish(ours, one)
            except (EngineAway, EngineBusy):
                away += 1
                if away >= PATIENCE:
                    return done
            except SQLAlchemyError:
                raise
            except Problem as refused:
                log.warning("the alert of episode %s stays kept: %s", one.placed.id, refused.code)
            except Exception:
                # One that nobody foresaw must not hold up the others; it is looked at again in the next round.
                log.exception("the kept alert of episode %s could not be carried out", one.placed.id)
            else:
                done, away = done + 1, 0
        if len(page) < unfinished.AT_ONCE:
            return done
        last = page[-1]


async def _finish(ours: Context, one: Unfinished) -> None:
    posted = one.posted
    report = posted.report.model_copy(update={"started_at": posted.report.started_at or one.placed.started_at})
    caller = Principal(posted.role, posted.by, posted.organisation)
    try:
        monitor = ours.monitors.named(posted.monitor, posted.format).monitor
        found = await run_in_threadpool(belongs, ours, caller, monitor, report)
    except (Problem, Nobodys) as gone:
        if isinstance(gone, Problem) and gone.status == 503:
            raise  # the monitor's file has a mistake in it, which somebody will mend
        if one.placed.outcome is Outcome.pending:
            await run_in_threadpool(episodes.settle, ours.database, one.placed.id, Outcome.skipped, str(gone)[:2_000])
        await run_in_threadpool(unfinished.done, ours.database, one)
        return
    # As of when it came: the client's clocks do not wait for our engine.
    carrier = Carrier(ours, caller, monitor, report, found, one.placed_at)
    ending = one.ending
    if one.placed.outcome is Outcome.pending or report.firing:
        placed = await fire(carrier, one.placed)
        if placed.outcome == "skipped":
            return
        ending = placed_since(ending, placed) if ending is not None else None
    if ending is not None:
        await clear(carrier, ending)
    await run_in_threadpool(unfinished.done, ours.database, one)
