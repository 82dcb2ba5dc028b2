"""What everybody is called: the names alone, for the lists and the choices that name hundreds of them on every page."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Text, literal_column, select

from domain.words import STAFF
from store import tables
from store.database import Database
from store.quick import Quick

_STAFF = Quick(select(tables.staff.c.id, tables.staff.c.name).order_by(tables.staff.c.name, tables.staff.c.id))
_CLIENTS = Quick(
    select(tables.organisations.c.id, tables.organisations.c.name).order_by(
        tables.organisations.c.name, tables.organisations.c.id
    )
)


_DESK = Quick(
    select(tables.staff.c.id, tables.staff.c.name)
    .where(tables.staff.c.role.in_([literal_column(f"'{role}'", Text) for role in sorted(STAFF)]))
    .order_by(tables.staff.c.name, tables.staff.c.id)
)


_SERVICES = Quick(
    select(tables.services.c.id, tables.services.c.name).order_by(tables.services.c.name, tables.services.c.id)
)


def of_services(db: Database) -> dict[str, str]:
    """The name of each of our services by id, in the order of the names."""
    return {row["id"]: row["name"] for row in _SERVICES.rows(db)}


def of_staff(db: Database) -> dict[str, str]:
    """The name of each of our staff by id, in the order of the names."""
    return {row["id"]: row["name"] for row in _STAFF.rows(db)}


def of_desk(db: Database) -> dict[str, str]:
    """The same of those who can be given a ticket: whoever only operates Escalade cannot."""
    return {row["id"]: row["name"] for row in _DESK.rows(db)}


def of_clients(db: Database) -> dict[str, str]:
    """The name of each organisation by id, in the order of the names."""
    return {row["id"]: row["name"] for row in _CLIENTS.rows(db)}


def of_contacts(db: Database, ids: Iterable[str]) -> dict[str, str]:
    """The name of each of these contacts by id, whoever's they are."""
    table = tables.contacts
    with db.read() as connection:
        return {
            row.id: row.name
            for row in connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(set(ids))))
        }
