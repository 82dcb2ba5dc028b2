"""A page of the board: what all of them show, the other pages above all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.access.auth import Principal
from api.pages.catalogue import mark as _
from api.pages.navigation import Place
from api.pages.rendering import page

PLACES = (
    Place(_("Queue"), "/board", "board_queue"),
    Place(_("Overview"), "/board/overview", "board_overview"),
    Place(_("Messages"), "/board/messages", "board_messages"),
    Place(_("Refused requests"), "/board/refused", "board_refused"),
    Place(_("Defects"), "/board/defects", "board_defects"),
    Place(_("Releases"), "/board/releases", "board_releases"),
    Place(_("Clients"), "/board/clients", "board_clients"),
    Place(_("Staff"), "/board/staff", "board_staff"),
)


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
    places = [place for place in PLACES if caller.may(place.operation)]
    return page(request, template, language=language, now=now, status=status, board_places=places, **shown)
