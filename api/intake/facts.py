"""What we know and nobody files: the product's version, what the contracts cover, who may speak for the client."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.commands import Filer, Product, ProductNamed
from domain.terms import Terms
from domain.words import ContactRole
from store import given, products
from store.database import Database
from store.directory import Contact, Contract

ADMINISTRATORS = (ContactRole.administrator, ContactRole.key_user, ContactRole.end_user)
"""Whom we write to when nobody is named and everybody may file."""


def product(database: Database, organisation: str, named: ProductNamed, now: datetime) -> Product:
    """The product with what the catalogue and the organisation's registrations say of it."""
    return products.known(database, organisation, named.name, named.version, named.serial, now)


def intake(
    database: Database, organisation: str, terms: Terms, answered: dict[str, str | bool]
) -> dict[str, str | bool]:
    """The answers with those that the organisation gave for good, which are not asked for again (1L-15)."""
    standing = {name for name, item in terms.intake.items() if item.standing}
    if not standing:
        return answered
    kept = given.find(database, organisation, terms.agreement) & standing
    return {**dict.fromkeys(sorted(kept), True), **answered}


def covers(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """What valid contracts of one agreement cover; empty when one of them tells no covers apart and covers all."""
    named = [contract.cover for contract in contracts]
    if None in named:
        return ()
    return tuple(dict.fromkeys(cover for cover in named if cover is not None))


def main(contracts: list[Contract]) -> Contract | None:
    """The one of several contracts that a ticket is under without asking; None when somebody has to choose.

    Contracts of one agreement that differ in cover only belong together (1L-01). The one that names a programme, or
    else the oldest, is the ticket's.
    """
    chosen = {(one.agreement, one.programme, one.region) for one in contracts if one.programme or one.region}
    covered = {one.cover for one in contracts}
    alike = len({one.agreement for one in contracts}) == 1 and len(chosen) <= 1
    if len(contracts) == 1 or (alike and None not in covered and len(covered) == len(contracts)):
        return min(contracts, key=lambda one: (one.programme is None, one.valid_from, one.id))
    return None


def contact(terms: Terms, contacts: list[Contact]) -> Contact | None:
    """Whom we write to when nobody is named: somebody who may file, in a language that is served, where there is one.

    An alert must not be lost because the first contact that comes to hand may not file.
    """
    served = terms.served
    roles = [*served.contacts, *(role for role in ADMINISTRATORS if role not in served.contacts)]
    spoken = [one for one in contacts if one.language in served.languages] if served.languages else contacts
    return min(spoken or contacts, key=lambda one: (roles.index(ContactRole(one.role)), one.name), default=None)


def filer(terms: Terms, found: Contact, contacts: list[Contact]) -> Filer:
    """The contact's role and, where it may not file, the names of those who may: they go into its refusal only."""
    role, may = ContactRole(found.role), terms.served.contacts
    named = () if not may or role in may else tuple(one.name for one in contacts if one.role in may)
    return Filer(role=role, named=named)
