"""Every alert that monitors reported, and what became of it: those that a storm put under one ticket, too."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access.auth import Caller
from api.board import filtering
from api.board.filtering import Filter
from api.board.listing import list_page
from api.board.tables import Cell, Section, link, moment
from api.context import Context, Now, Ours
from api.monitoring.listing import ReportedAlert, Wanted, list_alerts
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.language import PageLanguage
from domain.alerts import Outcome
from store import directory
from store.alert_lists import AlertOrder

router = APIRouter(include_in_schema=False)
OUTCOMES = {
    Outcome.pending: _("being treated"),
    Outcome.opened: _("opened a ticket"),
    Outcome.joined: _("joined a ticket"),
    Outcome.reopened: _("reopened a ticket"),
    Outcome.listed: _("listed under a ticket"),
    Outcome.skipped: _("came to nothing"),
}
FIRING = {"true": _("firing"), "false": _("over")}
ORDERS = {AlertOrder.newest: _("newest first"), AlertOrder.oldest: _("oldest first")}
FEW = 6
"""Labels that are shown of an alert."""


@router.get("/board/alerts", operation_id="board_alerts")
def alerts(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """One page, newest first."""
    wanted = filtering.read_query(request, Wanted)
    found = list_alerts(wanted, caller, ours, request, Response())
    names = directory.names(ours.database, {one.organisation for one in found.items if one.organisation})
    heads = (_("First seen"), _("Alert"), _("State"), _("What became of it"), _("Ticket"), _("Client"), _("Monitor"))
    rows = [_row(one, names, language) for one in found.items]
    nothing = _("No alert is like that.") if request.query_params else _("No monitor has reported an alert yet.")
    return list_page(
        request, caller, language, now, _("Alerts"), Section(heads, rows, nothing), following=found.next,
        filters=_filters(request, caller, ours, language),
    )  # fmt: skip


def _row(one: ReportedAlert, names: dict[str, str], language: str) -> tuple[Cell, ...]:
    labels = ", ".join(f"{name}={value}" for name, value in list(one.labels.items())[:FEW])
    firing = Cell(FIRING["true"], say=True, chip="bad") if one.firing else Cell(FIRING["false"], say=True, chip="good")
    told = say(language, _("told %(times)s times"), times=one.times) if one.times > 1 else ""
    return (
        moment(one.received_at),
        Cell(one.subject, more=" · ".join(filter(None, (labels, told)))),
        firing,
        Cell(OUTCOMES[one.outcome], say=True, more=one.reason or ""),
        link(one.ticket, f"/board/tickets/{one.ticket}") if one.ticket else Cell(),
        Cell(names.get(one.organisation, one.organisation)) if one.organisation else Cell(_("not known"), say=True),
        Cell(one.monitor or one.source, more=one.severity or ""),
    )


def _filters(request: Request, caller: Caller, ours: Context, language: str) -> list[Filter]:
    clients = [(one.id, one.name) for one in directory.organisations(ours.database) if caller.reaches(one.id)]
    sources = sorted({one.monitor.source for one in ours.monitors.known.values()})
    return [
        filtering.choice(request, "source", _("Monitor"), [(one, one) for one in sources]),
        filtering.choice(request, "firing", _("State"), FIRING.items(), language=language),
        filtering.choice(request, "outcome", _("What became of it"), OUTCOMES.items(), language=language),
        filtering.choice(request, "organisation", _("Client"), clients),
        filtering.text(request, "ticket", _("Ticket")),
        filtering.instant(request, "from_at", _("Since")),
        filtering.instant(request, "to_at", _("Until")),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=AlertOrder.newest),
    ]
