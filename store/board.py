"""What the staff's board asks all day: how many tickets a view holds, clocks of a page of tickets, what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache

from sqlalchemy import Text, bindparam, case, func, select

from domain.base import Instant, Model
from domain.clock import Clock
from store import tables as t
from store.clock_bodies import clock
from store.database import Database
from store.quick import Quick, first
from store.ticket_filter import is_open
from store.types import UtcInstant


class Team(Model):
    """Who shares a queue: a level, and within it one competence group where the member has one."""

    level: str
    group: str | None = None

    def has(self, level: str, group: str | None) -> bool:
        """Whether a ticket that stands there is this team's."""
        return level == self.level and self.group in (None, group)


class Counts(Model):
    """Open tickets: all of them, those of nobody, those of one person, those of that person's team."""

    everything: int = 0
    unassigned: int = 0
    mine: int = 0
    team: int = 0


class Change(Model):
    """A ticket's row as it now stands, in what decides whose queue it is in. `at` is when it reached the database."""

    id: str
    version: int
    status: str
    level: str
    group: str | None
    assignee: str | None
    organisation: str
    at: Instant


_CHANGE = (
    t.tickets.c.id, t.tickets.c.version, t.tickets.c.status, t.tickets.c.level, t.tickets.c.group,
    t.tickets.c.assignee, t.tickets.c.organisation, t.tickets.c.recorded_at.label("at"),
)  # fmt: skip

_NEWEST = Quick(select(func.max(t.tickets.c.recorded_at).label("newest")))

SIZES = (10, 25, 50, 100, 200)
"""Tickets whose clocks one query asks for: a few sizes, each a statement that is written once; the last one repeats."""


def counts(db: Database, who: str, team: Team | None, organisation: str | None = None) -> Counts:
    """How much there is to do, in one walk along an index of the open tickets."""
    group = team.group if team else None
    query = _counting(of_group=group is not None, of_client=organisation is not None)
    (row,) = query.rows(db, who=who, level=team.level if team else "", group=group, organisation=organisation)
    return Counts(**{name: int(value or 0) for name, value in row.items()})


def live_clocks(db: Database, ids: Iterable[str]) -> dict[str, list[Clock]]:
    """The clocks that are still to be kept, by ticket, in the order in which they were started."""
    found: dict[str, list[Clock]] = {ticket: [] for ticket in ids}
    wanted = list(found)
    for begin in range(0, len(wanted), SIZES[-1]):
        some = wanted[begin : begin + SIZES[-1]]
        size = next(size for size in SIZES if size >= len(some))
        filled = some + some[-1:] * (size - len(some))
        for row in _live_clocks(size).rows(db, **{f"id_{n}": ticket for n, ticket in enumerate(filled)}):
            found[row["ticket"]].append(clock(row["body"]))
    return found


def newest(db: Database) -> datetime | None:
    """When the last recording reached this database."""
    (row,) = _NEWEST.rows(db)
    found: datetime | None = row["newest"]
    return found


def changed(db: Database, since: datetime, limit: int | None = None) -> list[Change]:
    """Tickets that were recorded after `since`, oldest change first."""
    return [Change.adopted(row) for row in _changed(limit).rows(db, since=since)]


@lru_cache(maxsize=10)
def _changed(limit: int | None) -> Quick:
    query = (
        select(*_CHANGE)
        .where(t.tickets.c.recorded_at > bindparam("since", type_=UtcInstant))
        .order_by(t.tickets.c.recorded_at, t.tickets.c.id)
    )
    return Quick(query if limit is None else first(query, limit))


@cache
def _counting(*, of_group: bool, of_client: bool) -> Quick:
    of_team = t.tickets.c.level == bindparam("level", type_=Text)
    if of_group:
        of_team &= t.tickets.c.group == bindparam("group", type_=Text)
    query = select(
        func.count().label("everything"),
        func.sum(case((t.tickets.c.assignee.is_(None), 1), else_=0)).label("unassigned"),
        func.sum(case((t.tickets.c.assignee == bindparam("who", type_=Text), 1), else_=0)).label("mine"),
        func.sum(case((of_team, 1), else_=0)).label("team"),
    ).where(is_open())
    if of_client:
        query = query.where(t.tickets.c.organisation == bindparam("organisation", type_=Text))
    return Quick(query)


@cache
def _live_clocks(size: int) -> Quick:
    ids = [bindparam(f"id_{n}", type_=Text) for n in range(size)]
    return Quick(
        select(t.clocks.c.ticket, t.clocks.c.body)
        .where(t.clocks.c.ticket.in_(ids), t.clocks.c.verdict.is_(None))
        .order_by(t.clocks.c.ticket, t.clocks.c.number)
    )
