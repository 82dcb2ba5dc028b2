"""Hour packages of all clients, page by page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, not_, or_, select

from store import hours
from store.database import Database
from store.hours import SoldPackage
from store.keyset import Keyset
from store.listing import page
from store.tables import contracts
from store.tables import hour_packages as table


class PackageOrder(StrEnum):
    """The next one to expire first, or the one bought last."""

    expires_at = "expires_at"
    newest = "newest"


_ORDERS = {
    PackageOrder.expires_at: Keyset("expires_at", (table.c.expires_at, table.c.id)),
    PackageOrder.newest: Keyset("newest", (table.c.bought_at, table.c.id), downwards=True),
}


def find(
    db: Database,
    organisation: str | None,
    in_force: bool | None,
    now: datetime,
    order: PackageOrder = PackageOrder.expires_at,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[SoldPackage], str | None]:
    """One page and the cursor of what follows; `in_force`: at `now`. ValueError for a cursor of another list."""
    held: Any = and_(
        table.c.bought_at <= now,
        table.c.expires_at > now,
        or_(contracts.c.valid_to.is_(None), contracts.c.valid_to > now),
    )
    query = select(*table.columns).join(contracts, contracts.c.id == table.c.contract)
    if organisation is not None:
        query = query.where(table.c.organisation == organisation)
    if in_force is not None:
        query = query.where(held if in_force else not_(held))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    named = {one.id: one for one in hours.packages_named(db, [row["id"] for row in rows])}
    return [named[row["id"]] for row in rows], following
