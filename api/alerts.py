"""One alert: to a ticket of its own when it fires, to a word on that ticket when it is resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access import mark
from api.auth import Principal
from api.context import Context
from api.engine import EngineAway, EngineBusy, NoRun
from api.idempotency import command_id, ticket_id
from api.opening import begin, prepare
from api.problems import Problem
from api.services import promised
from api.shapes import OpenTicket
from domain.base import Instant
from domain.commands import AlertCleared, Command, Episode
from domain.errors import DomainError
from domain.terms.provider import WatchingTerms
from domain.words import Channel
from store import agreements, directory, provider, tickets
from store.provider import Service

Outcome = Literal["opened", "known", "cleared", "skipped", "failed"]
SOURCE = "alertmanager"

RANKS = {"critical": 0, "error": 1, "warning": 1, "info": -1, "none": -1}
"""The usual words of alerting rules, as ranks among an agreement's severities: 0 the most severe, -1 the least."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


class Alert(BaseModel):
    """One alert of the group. `endsAt` counts only when it is resolved."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    starts_at: Instant = Field(alias="startsAt")
    ends_at: Instant | None = Field(None, alias="endsAt")
    generator_url: str = Field("", alias="generatorURL")
    fingerprint: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")


@dataclass(frozen=True)
class Taken:
    """What became of an alert. `failed` is passing: the same alert posted again can go through."""

    fingerprint: str | None
    outcome: Outcome
    ticket: str | None = None
    reason: str | None = None


async def take(
    ours: Context,
    caller: Principal,
    alert: Alert,
    now: datetime,
    *,
    organisation_label: str,
    severity_label: str,
    service_label: str,
) -> Taken:
    """Never raises for an alert that cannot be taken: the others of its group must go through."""
    watched = await run_in_threadpool(_watched, ours, alert.labels.get(service_label, ""))
    named = alert.labels.get(organisation_label) or (watched.service.organisation if watched else None)
    if not named:
        return _skipped(alert, f'it has no label "{organisation_label}", so it is nobody\'s')
    organisation = await run_in_threadpool(directory.organisation_known_as, ours.database, named)
    if organisation is None or not caller.reaches(organisation.id):
        return _skipped(alert, f'no organisation is known as "{named}"')
    # Who posts it is no part of the number: a pair of Alertmanagers posts the same episode twice.
    ticket = ticket_id(SOURCE, organisation.id, alert.fingerprint, alert.starts_at.isoformat())
    mark(ticket)
    try:
        if alert.status == "resolved":
            return await _cleared(ours, caller, alert, ticket)
        severity = alert.labels.get(severity_label)
        return await _fired(ours, caller, alert, ticket, organisation.id, now, severity, watched)
    except (EngineAway, EngineBusy) as away:
        return Taken(alert.fingerprint, "failed", ticket, f"the engine is away: {away}")
    except (DomainError, Problem) as refused:
        return _skipped(alert, str(refused))


@dataclass(frozen=True)
class _Watched:
    service: Service
    terms: WatchingTerms


def _watched(ours: Context, named: str) -> _Watched | None:
    """The service of ours that an alert says is down, where its agreement has monitoring open tickets (TF-16).

    Other systems use the label for services of their own, which we know nothing of: those are ordinary alerts.
    """
    service = provider.monitored_as(ours.database, named) if named and "\0" not in named else None
    if service is None or agreements.current(ours.database, service.agreement) is None:
        return None
    terms = promised(ours, service.agreement).watching
    return _Watched(service, terms) if terms is not None else None


async def _fired(
    ours: Context,
    caller: Principal,
    alert: Alert,
    ticket: str,
    organisation: str,
    now: datetime,
    severity: str | None,
    watched: _Watched | None,
) -> Taken:
    if await run_in_threadpool(tickets.exists, ours.database, ticket):
        return Taken(alert.fingerprint, "known", ticket)
    about = await run_in_threadpool(_interruption, ours, alert, organisation, watched, now) if watched else {}
    filed = OpenTicket(subject=_subject(alert), description=_description(alert), channel=Channel.monitoring, **about)
    episode = Episode(source=SOURCE, fingerprint=alert.fingerprint, started_at=alert.starts_at)
    opening = await run_in_threadpool(prepare, ours, filed, organisation, ticket, caller.actor, now, episode)
    asked = ranked(severity, tuple(opening.terms.severities))
    if asked is None and watched is not None and opening.service is not None:
        asked = watched.terms.severity
    opening = opening.model_copy(update={"severity": asked})
    # The digest is of the episode: a text that changed meanwhile ("12 %", "14 %") is still the same alert.
    same = command_id(SOURCE, "fired", ticket)
    _, again = await begin(ours, opening, caller.actor, now, same, same)
    return Taken(alert.fingerprint, "known" if again else "opened", ticket)


def _interruption(ours: Context, alert: Alert, organisation: str, watched: _Watched, now: datetime) -> dict[str, Any]:
    """What makes its ticket a service interruption, where the organisation has a contract that covers the service."""
    for contract in directory.contracts(ours.database, organisation, at=now):
        if contract.agreement == watched.service.agreement:
            # Two machines' clocks may differ by a little: an outage cannot begin after it was seen.
            down_since = min(alert.starts_at, now)
            return {"contract": contract.id, "service": watched.service.id, "down_since": down_since}
    return {}


async def _cleared(ours: Context, caller: Principal, alert: Alert, ticket: str) -> Taken:
    if alert.ends_at is None:
        return _skipped(alert, "it is resolved but says not when (endsAt)")
    ended = alert.ends_at.isoformat()
    step = AlertCleared(ended_at=alert.ends_at, text=f"{SOURCE}: the alert has ended at {ended}. {_subject(alert)}")
    name = command_id(SOURCE, "cleared", ticket, ended)
    try:
        await ours.engine.command(ticket, Command(id=name, digest=name, by=caller.actor, step=step))
    except NoRun:
        if await run_in_threadpool(tickets.exists, ours.database, ticket):
            return Taken(alert.fingerprint, "skipped", ticket, "its ticket is archived")
        return _skipped(alert, "no ticket was opened for this episode")
    return Taken(alert.fingerprint, "cleared", ticket)


def ranked(named: str | None, severities: tuple[str, ...]) -> str | None:
    """The agreement's severity for a label's value; None, its default, when nothing says which."""
    if named in severities:
        return named
    rank = RANKS.get((named or "").lower())
    if rank is None:
        return None
    return severities[min(rank, len(severities) - 1)]


def _subject(alert: Alert) -> str:
    name = alert.labels.get("alertname", "Alert")
    place = alert.labels.get("instance") or alert.labels.get("host") or ""
    summary = alert.annotations.get("summary") or f"{name} {place}"
    return " ".join(_clean(summary).split())[:250] or name


def _description(alert: Alert) -> str:
    told = [alert.annotations.get("description", ""), ""]
    told += [f"{name}: {value}" for name, value in alert.labels.items()]
    told += [f"{name}: {value}" for name, value in alert.annotations.items() if name not in ("summary", "description")]
    told += [f"source: {alert.generator_url}"] if alert.generator_url else []
    return _clean("\n".join(told)).strip()[:20_000]


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _skipped(alert: Alert, reason: str) -> Taken:
    return Taken(alert.fingerprint, "skipped", reason=reason)
