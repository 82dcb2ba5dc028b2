"""Requests that were refused because the agreement does not serve them: none is lost (TF-04, OL-20)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.commands import Actor
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page, within
from store.tables import refused_requests as table

MOST = listing.MOST
"""Requests on a page, at most."""

_PLAIN = ("id", "at", "organisation", "contact", "subject", "description", "code", "detail")


class Refused(Model):
    """A request as it was filed. `id` is the number that its ticket would have had; `detail` what the filer was told.

    `code` is the refusal's stable code; `contact` is absent where the refusal came before it was known.
    """

    id: str
    at: Instant
    organisation: str
    contact: str | None = None
    subject: str
    description: str
    code: str
    detail: str
    by: Actor


class RefusedFilter(Model):
    """Everything given must hold. `to_at` is exclusive."""

    organisation: str | None = None
    code: str | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None


class RefusedOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    RefusedOrder.newest: Keyset("newest", (table.c.at, table.c.id), downwards=True),
    RefusedOrder.oldest: Keyset("oldest", (table.c.at, table.c.id)),
}


def keep(db: Database, refused: Refused) -> None:
    """Keeps it; the same request sent again is one row, with its first refusal."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = {name: getattr(refused, name) for name in _PLAIN} | {"role": str(refused.by.role), "by": refused.by.id}
    with db.begin() as connection:
        connection.execute(dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=["id"]))


def find(
    db: Database,
    wanted: RefusedFilter,
    order: RefusedOrder = RefusedOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Refused], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(table)
    query = query.where(*equal(table, wanted, "organisation", "code"))
    query = query.where(*within(table.c.at, wanted))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [_refused(row) for row in rows], following


def _refused(row: dict[str, Any]) -> Refused:
    return Refused(**{name: row[name] for name in _PLAIN}, by=Actor(role=row["role"], id=row["by"]))
