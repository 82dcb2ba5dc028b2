"""A page of the board: what all of them show, the other pages above all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.access.auth import Principal
from api.pages.catalogue import mark as _
from api.pages.navigation import Place
from api.pages.rendering import page, place_of

PLACES = (
    Place(_("Queue"), "/board", "board_queue"),
    Place(_("Overview"), "/board/overview", "board_overview"),
    Place(_("Calls to make"), "/board/calls", "board_calls"),
    Place(_("Alerts"), "/board/alerts", "board_alerts"),
    Place(_("Unmatched messages"), "/board/messages", "board_messages"),
    Place(_("Refused requests"), "/board/refused", "board_refused"),
    Place(_("Defects"), "/board/defects", "board_defects"),
    Place(_("Releases"), "/board/releases", "board_releases"),
    Place(_("Services"), "/board/services", "board_services"),
    Place(_("Maintenance"), "/board/maintenance", "board_maintenance"),
    Place(_("Clients"), "/board/clients", "board_clients"),
    Place(_("Hours"), "/board/hours", "board_hours"),
    Place(_("Staff"), "/board/staff", "board_staff"),
)
OF_OPERATIONS = (
    Place(_("Health"), "/operations", "operations_page"),
    Place(_("Messages out"), "/operations/messages", "messages_page"),
    Place(_("Webhooks"), "/operations/webhooks", "webhooks_page"),
    Place(_("Chat channels"), "/operations/channels", "channels_page"),
    Place(_("Audit"), "/operations/audit", "audit_page"),
    Place(_("Runbook"), "/operations/runbook", "runbook_page"),
)
"""Beside the pages of operations, in place of the desk's."""


def board_page(
    request: Request,
    template: str,
    *,
    caller: Principal,
    language: str,
    now: datetime,
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """The template in the board's frame."""
    path = request.url.path
    beside = OF_OPERATIONS if path.startswith("/operations") else PLACES
    places = [place for place in beside if caller.may(place.operation)]
    here = place_of(path, [place.address for place in places])
    return page(
        request, template, language=language, now=now, status=status, board_places=places, board_here=here, **shown
    )
