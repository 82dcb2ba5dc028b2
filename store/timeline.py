"""A ticket's events backwards, a page at a time: of a ticket of years the newest are wanted first."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from domain.events import Event
from store.database import Database
from store.tables import events as table


def latest(
    db: Database,
    ticket: str,
    *,
    before: int | None = None,
    limit: int = 100,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
) -> list[Event]:
    """Events numbered below `before`, newest first; `only` these types, and none whose type begins as in `without`."""
    query = select(table.c.body).where(table.c.ticket == ticket)
    if before is not None:
        query = query.where(table.c.sequence < before)
    if only is not None:
        query = query.where(table.c.type.in_(list(only)))
    for beginning in without:
        query = query.where(table.c.type.not_like(f"{beginning.replace('_', '/_')}%", escape="/"))
    with db.read() as connection:
        bodies = connection.execute(query.order_by(table.c.sequence.desc()).limit(limit)).scalars()
        return [Event.model_validate_json(body) for body in bodies]


def newest(db: Database, ticket: str) -> int:
    """The number of the last event that is recorded; 0 when there is none."""
    with db.read() as connection:
        found = connection.execute(select(func.max(table.c.sequence)).where(table.c.ticket == ticket)).scalar()
        return int(found or 0)
