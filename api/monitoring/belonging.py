"""Whose alert it is, and which service of ours it says is down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access.auth import Principal
from api.context import Context
from api.monitoring.files import Monitor
from api.services.doors import promised
from domain.episodes import Reported
from domain.terms.provider import WatchingTerms
from store import agreements, directory, provider
from store.directory import Organisation
from store.provider import Service


class Nobodys(Exception):
    """Nobody's alert, or not within the caller's bounds; the message says why."""


@dataclass(frozen=True)
class Watched:
    """A service of ours whose agreement has monitoring open tickets (TF-16)."""

    service: Service
    terms: WatchingTerms


@dataclass(frozen=True)
class Belongs:
    """The organisation of an alert; `watched` where it is about a service of ours."""

    organisation: Organisation
    watched: Watched | None


def belongs(ours: Context, caller: Principal, monitor: Monitor, report: Reported) -> Belongs:
    """Whose it is: as the monitor's file says, or the alert, or the service, or the key. Nobodys otherwise."""
    watched = _watched(ours, report.service or "")
    said = monitor.organisation or report.organisation
    named = said or (watched.service.organisation if watched else None) or caller.organisation
    if not named:
        where = f'no label "{monitor.labels.organisation}"' if monitor.alert is None else "no organisation"
        raise Nobodys(f"it has {where}, so it is nobody's")
    found = directory.organisation_known_as(ours.database, named)
    if found is None or not caller.reaches(found.id):
        raise Nobodys(f'no organisation is known as "{named}"')
    return Belongs(found, watched)


def _watched(ours: Context, named: str) -> Watched | None:
    """Other systems use the label for services of their own, which we know nothing of: those are ordinary alerts."""
    service = provider.monitored_as(ours.database, named) if named else None
    if service is None or agreements.current(ours.database, service.agreement) is None:
        return None
    terms = promised(ours, service.agreement).watching
    return Watched(service, terms) if terms is not None else None


def interruption(ours: Context, found: Belongs, started_at: datetime, now: datetime) -> dict[str, Any]:
    """What makes its ticket a service interruption, where the organisation has a contract that covers the service."""
    if found.watched is None:
        return {}
    for contract in directory.contracts(ours.database, found.organisation.id, at=now):
        if contract.agreement == found.watched.service.agreement:
            # Two machines' clocks may differ by a little: an outage cannot begin after it was seen.
            down_since = min(started_at, now)
            return {"contract": contract.id, "service": found.watched.service.id, "down_since": down_since}
    return {}
