"""Calls to clients that are to be made: by when, and who has taken each; taking and telling are steps of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from api.access.auth import Caller
from api.board import countdown, filtering, rows
from api.board.countdown import Countdown
from api.board.dials import dials
from api.board.filtering import NOBODY, Filter
from api.board.showing import board_page
from api.board.tables import page_after
from api.context import Context, Now, Ours
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.language import PageLanguage
from api.pages.rendering import DEFAULT_ZONE
from api.tickets.calls import CallView, Wanted, list_
from domain.words import ClockKind
from store import board, names, tickets
from store.calls import CallOrder

router = APIRouter(include_in_schema=False)
ORDERS = {CallOrder.due: _("soonest due first"), CallOrder.latest: _("latest due first")}
STATES = {"true": _("missed"), "false": _("still in time")}


@dataclass(frozen=True)
class Line:
    """A call of the list. `clock` is absent when it was recorded a moment ago only."""

    call: CallView
    client: str
    severity: str
    level: str
    taken_by: str | None
    clock: Countdown | None


@router.get("/board/calls", operation_id="board_calls")
def calls(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """The calls, soonest due first."""
    wanted = filtering.read_query(request, Wanted)
    found = list_(wanted, caller, ours, request, Response())
    return board_page(
        request,
        "board/calls.html",
        caller=caller,
        language=language,
        now=now,
        lines=_lines(ours, found.items, now, language),
        filters=_filters(request, caller, ours, language),
        following=page_after(request, found.next),
        dial=dials(language, now, DEFAULT_ZONE),
        may=caller.may("take_call"),
        me=caller.id,
    )


def _lines(ours: Context, found: Sequence[CallView], now: datetime, language: str) -> list[Line]:
    ids = [one.ticket for one in found]
    staff = names.of_staff(ours.database)
    lines = {one.ticket.id: one for one in rows.lines(ours, tickets.some(ours.database, ids), now, language, staff)}
    clocks = board.live_clocks(ours.database, ids)
    made = []
    for one in found:
        line = lines.get(one.ticket)
        live = next((clock for clock in clocks[one.ticket] if clock.kind is ClockKind.call), None)
        made.append(
            Line(
                call=one,
                client=line.client if line else one.organisation,
                severity=line.severity if line else one.severity,
                level=line.level if line else one.level,
                taken_by=staff.get(one.taken_by, one.taken_by) if one.taken_by else None,
                clock=countdown.countdown(live, None, now) if live else None,
            )
        )
    return made


def _filters(request: Request, caller: Caller, ours: Context, language: str) -> list[Filter]:
    people = names.of_desk(ours.database).items()
    clients = [(one, name) for one, name in names.of_clients(ours.database).items() if caller.reaches(one)]
    nobody = (NOBODY, say(language, _("nobody")))
    return [
        filtering.choice(request, "organisation", _("Client"), clients),
        filtering.choice(request, "level", _("Level"), rows.LEVELS.items(), language=language),
        filtering.choice(request, "taken_by", _("Taken by"), [nobody, *people]),
        filtering.choice(request, "missed", _("Status"), STATES.items(), language=language),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=CallOrder.due),
    ]
