"""A page of any list: filters that hold, an order, and a cursor that leads into the page after it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table

from store.database import Database
from store.keyset import Keyset

MOST = 200
"""Rows on a page, at most."""


def equal(table: Table, wanted: object, *names: str) -> list[ColumnElement[bool]]:
    """That the columns of these names have what is wanted, where something is."""
    given = {name: getattr(wanted, name) for name in names}
    return [table.c[name] == str(value) for name, value in given.items() if value is not None]


def within(column: Column[Any], wanted: Any) -> list[ColumnElement[bool]]:
    """That an instant lies between `from_at` and `to_at`, which is exclusive, where they are given."""
    since, until = wanted.from_at, wanted.to_at
    return [*([column >= since] if since is not None else []), *([column < until] if until is not None else [])]


def page(
    db: Database, query: Select[*tuple[Any, ...]], order: Keyset, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """At most `limit` rows, and the cursor of those that follow. ValueError for another list's cursor."""
    limit = max(1, min(limit, MOST))
    if cursor is not None:
        query = query.where(order.beyond(cursor))
    with db.read() as connection:
        found = connection.execute(query.order_by(*order.ordering).limit(limit + 1)).mappings()
        rows = [dict(row) for row in found]
    return rows[:limit], order.cursor_at(rows[limit - 1]) if len(rows) > limit else None
