"""From a request to what became of its alerts; what cannot be understood is kept as it came."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import datetime
from itertools import groupby

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access.auth import Principal
from api.context import Context
from api.http.idempotency import ticket_id
from api.http.problems import Problem
from api.monitoring.files import Monitor
from api.monitoring.finishing import Taken
from api.monitoring.monitors import READERS
from api.monitoring.senders import alertmanager
from api.monitoring.senders.shape import Unclear, Unreadable
from api.monitoring.shapes import Alerts, AlertView
from api.monitoring.taking import take
from domain.episodes import Reported
from store import rejected

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Alerts of one body that are taken side by side."""


async def receive(
    request: Request,
    response: Response,
    ours: Context,
    caller: Principal,
    now: datetime,
    sort: str,
    name: str | None,
    **labels: str | None,
) -> Alerts:
    """What became of each alert of the request's body; 202 when some are kept, to be carried out by us.

    A Problem (422) when the body cannot be understood, with the id under which it is kept.
    """
    body = await request.body()
    try:
        found = ours.monitors.named(name or sort, sort)
    except Problem as refused:
        refused.more["kept"] = await _keep(request, ours, caller, sort, name, refused.code, refused.detail, body, now)
        raise
    monitor = _with_labels(found.monitor, labels)
    headers = {key.lower(): value for key, value in request.headers.items()}
    try:
        reports = await run_in_threadpool(READERS[sort], body, headers, monitor, now)
    except Unreadable as unreadable:
        why = f"The body {unreadable}."
        kept = await _keep(request, ours, caller, sort, name, "unreadable_report", why, body, now)
        detail = f"{why} It is kept for inspection: GET /v1/monitors/rejected/{kept}."
        raise Problem(422, "unreadable_report", detail, kept=kept) from None
    taken = await _all(request, ours, caller, monitor, sort, reports, now)
    views = [AlertView.model_validate(one) for one in taken]
    if any(view.outcome == "pending" for view in views):
        response.status_code = 202
    left_out = alertmanager.left_out(body) if sort in ("alertmanager", "grafana") else 0
    if left_out:
        log.warning("monitor %s left %d alerts out of a group: raise max_alerts", monitor.monitor, left_out)
    return Alerts(alerts=views, left_out=left_out or None)


async def _all(
    request: Request,
    ours: Context,
    caller: Principal,
    monitor: Monitor,
    sort: str,
    reports: list[Reported | Unclear],
    now: datetime,
) -> list[Taken]:
    """Side by side, but what is said of one alert in its order: a batch can hold its firing and its end."""
    turns = asyncio.Semaphore(AT_ONCE)
    taken: dict[int, Taken] = {}

    async def in_order(places: list[int]) -> None:
        async with turns:
            for place in places:
                one = reports[place]
                if isinstance(one, Unclear):
                    code, body = "unreadable_alert", one.raw
                    kept = None
                    if one.kept:
                        kept = await _keep(request, ours, caller, sort, monitor.monitor, code, one.why, body, now)
                    taken[place] = Taken(one.name, "skipped", reason=one.why, kept=kept)
                else:
                    taken[place] = await take(ours, caller, monitor, one, now)

    def name(place: int) -> str:
        one = reports[place]
        return f"\0{place}" if isinstance(one, Unclear) else one.fingerprint

    alike = [list(places) for _, places in groupby(sorted(range(len(reports)), key=name), key=name)]
    async with asyncio.TaskGroup() as group:
        for places in alike:
            group.create_task(in_order(places))
    return [taken[place] for place in range(len(reports))]


def _with_labels(monitor: Monitor, labels: dict[str, str | None]) -> Monitor:
    """The request's own names for labels, where it has some."""
    named = {key: value for key, value in labels.items() if value is not None}
    return monitor.model_copy(update={"labels": monitor.labels.model_copy(update=named)}) if named else monitor


async def _keep(
    request: Request,
    ours: Context,
    caller: Principal,
    sort: str,
    monitor: str | None,
    code: str,
    detail: str,
    body: bytes,
    now: datetime,
) -> str:
    """Keeps a body, once if it is the same. Of its headers only the type: others hold secrets."""
    name = "R" + ticket_id("rejected", caller.scope, sort, code, hashlib.sha256(body).hexdigest())[:9]
    report = rejected.Rejected(
        id=name,
        source=sort,
        monitor=monitor,
        role=caller.role,
        by=caller.id,
        organisation=caller.organisation,
        code=code,
        detail=detail[:2_000],
        content_type=request.headers.get("content-type", "")[:200],
        size=len(body),
        received_at=now,
        seen_at=now,
    )
    await run_in_threadpool(rejected.keep, ours.database, report, body, now)
    return name
