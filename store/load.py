"""Who has how much to do: open tickets, what falls due, what is late, by person and by level and group."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, func, select

from domain.base import Model
from store.database import Database
from store.tables import tickets
from store.tickets import is_open


class Load(Model):
    """Open tickets of one person at one level and group; `assignee` is None for those of nobody.

    `due`: with a promise that falls due before the end of the day asked for; `late`: with one that is past due.
    """

    assignee: str | None
    level: str
    group: str | None
    open: int
    due: int
    late: int


def load(db: Database, now: datetime, end_of_day: datetime, organisation: str | None = None) -> list[Load]:
    """One walk along the open tickets; in the order of level, group and person."""
    place = (tickets.c.level, tickets.c.group, tickets.c.assignee)
    query = (
        select(
            *place,
            func.count().label("open"),
            func.sum(case((tickets.c.promise_due < end_of_day, 1), else_=0)).label("due"),
            func.sum(case((tickets.c.promise_due < now, 1), else_=0)).label("late"),
        )
        .where(is_open())
        .group_by(*place)
        .order_by(*place)
    )
    if organisation is not None:
        query = query.where(tickets.c.organisation == organisation)
    with db.read() as connection:
        return [Load.model_validate(dict(row)) for row in connection.execute(query).mappings()]
