"""The services under the client's agreement: how available they were, and what maintenance is planned."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.portal.client import Client, ThisClient
from api.services.doors import AvailabilityView, read_availability
from domain.base import Instant
from domain.telling import promise
from store import provider
from store.provider import Order, Service, WindowFilter

router = APIRouter(prefix="/portal/services", include_in_schema=False)

MOST = 20
"""Windows of a service that are shown: those to come, the next one first."""


@router.get("", operation_id="portal_services")
def show(client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage) -> Response:
    """Empty for an agreement that speaks of no services."""
    agreements = frozenset(one.agreement for one in client.contracts)
    services, _following = provider.services(ours.database, agreements, None, provider.MOST)
    told = [_told(ours, client, one, now) for one in services]
    return page(
        request,
        "portal/services.html",
        language=language,
        now=now,
        zone=client.zone,
        client=client,
        services=told,
        over=partial(promise, language=language),
    )


def _told(ours: Context, client: Client, service: Service, now: Instant) -> dict[str, Any]:
    try:
        kept: AvailabilityView | None = read_availability(service.id, client.caller, ours, now)
    except Problem:
        kept = None  # its agreement promises none
    windows, _following = provider.windows(
        ours.database, WindowFilter(service=service.id, from_at=now, cancelled=False), Order.starts_at, None, MOST
    )
    return {"service": service, "kept": kept, "windows": windows}
