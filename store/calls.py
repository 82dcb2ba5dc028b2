"""Calls to clients that are to be made, as the tickets' rows have them."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select

from domain.base import Instant, Model
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import contacts
from store.tables import tickets as table

MOST = listing.MOST


class Call(Model):
    """A call to be made about a ticket. `due` is absent while its clock stands still."""

    ticket: str
    number: int
    due: Instant | None
    missed: bool
    taken_by: str | None
    tries: int
    next_at: Instant | None
    organisation: str
    contact: str
    contact_name: str | None
    telephone: str | None
    language: str
    subject: str
    severity: str
    level: str
    group: str | None
    assignee: str | None


class CallFilter(Model):
    """Everything given must hold. `taken_by` left empty: nobody's yet; `before`: due before that instant."""

    organisation: str | None = None
    level: str | None = None
    group: str | None = None
    assignee: str | None = None
    taken_by: str | None = None
    severity: str | None = None
    missed: bool | None = None
    before: Instant | None = None


class CallOrder(StrEnum):
    """Soonest due first, or latest due first."""

    due = "due"
    latest = "latest"


_ORDERS = {
    CallOrder.due: Keyset("due", (table.c.call_due, table.c.id)),
    CallOrder.latest: Keyset("latest", (table.c.call_due, table.c.id), downwards=True),
}
_ROW = (
    "organisation", "contact", "language", "subject", "severity", "level", "group", "assignee",
)  # fmt: skip


def find(
    db: Database,
    wanted: CallFilter,
    order: CallOrder = CallOrder.due,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Call], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(table).where(table.c.call_number.is_not(None), *_where(wanted))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    people = _people(db, {row["contact"] for row in rows})
    return [
        Call(
            ticket=row["id"],
            number=row["call_number"],
            due=row["call_due"],
            missed=row["call_missed"],
            taken_by=row["call_taken_by"],
            tries=row["call_tries"],
            next_at=row["call_next_at"],
            contact_name=people.get(row["contact"], (None, None))[0],
            telephone=people.get(row["contact"], (None, None))[1],
            **{name: row[name] for name in _ROW},
        )
        for row in rows
    ], following


def _people(db: Database, names: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
    query = select(contacts.c.id, contacts.c.name, contacts.c.telephone).where(contacts.c.id.in_(names))
    with db.read() as connection:
        return {row.id: (row.name, row.telephone) for row in connection.execute(query)}


def _where(wanted: CallFilter) -> list[ColumnElement[bool]]:
    columns = {
        "organisation": table.c.organisation, "level": table.c.level, "group": table.c.group,
        "assignee": table.c.assignee, "taken_by": table.c.call_taken_by, "severity": table.c.severity,
    }  # fmt: skip
    given = {name: getattr(wanted, name) for name in columns}
    where = [
        columns[name] == value if value else or_(columns[name].is_(None), columns[name] == "")
        for name, value in given.items()
        if value is not None
    ]
    if wanted.missed is not None:
        where.append(table.c.call_missed.is_(wanted.missed))
    if wanted.before is not None:
        where.append(table.c.call_due < wanted.before)
    return where
