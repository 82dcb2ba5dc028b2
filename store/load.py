"""Who has how much to do: open tickets, what falls due, what is late, by person and by level and group."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Text, bindparam, case, func, select

from domain.base import Model
from store.database import Database
from store.quick import Quick
from store.tables import tickets
from store.ticket_filter import is_open
from store.types import UtcInstant


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
    query = _walk(of_client=organisation is not None)
    rows = query.rows(db, now=now, end_of_day=end_of_day, organisation=organisation)
    return [Load.adopted(row) for row in rows]


@cache
def _walk(*, of_client: bool) -> Quick:
    place = (tickets.c.level, tickets.c.group, tickets.c.assignee)
    before = {name: tickets.c.promise_due < bindparam(name, type_=UtcInstant) for name in ("end_of_day", "now")}
    query = select(
        *place,
        func.count().label("open"),
        func.sum(case((before["end_of_day"], 1), else_=0)).label("due"),
        func.sum(case((before["now"], 1), else_=0)).label("late"),
    ).where(is_open())
    if of_client:
        query = query.where(tickets.c.organisation == bindparam("organisation", type_=Text))
    return Quick(query.group_by(*place).order_by(*place))
