"""The other lists of the desk: refused requests, clients, our own people."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from api.access.auth import Caller
from api.board.listing import list_page
from api.board.rows import LEVELS, lines
from api.board.tables import Cell, Section, count, day, link, moment
from api.board.words import ROLES
from api.context import Now, Ours
from api.directory.people import list_staff
from api.http.problems import Problem, invalid
from api.pages.catalogue import NAMES
from api.pages.catalogue import mark as _
from api.pages.language import PageLanguage
from api.portal.agreements import contract_titles
from domain.words import ContactRole
from store import directory, hours, refusals, tickets
from store.names import of_staff
from store.paging import Order
from store.ticket_filter import TicketFilter

router = APIRouter(include_in_schema=False)
_Cursor = Query(None, max_length=500)
CONTACTS = {
    ContactRole.key_user: _("key user"),
    ContactRole.end_user: _("end user"),
    ContactRole.administrator: _("administrator"),
}
REFUSED = {
    "cover_missing": _("not in the contract"),
    "language_not_served": _("language not served"),
    "referred": _("not a registered contact"),
    "version_not_supported": _("version not supported"),
    "not_registered": _("product not registered"),
    "prerequisite_missing": _("prerequisite missing"),
    "not_handled_here": _("not treated under the agreement"),
}


@router.get("/board/refused", operation_id="board_refused")
def refused(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage, cursor: str | None = _Cursor
) -> Response:
    """Requests that the agreements do not serve."""
    try:
        found, more = refusals.find(
            ours.database, refusals.RefusedFilter(organisation=caller.organisation), cursor=cursor
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    names = directory.names(ours.database, {one.organisation for one in found})
    rows = [
        (moment(one.at), Cell(one.subject, more=one.description[:300]),
         link(names.get(one.organisation, one.organisation), _client(one.organisation)),
         Cell(one.contact or one.by.id), Cell(REFUSED.get(one.code, one.code), say=True, chip="", more=one.detail))
        for one in found
    ]  # fmt: skip
    heads = (_("When"), _("Subject"), _("Client"), _("Contact"), _("Why it was refused"))
    section = Section(heads, rows, _("No request has been refused."))
    return list_page(request, caller, language, now, _("Refused requests"), section, following=more)


@router.get("/board/clients", operation_id="board_clients")
def clients(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Every client."""
    rows = [
        (
            link(one.name, _client(one.id)),
            Cell(one.id),
            Cell(NAMES.get(one.language, one.language)),
            Cell(", ".join(one.aliases)),
        )
        for one in directory.organisations(ours.database)
        if caller.reaches(one.id)
    ]
    section = Section((_("Client"), _("Number"), _("Language"), _("Also known as")), rows, _("There is no client."))
    return list_page(request, caller, language, now, _("Clients"), section)


@router.get("/board/clients/{id}", operation_id="board_client")
def one_client(id: str, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """A client: its open tickets, people, contracts and hours."""
    found = directory.organisation(ours.database, id)
    if found is None or not caller.reaches(id):
        raise Problem(404, "unknown_organisation", f'There is no organisation "{id}".')
    page = tickets.find(ours.database, TicketFilter(organisation=id, open=True), Order.queue, limit=50)
    rows = [
        (link(one.ticket.id, f"/board/tickets/{one.ticket.id}"), Cell(one.ticket.subject), Cell(one.severity),
         Cell(one.who) if one.who else Cell(_("nobody"), say=True), moment(one.ticket.promise_due))
        for one in lines(ours, page.tickets, now, language, of_staff(ours.database))
    ]  # fmt: skip
    erases = caller.may("erasure_page")
    people = [
        (Cell(one.name), Cell(CONTACTS[ContactRole(one.role)], say=True),
         link(one.email, f"mailto:{one.email}") if one.email else Cell(),
         link(one.telephone, f"tel:{one.telephone}") if one.telephone else Cell(),
         _language(one.language),
         *([_erase(id, one.id)] if erases else []))
        for one in directory.contacts(ours.database, id)
    ]  # fmt: skip
    held = directory.contracts(ours.database, id)
    titles = contract_titles(ours, held, language)
    contracts = [
        (Cell(titles[one.id], more=one.id), Cell(one.region or ""), day(one.valid_from), day(one.valid_to))
        for one in held
    ]  # fmt: skip
    packages = [
        (Cell(one.id), count(one.minutes // 60), day(one.sold_at), day(one.expires_at))
        for one in hours.packages(ours.database, id)
    ]
    return list_page(
        request, caller, language, now, found.name,
        Section((_("Number"), _("Subject"), _("Severity"), _("Who"), _("Due")), rows, _("There is no open ticket."),
                _("Open tickets")),
        Section((_("Name"), _("Role"), _("E-mail"), _("Telephone"), _("Language"), *([""] if erases else [])), people,
                _("Nobody is known."), _("Contacts")),
        Section((_("Contract"), _("Region"), _("From"), _("Until")), contracts,
                _("There is no contract."), _("Contracts")),
        Section((_("Number"), _("Hours"), _("Sold"), _("Until")), packages, _("No hours were bought."),
                _("Hour packages"), f"/board/hours?organisation={id}" if caller.may("board_hours") else None),
        plain_title=True,
    )  # fmt: skip


@router.get("/board/staff", operation_id="board_staff")
def staff(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Who works here, whoever has least to do first."""
    rows = [
        (Cell(one.name), Cell(ROLES[one.role], say=True), Cell(LEVELS[one.level], say=True) if one.level else Cell(),
         Cell(one.group or ""),
         Cell(str(one.open_tickets), address=f"/board?view=everything&assignee={one.id}", number=True))
        for one in list_staff(ours).items
    ]  # fmt: skip
    section = Section((_("Name"), _("Role"), _("Level"), _("Group"), _("Open tickets")), rows, _("Nobody is known."))
    return list_page(request, caller, language, now, _("Staff"), section)


def _client(organisation: str) -> str:
    return f"/board/clients/{organisation}"


def _erase(organisation: str, contact: str) -> Cell:
    return Cell(_("Erase …"), address=f"{_client(organisation)}/contacts/{quote(contact, safe='')}/erasure", say=True)


def _language(code: str) -> Cell:
    return Cell(NAMES.get(code, code))
