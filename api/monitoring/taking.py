"""The one way in: an episode reported, whoever sent it. What cannot become a ticket is listed with the reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from fastapi.concurrency import run_in_threadpool
from opentelemetry import metrics

from api.access.auth import Principal
from api.context import Context
from api.engine.tickets import EngineAway, EngineBusy
from api.monitoring.belonging import Belongs, Nobodys, belongs
from api.monitoring.carrying import Carrier
from api.monitoring.files import Monitor
from api.monitoring.finishing import Taken, clear, fire, placed_since
from domain.alerts import Outcome
from domain.episodes import Reported
from store import alert_lists, endings, episodes
from store.alert_lists import AlertRow
from store.episodes import Arrival, episode_id

_alerts = metrics.get_meter("escalade").create_counter(
    "escalade.alerts", description="Alerts that were reported, by kind of sender and what became of them"
)


async def take(ours: Context, caller: Principal, monitor: Monitor, report: Reported, now: datetime) -> Taken:
    """Never raises for an alert that cannot be taken: the others of its body must go through."""
    taken = await _taken(ours, caller, monitor, report, now)
    _alerts.add(1, {"source": monitor.source, "outcome": taken.outcome})
    return taken


async def _taken(ours: Context, caller: Principal, monitor: Monitor, report: Reported, now: datetime) -> Taken:
    name = report.fingerprint
    try:
        found = await run_in_threadpool(belongs, ours, caller, monitor, report)
        carrier = Carrier(ours, caller, monitor, report, found, now)
        return await (_fired(carrier) if report.firing else _ended(carrier))
    except Nobodys as nobodys:
        await run_in_threadpool(_skip, ours, caller, monitor, report, None, str(nobodys), now)
        return Taken(name, "skipped", reason=str(nobodys))
    except (EngineAway, EngineBusy) as away:
        return Taken(name, "pending", reason=f"it is kept, and carried out when the engine is back ({away})")


async def _fired(carrier: Carrier) -> Taken:
    ours, report = carrier.ours, carrier.report
    arrival = Arrival(
        organisation=carrier.found.organisation.id,
        posted=carrier.posted,
        group_key=_group(carrier.monitor, ours.monitors.grouping_of(carrier.monitor), report, carrier.found),
        numbered=carrier.number,
    )
    bounds = ours.monitors.bounds_of(carrier.monitor)
    placed = await run_in_threadpool(episodes.admit, ours.database, arrival, bounds, carrier.now)
    return await fire(carrier, placed)


async def _ended(carrier: Carrier) -> Taken:
    ours, report = carrier.ours, carrier.report
    organisation, name = carrier.found.organisation.id, report.fingerprint
    alert = {"organisation": organisation, "source": report.source, "fingerprint": name}
    bounds, ended_at = ours.monitors.bounds_of(carrier.monitor), report.ended_at or carrier.now
    ending = await run_in_threadpool(
        endings.end,
        ours.database,
        alert,
        report.started_at,
        ended_at,
        bounds,
        carrier.now,
        carrier.posted,
    )
    if ending is None:
        reason = "no ticket was opened for this episode: its firing was never reported"
        await run_in_threadpool(_skip, ours, carrier.caller, carrier.monitor, report, organisation, reason, carrier.now)
        return Taken(name, "skipped", reason=reason)
    if ending.placing:
        first = ending.firing or report.model_copy(update={"firing": True, "ended_at": None})
        firing = first.model_copy(update={"started_at": ending.started_at})
        placed = await _fired(replace(carrier, report=firing))
        if placed.outcome == "skipped":
            return placed
        ending = placed_since(ending, placed)
    return await clear(carrier, ending)


def _group(monitor: Monitor, by: tuple[str, ...], report: Reported, found: Belongs) -> str:
    """Alerts of one group share its tickets. A service of ours is a group: its outages are not another's storm."""
    if found.watched is not None:
        return json.dumps([monitor.source, "service", found.watched.service.id])
    own = {"severity": report.severity or "", "service": report.service or ""}
    return json.dumps([monitor.source, *(own.get(name) or report.labels.get(name, "") for name in by)])


def _skip(
    ours: Context,
    caller: Principal,
    monitor: Monitor,
    report: Reported,
    organisation: str | None,
    reason: str,
    now: datetime,
) -> None:
    started = report.started_at or report.ended_at or now
    named = report.organisation or ""
    start = report.started_at.isoformat() if report.started_at else ""
    alert_lists.skip(
        ours.database,
        AlertRow(
            id=episode_id("skipped", organisation or "", named, report.source, report.fingerprint, start),
            organisation=organisation, source=report.source, fingerprint=report.fingerprint, started_at=started,
            ended_at=report.ended_at, monitor=monitor.monitor, by=caller.id, severity=report.severity,
            service=report.service, subject=report.subject, labels=report.labels, outcome=Outcome.skipped,
            reason=reason, received_at=now, seen_at=now, times=1,
        ),
        now,
    )  # fmt: skip
