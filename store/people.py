"""People who can sign in: contacts and our staff, whichever they are."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import func, select

from domain.base import Model
from domain.words import Role
from store import directory, tables
from store.database import Database

MOST = 5
"""People of one address who are each sent a link: more share a mailbox than a person has."""


class Person(Model):
    """Somebody with a name here. `organisation` bounds a contact; `language` is absent for staff."""

    kind: Literal["contact", "staff", "other"]
    """`other` has no entry in the directory: operations, a program."""
    id: str
    name: str
    role: Role
    organisation: str | None = None
    language: str | None = None
    email: str | None = None


def known(db: Database, id: str) -> Person | None:
    """The contact or the member of staff with this id. No id is both: a contact's would win."""
    contact = directory.contact(db, id)
    if contact is not None:
        return of_contact(contact) if contact.deactivated_at is None else None
    member = directory.member(db, id)
    return of_staff(member) if member else None


def find(db: Database, kind: str, id: str) -> Person | None:
    """That contact, or that member of staff."""
    if kind == "contact":
        contact = directory.contact(db, id)
        return of_contact(contact) if contact and contact.deactivated_at is None else None
    member = directory.member(db, id)
    return of_staff(member) if member else None


def at_address(db: Database, email: str) -> list[Person]:
    """Everybody with this e-mail address, whatever its case: contacts first, `MOST` at the most."""
    wanted = email.strip().lower()
    found: list[Person] = []
    for kind, table in (("contact", tables.contacts), ("staff", tables.staff)):
        query = select(table.c.id).where(func.lower(table.c.email) == wanted).order_by(table.c.id).limit(MOST)
        with db.read() as connection:
            ids = [row.id for row in connection.execute(query)]
        found += filter(None, (find(db, kind, id) for id in ids))
    return found[:MOST]


def deactivated(db: Database, organisation: str, email: str) -> bool:
    """Whether that organisation has deactivated a contact with this address."""
    table = tables.contacts
    query = select(table.c.id).where(
        table.c.organisation == organisation,
        func.lower(table.c.email) == email.strip().lower(),
        table.c.deactivated_at.is_not(None),
    )
    with db.read() as connection:
        return connection.execute(query.limit(1)).first() is not None


def of_contact(contact: directory.Contact) -> Person:
    """A contact as somebody who signs in."""
    return Person(
        kind="contact",
        id=contact.id,
        name=contact.name,
        role=Role.client,
        organisation=contact.organisation,
        language=contact.language,
        email=contact.email,
    )


def of_staff(member: directory.Staff) -> Person:
    """A member of staff as somebody who signs in."""
    return Person(kind="staff", id=member.id, name=member.name, role=member.role, email=member.email)
