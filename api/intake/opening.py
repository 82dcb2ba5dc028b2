"""From what somebody files to the command that opens a ticket: whose it is, under which contract, for whom we write."""

from __future__ import annotations

from datetime import datetime

from fastapi.concurrency import run_in_threadpool

from api.access.reach import mark
from api.context import Context
from api.engine.tickets import AlreadyOpen
from api.http.problems import Problem, invalid
from api.intake import facts
from api.intake.refusing import keep, refusable
from api.shapes import OpenTicket
from domain.ahead import ahead_of
from domain.attachments import AttachmentRef
from domain.commands import Actor, Episode, Open
from domain.decide import open_ticket
from domain.errors import DomainError
from domain.events import Event, TicketOpened
from domain.evolve import rebuild
from domain.record import Summary, summarise
from domain.rules.serving import no_contract
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import Party
from store import directory, products, provider, tickets
from store.database import Database
from workflows.protocol import Start


def prepare(
    ours: Context,
    filed: OpenTicket,
    organisation: str,
    ticket: str,
    by: Actor,
    now: datetime,
    episode: Episode | None = None,
    files: tuple[AttachmentRef, ...] = (),
) -> Open:
    """The opening command. A Problem (422) when organisation, contract or contact do not fit. Reads the database.

    A request of a client without a valid contract is kept: none is lost.
    """
    database = ours.database
    found = directory.organisation(database, organisation)
    if found is None:
        raise invalid("/organisation", f'There is no organisation "{organisation}".', code="unknown_organisation")
    valid = directory.contracts(database, organisation, at=now)
    try:
        contract = _contract(ours, filed, found, valid, now)
    except Problem as refusal:
        if refusable(refusal.code):
            keep(database, ticket, filed, organisation, filed.contact, by, refusal.code, refusal.detail, now)
        raise
    terms = ours.agreements.terms(database, contract, now)
    contacts = directory.contacts(database, organisation)
    contact = _contact(ours, filed, organisation, terms, contacts)
    if filed.service is not None:
        check_service(ours, filed.service, contract.agreement)
    return Open(
        ticket=ticket,
        subject=filed.subject,
        description=filed.description,
        channel=filed.channel,
        organisation=organisation,
        contract=contract.id,
        contact=contact.id,
        language=filed.language or contact.language or found.language,
        severity=filed.severity,
        terms=terms,
        episode=episode,
        kind=filed.kind,
        impact=filed.impact,
        intake=facts.intake(database, organisation, terms, filed.intake),
        product=facts.product(database, organisation, filed.product, now) if filed.product else None,
        filer=facts.filer(terms, contact, contacts),
        covers=facts.covers(one for one in valid if one.agreement == contract.agreement),
        has_registered=products.has_registered(database, organisation) if terms.served.registered else None,
        service=filed.service,
        down_since=(filed.down_since or now) if filed.service else None,
        accepted=contract.accepted_at is not None and contract.accepted_at <= now,
        success_manager=contract.success_manager,
        success_manager_name=_name(database, contract.success_manager),
        representatives=_representatives(contract),
        attachments=files,
        ahead=ahead_of(ticket, ours.settings.update_lead, ours.settings.update_spread),
    )


def check_service(ours: Context, named: str, agreement: str) -> None:
    """Refuses a service that the agreement does not cover."""
    service = provider.service(ours.database, named)
    if service is None or service.agreement != agreement:
        found, _ = provider.services(ours.database, frozenset({agreement}), limit=20)
        known = ", ".join(one.id for one in found) or "none"
        raise invalid(
            "/service", f'"{named}" is no service under {agreement}; there are: {known}.', code="unknown_service"
        )


def _name(database: Database, staff: str | None) -> str | None:
    member = directory.member(database, staff) if staff else None
    return member.name if member else None


def _representatives(contract: directory.Contract) -> dict[Party, str]:
    named = {Party.client: contract.client_representative, Party.provider: contract.provider_representative}
    return {party: who for party, who in named.items() if who is not None}


def _contract(
    ours: Context,
    filed: OpenTicket,
    organisation: directory.Organisation,
    valid: list[directory.Contract],
    now: datetime,
) -> directory.Contract:
    if not valid:
        detail = _without_contract(ours, filed, organisation, now)
        raise invalid("/organisation", detail, code="no_contract")
    if filed.contract is not None:
        for contract in valid:
            if contract.id == filed.contract:
                return contract
        known = ", ".join(contract.id for contract in valid)
        detail = f'"{filed.contract}" is no contract of {organisation.id} that is valid now; valid: {known}.'
        raise invalid("/contract", detail, code="unknown_contract")
    one = facts.main(valid)
    if one is None:
        known = ", ".join(f"{contract.id} ({contract.agreement})" for contract in valid)
        raise invalid(
            "/contract", f"{organisation.id} has several contracts; name one: {known}.", code="several_contracts"
        )
    return one


def _without_contract(ours: Context, filed: OpenTicket, organisation: directory.Organisation, now: datetime) -> str:
    """Why nobody is served without a contract, as the agreement of the last one says it."""
    over = directory.contracts(ours.database, organisation.id)
    if not over:
        return f"{organisation.id} has no contract that is valid now."
    terms = ours.agreements.terms(ours.database, over[-1], now)
    return no_contract(terms, organisation.id, filed.language or organisation.language)


def _contact(
    ours: Context, filed: OpenTicket, organisation: str, terms: Terms, contacts: list[directory.Contact]
) -> directory.Contact:
    if filed.contact is not None:
        contact = directory.contact(ours.database, filed.contact)
        if contact is None or contact.organisation != organisation or contact.deactivated_at is not None:
            detail = f'"{filed.contact}" is no contact of {organisation}.'
            raise invalid("/contact", detail, code="unknown_contact")
        return contact
    found = facts.contact(terms, contacts)
    if found is None:
        raise invalid("/contact", f"{organisation} has no contact we could write to; name one.", code="no_contact")
    return found


async def begin(
    ours: Context, opening: Open, by: Actor, now: datetime, command: str, digest: str
) -> tuple[Summary, bool]:
    """Opens the ticket durably; its summary, and whether the same request had opened it before.

    The rules are run here first, so that what they refuse never reaches the engine; a request that the agreement does
    not serve is kept. A Problem (409) when another request opened a ticket under this id.
    """
    mark(opening.ticket)
    try:
        opened = rebuild(open_ticket(opening, by, now, command, digest))
    except DomainError as refusal:
        if refusable(refusal.code):
            kept = (opening, opening.organisation, opening.contact, by, refusal.code, refusal.message, now)
            await run_in_threadpool(keep, ours.database, opening.ticket, *kept)
        raise
    start = Start(
        by=by, command=command, digest=digest, opening=opening, opened_at=now, run_first=True, shows_due=False
    )
    try:
        await ours.engine.open(start, opened)
    except AlreadyOpen:
        stored = await run_in_threadpool(replayed, ours, opening.ticket, digest)
        if stored is not None:
            return stored, True
        remembered = await ours.engine.opened(opening.ticket)
        if remembered is None or remembered.digest != digest:
            raise conflict() from None
        again = rebuild(open_ticket(opening, by, remembered.at, command, digest))
        return summarise(again), True
    ours.owners.put(opening.ticket, opening.organisation)
    return summarise(opened), False


def replayed(ours: Context, ticket: str, digest: str) -> Summary | None:
    """The first answer to the request that opened `ticket`, from the database; None when it is not there.

    A Problem (409) when that request was another one.
    """
    first = next(iter(tickets.events(ours.database, ticket, limit=1)), None)
    if first is None:
        return None
    fact = first.fact
    assert isinstance(fact, TicketOpened)  # every ticket begins so
    if fact.digest != digest:
        raise conflict()
    return summarise(_as_opened(first, fact))


def _as_opened(first: Event, fact: TicketOpened) -> Ticket:
    return rebuild(open_ticket(fact.opening, first.by, first.at, first.cause, fact.digest))


def conflict() -> Problem:
    """The answer to a key that was used for something else."""
    return Problem(
        409,
        "idempotency_conflict",
        "This Idempotency-Key was used with another request. Take a new key for a new request.",
    )
