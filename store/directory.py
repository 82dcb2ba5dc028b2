"""Who is who: organisations, their contracts and contacts, our staff, the mailboxes of teams and roles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import Table, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.messages import Recipient
from domain.words import Level, Role
from store import tables
from store.database import Database

SHORTEST_NUMBER = 6
"""Digits: fewer are an extension, which many have."""


class Organisation(Model):
    """A client. `aliases` are the names under which monitors know it."""

    id: str
    name: str
    language: str
    aliases: tuple[str, ...] = ()


class Contract(Model):
    """Which agreement an organisation has, from `valid_from` until before `valid_to`.

    `cover` where the agreement tells covers apart. `accepted_at`: when the implementation project was accepted; absent
    while it goes on. The people are ids: of our staff, and for `client_representative` of a contact.
    """

    id: str
    organisation: str
    agreement: str
    programme: str | None = None
    region: str | None = None
    cover: str | None = None
    accepted_at: Instant | None = None
    success_manager: str | None = None
    account_manager: str | None = None
    client_representative: str | None = None
    provider_representative: str | None = None
    valid_from: Instant
    valid_to: Instant | None = None


class Contact(Model):
    """A person of an organisation."""

    id: str
    organisation: str
    name: str
    email: str | None = None
    telephone: str | None = None
    role: Literal["key_user", "end_user", "administrator"]
    language: str
    deactivated_at: Instant | None = None
    """Since when it signs in no longer and is written to no longer; tickets go on naming it."""


class Staff(Model):
    """A person of ours."""

    id: str
    name: str
    email: str | None = None
    role: Role
    level: Level | None = None
    group: str | None = None


class Mailbox(Model):
    """Where a team ("support", "consulting/logistics") or a role ("lead", "manager") is reached."""

    kind: Literal["team", "role"]
    id: str
    email: str


class Address(Model):
    """Where a message goes. `name` is absent for a mailbox."""

    email: str
    name: str | None = None


Kept = TypeVar("Kept", Organisation, Contract, Contact, Staff, Mailbox)
_TABLES: dict[type[Model], Table] = {
    Organisation: tables.organisations,
    Contract: tables.contracts,
    Contact: tables.contacts,
    Staff: tables.staff,
    Mailbox: tables.mailboxes,
}


def save(db: Database, *entries: Organisation | Contract | Contact | Staff | Mailbox) -> None:
    """Adds entries, or replaces those with the same id; in one transaction, in the order given.

    SQLAlchemy's IntegrityError when a contract or contact names an organisation that is not there.
    """
    dialect: Any = sqlite if db.sqlite else postgresql
    with db.begin() as connection:
        for entry in entries:
            table = _TABLES[type(entry)]
            row = {name: _plain(getattr(entry, name)) for name in type(entry).model_fields}
            ids = [column.name for column in table.primary_key]
            insert = dialect.insert(table).values(row)
            # A file that is loaded says who somebody is, not whether the client's own key user has deactivated them.
            others = {name: insert.excluded[name] for name in row if name not in (*ids, "deactivated_at")}
            connection.execute(insert.on_conflict_do_update(index_elements=ids, set_=others))


def organisation(db: Database, organisation_id: str) -> Organisation | None:
    """That organisation."""
    return _one(db, Organisation, tables.organisations.c.id == organisation_id)


def organisations(db: Database) -> list[Organisation]:
    """Every organisation, by name."""
    return _all(db, Organisation, order=tables.organisations.c.name)


def organisation_known_as(db: Database, name: str) -> Organisation | None:
    """The organisation with this id, or with this alias (whatever its case). None when two claim the alias."""
    wanted = name.casefold()
    found = [
        one for one in organisations(db) if one.id == name or wanted in (alias.casefold() for alias in one.aliases)
    ]
    exact = [one for one in found if one.id == name]
    return (exact or found)[0] if len(exact or found) == 1 else None


def contract(db: Database, contract_id: str) -> Contract | None:
    """That contract, valid or not."""
    return _one(db, Contract, tables.contracts.c.id == contract_id)


def contracts(db: Database, organisation_id: str, at: datetime | None = None) -> list[Contract]:
    """The organisation's contracts, oldest first; only those valid at `at` when it is given."""
    table = tables.contracts
    where = [table.c.organisation == organisation_id]
    if at is not None:
        where += [table.c.valid_from <= at, or_(table.c.valid_to.is_(None), table.c.valid_to > at)]
    return _all(db, Contract, *where, order=table.c.valid_from)


def contracts_under(db: Database, agreements: Iterable[str], at: datetime) -> list[Contract]:
    """Contracts of whichever client under these agreements that are valid at `at`, oldest first."""
    table = tables.contracts
    valid = [table.c.valid_from <= at, or_(table.c.valid_to.is_(None), table.c.valid_to > at)]
    return _all(db, Contract, table.c.agreement.in_(sorted(agreements)), *valid, order=table.c.valid_from)


def names(db: Database, ids: Iterable[str]) -> dict[str, str]:
    """The names of these organisations."""
    table = tables.organisations
    with db.read() as connection:
        rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(set(ids))))
        return {row.id: row.name for row in rows}


def contracts_named(db: Database, ids: Iterable[str]) -> dict[str, Contract]:
    """These contracts, by id."""
    return {one.id: one for one in _all(db, Contract, tables.contracts.c.id.in_(set(ids)))}


def contact(db: Database, contact_id: str) -> Contact | None:
    """That contact, of whichever organisation."""
    return _one(db, Contact, tables.contacts.c.id == contact_id)


def contacts(db: Database, organisation_id: str) -> list[Contact]:
    """The organisation's active contacts, by name."""
    table = tables.contacts
    where = (table.c.organisation == organisation_id, table.c.deactivated_at.is_(None))
    return _all(db, Contact, *where, order=table.c.name)


def contact_names(db: Database, organisation_id: str) -> dict[str, str]:
    """The name of everybody whom the organisation's tickets may name, deactivated ones too, by id."""
    table = tables.contacts
    with db.read() as connection:
        rows = connection.execute(select(table.c.id, table.c.name).where(table.c.organisation == organisation_id))
        return {row.id: row.name for row in rows}


def contacts_reached_at(db: Database, address: str) -> list[Contact]:
    """Contacts with this id, this e-mail address (whatever its case), or this telephone number (however spaced)."""
    table = tables.contacts
    wanted = address.strip()
    active = table.c.deactivated_at.is_(None)
    found = _all(db, Contact, active, or_(table.c.id == wanted, func.lower(table.c.email) == wanted.lower()))
    digits = _digits(wanted)
    if found or len(digits) < SHORTEST_NUMBER:
        return found
    with_number = _all(db, Contact, active, table.c.telephone.is_not(None))
    return [one for one in with_number if _same_number(digits, _digits(one.telephone or ""))]


def _digits(number: str) -> str:
    """The digits of a telephone number without its international prefix; empty for what is none."""
    if not re.fullmatch(r"\+?[0-9 ()./-]+", number):
        return ""
    return re.sub(r"[^0-9]", "", number.replace("(0)", "")).removeprefix("00")


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are one, where one may be written as in its own country ("0140..." for "+33140...")."""
    local = tuple(number.removeprefix("0") for number in (one, other) if number.startswith("0"))
    if one == other or not local:
        return one == other
    return len(local[0]) >= SHORTEST_NUMBER and (one.endswith(local[0]) and other.endswith(local[0]))


def member(db: Database, staff_id: str) -> Staff | None:
    """That member of our staff."""
    return _one(db, Staff, tables.staff.c.id == staff_id)


def staff(db: Database) -> list[Staff]:
    """Our staff, by name."""
    return _all(db, Staff, order=tables.staff.c.name)


def mailboxes(db: Database) -> list[Mailbox]:
    """The mailboxes of teams and roles."""
    return _all(db, Mailbox, order=tables.mailboxes.c.id)


def address_of(db: Database, recipient: Recipient) -> Address | None:
    """Where a recipient is reached; None when it is unknown or has no e-mail address.

    A group without a mailbox of its own ("consulting/logistics") is reached at its level's ("consulting"), its lead
    without one ("lead/consulting/logistics") at the lead's of the level or at the one lead there is ("lead").
    """
    if recipient.kind in ("contact", "staff"):
        person = contact(db, recipient.id) if recipient.kind == "contact" else member(db, recipient.id)
        if person is None or not person.email or getattr(person, "deactivated_at", None) is not None:
            return None
        return Address(email=person.email, name=person.name)
    table = tables.mailboxes
    parts = recipient.id.split("/")
    for name in ("/".join(parts[:length]) for length in range(len(parts), 0, -1)):
        box = _one(db, Mailbox, table.c.kind == recipient.kind, table.c.id == name)
        if box is not None:
            return Address(email=box.email)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return json.dumps(value)
    return str(value) if isinstance(value, str) else value


def _one(db: Database, model: type[Kept], *where: Any) -> Kept | None:
    found = _all(db, model, *where)
    return found[0] if found else None


def _all(db: Database, model: type[Kept], *where: Any, order: Any = None) -> list[Kept]:
    table = _TABLES[model]
    query = select(table).where(*where).order_by(*([] if order is None else [order]), *table.primary_key)
    with db.read() as connection:
        rows: Sequence[Any] = connection.execute(query).mappings().all()
    return [model.model_validate(_read(dict(row))) for row in rows]


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "aliases": json.loads(row["aliases"])} if "aliases" in row else row
