"""The one way in: an episode reported, whoever sent it. What cannot become a ticket is listed with the reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from fastapi.concurrency import run_in_threadpool

from api.access.auth import Principal
from api.access.reach import mark
from api.context import Context
from api.engine.tickets import EngineAway, EngineBusy
from api.http.idempotency import ticket_id
from api.http.problems import Problem
from api.monitoring.belonging import Belongs, Nobodys, belongs
from api.monitoring.carrying import Carrier, Gone
from api.monitoring.files import Monitor
from domain.alerts import Outcome
from domain.episodes import Reported
from domain.errors import DomainError
from store import alert_lists, endings, episodes
from store.alert_lists import AlertRow
from store.episodes import Arrival, episode_id

Became = Literal["opened", "joined", "reopened", "listed", "known", "cleared", "skipped", "failed"]


@dataclass(frozen=True)
class Taken:
    """What became of an alert. `failed` is passing: the same alert reported again can go through."""

    fingerprint: str | None
    outcome: Became
    ticket: str | None = None
    reason: str | None = None
    kept: str | None = None
    """Where it is kept for inspection, when it could not be understood."""


async def take(ours: Context, caller: Principal, monitor: Monitor, report: Reported, now: datetime) -> Taken:
    """Never raises for an alert that cannot be taken: the others of its body must go through."""
    name = report.fingerprint
    try:
        found = await run_in_threadpool(belongs, ours, caller, monitor, report)
        carrier = Carrier(ours, caller, monitor, report, found, now)
        return await (_fired(carrier, report) if report.firing else _ended(carrier))
    except Nobodys as nobodys:
        await run_in_threadpool(_skip, ours, caller, monitor, report, None, str(nobodys), now)
        return Taken(name, "skipped", reason=str(nobodys))
    except (EngineAway, EngineBusy) as away:
        return Taken(name, "failed", reason=f"the engine is away: {away}")


async def _fired(carrier: Carrier, report: Reported) -> Taken:
    ours, name = carrier.ours, report.fingerprint
    arrival = Arrival(
        organisation=carrier.found.organisation.id,
        report=report,
        monitor=carrier.monitor.monitor,
        by=carrier.caller.id,
        group_key=_group(carrier.monitor, ours.monitors.grouping_of(carrier.monitor), report, carrier.found),
        numbered=lambda started, again: _number(carrier.found.organisation.id, report, started, again),
    )
    bounds = ours.monitors.bounds_of(carrier.monitor)
    placed = await run_in_threadpool(episodes.admit, ours.database, arrival, bounds, carrier.now)
    mark(placed.ticket)
    if placed.outcome is not Outcome.pending:
        if placed.before is not None:
            await carrier.changed(placed)
            await run_in_threadpool(episodes.note_severity, ours.database, placed.id, report.severity)
        return Taken(name, "known" if placed.repeated else _became(placed.outcome), placed.ticket)
    try:
        outcome = await carrier.fired(arrival, placed)
    except (DomainError, Problem) as refused:
        reason = str(refused)
        await run_in_threadpool(episodes.settle, ours.database, placed.id, Outcome.skipped, reason[:2_000])
        return Taken(name, "skipped", reason=reason)
    ticket = await run_in_threadpool(episodes.settle, ours.database, placed.id, outcome)
    return Taken(name, _became(outcome), ticket)


async def _ended(carrier: Carrier) -> Taken:
    ours, report = carrier.ours, carrier.report
    organisation, name = carrier.found.organisation.id, report.fingerprint
    alert = {"organisation": organisation, "source": report.source, "fingerprint": name}
    bounds, ended_at = ours.monitors.bounds_of(carrier.monitor), report.ended_at or carrier.now
    ending = await run_in_threadpool(
        endings.end, ours.database, alert, report.started_at, ended_at, bounds, carrier.now
    )
    if ending is None:
        reason = "no ticket was opened for this episode: its firing was never reported"
        await run_in_threadpool(_skip, ours, carrier.caller, carrier.monitor, report, organisation, reason, carrier.now)
        return Taken(name, "skipped", reason=reason)
    if ending.placing:
        firing = report.model_copy(update={"firing": True, "started_at": ending.started_at, "ended_at": None})
        placed = await _fired(carrier, firing)
        if placed.outcome in ("skipped", "failed"):
            return placed
        ending = ending if ending.ticket == placed.ticket else replace(ending, ticket=placed.ticket)
    if ending.ticket is None:
        return Taken(name, "skipped", reason=f"no ticket was opened for this episode: {ending.reason}")
    mark(ending.ticket)
    if ending.said == "pending":
        try:
            await carrier.ended(ending)
        except (Gone, DomainError):
            await run_in_threadpool(endings.ending_said, ours.database, ending.id, told=False)
            return Taken(name, "skipped", ending.ticket, "its ticket is archived")
        await run_in_threadpool(endings.ending_said, ours.database, ending.id, told=True)
    return Taken(name, "cleared", ending.ticket)


def _became(outcome: Outcome) -> Became:
    found: dict[Outcome, Became] = {
        Outcome.opened: "opened", Outcome.joined: "joined", Outcome.reopened: "reopened", Outcome.listed: "listed",
    }  # fmt: skip
    return found[outcome]


def _number(organisation: str, report: Reported, started: datetime, again: str | None) -> str:
    # Who posts it is no part of the number: a pair of Alertmanagers posts the same episode twice.
    parts = (report.source, organisation, report.fingerprint, started.isoformat())
    return ticket_id(*parts, *([again] if again else []))


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
