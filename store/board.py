"""What the staff's board asks all day: how many tickets a view holds, clocks of a page of tickets, what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, func, select

from domain.base import Instant, Model
from domain.clock import Clock
from store import tables as t
from store.database import Database
from store.tickets import is_open


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


def counts(db: Database, who: str, team: Team | None, organisation: str | None = None) -> Counts:
    """How much there is to do, in one walk along an index of the open tickets."""
    of_team = t.tickets.c.level == (team.level if team else "")
    if team is not None and team.group is not None:
        of_team &= t.tickets.c.group == team.group
    query = select(
        func.count().label("everything"),
        func.sum(case((t.tickets.c.assignee.is_(None), 1), else_=0)).label("unassigned"),
        func.sum(case((t.tickets.c.assignee == who, 1), else_=0)).label("mine"),
        func.sum(case((of_team, 1), else_=0)).label("team"),
    ).where(is_open())
    if organisation is not None:
        query = query.where(t.tickets.c.organisation == organisation)
    with db.read() as connection:
        row = connection.execute(query).mappings().one()
    return Counts(**{name: int(value or 0) for name, value in row.items()})


def live_clocks(db: Database, ids: Iterable[str]) -> dict[str, list[Clock]]:
    """The clocks that are still to be kept, by ticket, in the order in which they were started."""
    wanted = list(ids)
    query = (
        select(t.clocks.c.ticket, t.clocks.c.body)
        .where(t.clocks.c.ticket.in_(wanted), t.clocks.c.verdict.is_(None))
        .order_by(t.clocks.c.ticket, t.clocks.c.number)
    )
    found: dict[str, list[Clock]] = {ticket: [] for ticket in wanted}
    if wanted:
        with db.read() as connection:
            for ticket, body in connection.execute(query):
                found[ticket].append(Clock.model_validate_json(body))
    return found


def newest(db: Database) -> datetime | None:
    """When the last recording reached this database."""
    with db.read() as connection:
        found: datetime | None = connection.execute(select(func.max(t.tickets.c.recorded_at))).scalar()
        return found


def changed(db: Database, since: datetime, limit: int | None = None) -> list[Change]:
    """Tickets that were recorded after `since`, oldest change first."""
    query = select(*_CHANGE).where(t.tickets.c.recorded_at > since).order_by(t.tickets.c.recorded_at, t.tickets.c.id)
    with db.read() as connection:
        return [Change.model_validate(dict(row)) for row in connection.execute(query.limit(limit)).mappings()]
