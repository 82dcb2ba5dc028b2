"""The queue: what is to be done, in the order in which promises fall due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access.auth import Caller, Principal
from api.board import rows
from api.board.agreed_words import agreed_words
from api.board.asking import NOBODY, Asked, AskedFor, View, filters, team_of
from api.board.dials import dials
from api.board.showing import board_page
from api.board.written_rows import written_rows
from api.context import Context, Now, Ours
from api.http.idempotency import read_ticket_id
from api.http.problems import invalid
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.language import PageLanguage
from api.pages.rendering import DEFAULT_ZONE
from domain.words import Level, Status
from store import board, names, tickets
from store.board import Counts, Team
from store.paging import Order

router = APIRouter(include_in_schema=False)

VIEWS = {
    View.mine: _("Mine"),
    View.team: _("My team"),
    View.unassigned: _("Unassigned"),
    View.everything: _("Everything"),
}
ORDERS = {
    Order.queue: _("as promises fall due"),
    Order.severity: _("most severe first"),
    Order.opened_at: _("newest first"),
    Order.updated: _("latest change first"),
}
NOTHING = {
    View.mine: _("Nothing waits for you. Take something from your team’s queue."),
    View.team: _("Nothing waits for your team."),
    View.unassigned: _("Every open ticket is in somebody’s hands."),
    View.everything: _("There is no open ticket."),
}


@dataclass(frozen=True)
class Found:
    """A page of the queue. `since` is up to when changes are in it: the stream goes on from there."""

    lines: list[rows.Line]
    staff: dict[str, str]
    clients: dict[str, str]
    """Of whom a reader that is bound to no client can choose; empty for one that is."""
    next: str | None
    counts: Counts
    since: datetime | None


@router.get("/board", operation_id="board_queue")
def queue(request: Request, asked: AskedFor, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """The page, or only its list when the page asks for that."""
    number = read_ticket_id(asked.q) if asked.q else None
    if number is not None and _reachable(ours, caller, number):
        return RedirectResponse(f"/board/tickets/{number}", status_code=303)
    team = team_of(caller, ours)
    if "view" not in request.query_params and (asked.filtered or team is None):
        asked = asked.model_copy(update={"view": View.everything})
    found = look(ours, asked, caller, team, now, language)
    part = request.headers.get("HX-Request") is not None
    return board_page(
        request,
        "board/list.html" if part else "board/queue.html",
        caller=caller,
        language=language,
        now=now,
        **shown(ours, request, asked, caller, team, found, language, now),
    )


def look(ours: Context, asked: Asked, caller: Principal, team: Team | None, now: datetime, language: str) -> Found:
    """What such a list holds. A Problem (422) for a cursor of another list."""
    since = board.newest(ours.database)  # before the list is read: what comes in between is told twice, not missed
    try:
        found = tickets.find(ours.database, filters(asked, caller, team, now), asked.order, asked.cursor, asked.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    staff = names.of_desk(ours.database)
    clients = names.of_clients(ours.database) if caller.organisation is None else {}
    return Found(
        lines=rows.lines(ours, found.tickets, now, language, staff, clients or None),
        staff=staff,
        clients=clients,
        next=found.next,
        counts=board.counts(ours.database, caller.id, team, caller.organisation),
        since=since,
    )


def shown(
    ours: Context,
    request: Request,
    asked: Asked,
    caller: Principal,
    team: Team | None,
    found: Found,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """Everything that the templates of the queue name."""
    may_assign = caller.may("assign")
    columns = {kind: say(language, rows.KINDS[kind]) for kind in rows.SHOWN}
    statuses = {status: say(language, rows.STATUSES[status]) for status in Status}
    dial = dials(language, now, DEFAULT_ZONE)
    plain = request.url.remove_query_params(["cursor"])
    return {
        "asked": asked,
        "found": found,
        "team": team,
        "views": [view for view in View if view is not View.team or team is not None],
        "titles": VIEWS,
        "orders": ORDERS,
        "nothing": NOTHING[asked.view],
        "columns": columns,
        "statuses": statuses,
        "rows": written_rows(found.lines, language, statuses=statuses, columns=columns, dial=dial, picks=may_assign),
        "levels": {level: rows.LEVELS[level] for level in Level},
        "staff": found.staff,
        "clients": found.clients,
        "nobody": NOBODY,
        "agreed": agreed_words(ours, language),
        "may_assign": may_assign,
        "address": _address(plain.path, plain.query),
        "following": _address(plain.path, request.url.include_query_params(cursor=found.next).query)
        if found.next
        else None,
    }


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _reachable(ours: Context, caller: Principal, ticket: str) -> bool:
    row = tickets.get(ours.database, ticket)
    return row is not None and caller.reaches(row.organisation)
