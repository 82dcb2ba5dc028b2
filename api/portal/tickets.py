"""The client's own list: what waits for it first, then what is open by the next promise, then what is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.context import Now, Ours
from api.http.idempotency import read_ticket_id
from api.http.problems import invalid
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.portal.client import Client, ThisClient
from api.portal.words import AWAITED, STATUS
from domain.record import Summary
from domain.words import Status
from store import directory, tickets
from store.paging import Order
from store.ticket_filter import TicketFilter

router = APIRouter(prefix="/portal", include_in_schema=False)

AT_ONCE = 25
Shown = Literal["open", "closed", "all"]
Whose = Literal["mine", "all"]
_STATUSES: dict[Shown, tuple[Status, ...]] = {
    "open": tickets.OPEN,
    "closed": (Status.closed, Status.archived),
    "all": (),
}


@dataclass(frozen=True)
class Row:
    """A ticket in the list: `awaited` are sentences of the catalogue, `colour` is of the status's chip."""

    ticket: Summary
    colour: str
    status: str
    awaited: tuple[str, ...]
    severity: str
    contact: str
    due: datetime | None


@router.get("", operation_id="portal_tickets")
def show(
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
    shown: Shown = "open",
    whose: Whose | None = None,
    text: Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """One page of tickets; a number typed into the search leads to its ticket."""
    named = read_ticket_id(text.strip()) if text.strip() else None
    if named is not None:
        found = tickets.get(ours.database, named)
        if found is not None and found.organisation == client.organisation.id:
            return RedirectResponse(f"/portal/tickets/{named}", status_code=303)
    if whose is None:
        whose = "all" if client.manages or client.person is None else "mine"
    filters = TicketFilter(
        organisation=client.organisation.id,
        contact=client.caller.id if whose == "mine" else None,
        status=_STATUSES[shown],
        text=text.strip() or None,
    )
    order = Order.updated if shown == "closed" else Order.awaiting
    try:
        listed = tickets.find(ours.database, filters, order, cursor, AT_ONCE)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    wanted = {"shown": shown, "whose": whose, "text": text}
    following = f"/portal?{urlencode({**wanted, 'cursor': listed.next})}" if listed.next else None
    names = directory.contact_names(ours.database, client.organisation.id)
    return page(
        request,
        "portal/tickets.html",
        language=language,
        now=now,
        zone=client.zone,
        client=client,
        rows=[_row(client, one, names, language) for one in listed.tickets],
        shown=shown,
        whose=whose,
        text=text,
        wanted=wanted,
        following=following,
        first=cursor is None,
    )


def _row(client: Client, ticket: Summary, names: dict[str, str], language: str) -> Row:
    colour, status = STATUS[str(ticket.status)]
    owed = ticket.awaited.split(",") if ticket.awaited else []
    return Row(
        ticket=ticket,
        colour=colour,
        status=status,
        awaited=tuple(AWAITED[one] for one in owed),
        severity=client.severity(ticket.agreement, ticket.severity, language),
        contact=names.get(ticket.contact, ticket.contact),
        due=ticket.promise_due if ticket.status in tickets.OPEN else None,
    )
