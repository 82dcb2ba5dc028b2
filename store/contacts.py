"""The people of an organisation, kept by its own key users: added, changed, deactivated; who did it stays on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from domain.base import Instant, Model
from domain.commands import Actor
from store import listing, tables
from store.database import Database
from store.directory import Contact
from store.keyset import Keyset
from store.listing import equal, page

MOST = listing.MOST
"""Contacts, or changes, on a page at most."""
_C = tables.contacts.c
_CH = tables.contact_changes.c
_BY_NAME = Keyset("name", (_C.name, _C.id))
_NEWEST = Keyset("newest", (_CH.number,), downwards=True)


class ContactFilter(Model):
    """Everything given must hold. `text` stands in name or e-mail address, whatever its case."""

    organisation: str | None = None
    role: str | None = None
    active: bool | None = None
    text: str | None = None


class Change(Model):
    """One change of a contact: the fields that changed, each with what it was and what it is."""

    number: int
    contact: str
    at: Instant
    by: Actor
    before: dict[str, Any]
    after: dict[str, Any]


def find(
    db: Database, filters: ContactFilter, cursor: str | None = None, limit: int = 50
) -> tuple[list[Contact], str | None]:
    """One page by name, and the cursor of the next. ValueError for a cursor of another list."""
    query = select(tables.contacts).where(*equal(tables.contacts, filters, "organisation", "role"))
    if filters.active is not None:
        query = query.where(_C.deactivated_at.is_(None) if filters.active else _C.deactivated_at.is_not(None))
    if filters.text:
        query = query.where(
            _C.name.icontains(filters.text, autoescape=True) | _C.email.icontains(filters.text, autoescape=True)
        )
    rows, following = page(db, query, _BY_NAME, cursor, limit)
    return [Contact.model_validate(row) for row in rows], following


def with_address(db: Database, organisation: str, email: str, but: str | None = None) -> Contact | None:
    """The active contact of the organisation that has this address, whatever its case; another one than `but`."""
    query = select(tables.contacts).where(
        _C.organisation == organisation, func.lower(_C.email) == email.lower(), _C.deactivated_at.is_(None)
    )
    with db.read() as connection:
        rows = connection.execute(query if but is None else query.where(_C.id != but)).mappings().all()
    return Contact.model_validate(dict(rows[0])) if rows else None


def add(db: Database, contact: Contact, by: Actor, now: datetime) -> Contact:
    """Adds a contact; the one that is there already under that id, when the same was sent again."""
    with db.begin() as connection:
        known = connection.execute(select(tables.contacts).where(_C.id == contact.id)).mappings().first()
        if known is not None:
            return Contact.model_validate(dict(known))
        connection.execute(insert(tables.contacts).values(**contact.model_dump(mode="python")))
        _note(connection, contact.id, {}, _plain(contact), by, now)
    return contact


def change(db: Database, contact: str, fields: Mapping[str, Any], by: Actor, now: datetime) -> Contact:
    """Changes these fields of a contact that is there, and notes who did; what is as it was is no change."""
    with db.begin() as connection:
        row = connection.execute(select(tables.contacts).where(_C.id == contact).with_for_update()).mappings().one()
        before = Contact.model_validate(dict(row))
        after = Contact.model_validate({**dict(row), **fields})
        was, is_now = _plain(before), _plain(after)
        changed = [name for name in is_now if was.get(name) != is_now[name]]
        if changed:
            values = {name: getattr(after, name) for name in changed}
            connection.execute(update(tables.contacts).where(_C.id == contact).values(**values))
            _note(connection, contact, {k: was.get(k) for k in changed}, {k: is_now[k] for k in changed}, by, now)
    return after


def changes(db: Database, contact: str, cursor: str | None = None, limit: int = 50) -> tuple[list[Change], str | None]:
    """One page of what was changed, newest first, and the cursor of the next."""
    query = select(tables.contact_changes).where(_CH.contact == contact)
    rows, following = page(db, query, _NEWEST, cursor, limit)
    shown = [
        Change(
            number=row["number"], contact=row["contact"], at=row["at"], by=Actor(role=row["role"], id=row["by"]),
            before=json.loads(row["before"]), after=json.loads(row["after"]),
        )
        for row in rows
    ]  # fmt: skip
    return shown, following


def _plain(contact: Contact) -> dict[str, Any]:
    written = {name: getattr(contact, name) for name in Contact.model_fields if name not in ("id", "organisation")}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in written.items()}


def _note(
    connection: Connection, contact: str, before: dict[str, Any], after: dict[str, Any], by: Actor, now: datetime
) -> None:
    last = connection.execute(select(func.max(_CH.number)).where(_CH.contact == contact)).scalar()
    number = (last or 0) + 1
    row = {
        "contact": contact, "number": number, "at": now, "role": str(by.role), "by": by.id,
        "before": json.dumps(before), "after": json.dumps(after),
    }  # fmt: skip
    connection.execute(insert(tables.contact_changes).values(**row))
