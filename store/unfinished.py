"""What was decided for an alert and not carried out: the engine was away, or the process died in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_, update

from domain.alerts import Outcome
from domain.episodes import Posted
from store.database import Database
from store.endings import Ending
from store.episodes import Placed, placed_again
from store.tables import alert_episodes as t
from store.tables import alert_groups as groups

AT_ONCE = 100
"""Episodes of one look."""


@dataclass(frozen=True)
class Unfinished:
    """An episode of which something is left to do. `ending`: what is to be said of its end.

    `placed_at`: when we took it; a ticket that is opened late counts from then.
    """

    kept: str
    posted: Posted
    placed: Placed
    ending: Ending | None
    placed_at: datetime
    received_at: datetime


def find(db: Database, quiet_since: datetime, after: Unfinished | None = None) -> list[Unfinished]:
    """The oldest first; those not heard of since, for whoever reports one now is carrying it out."""
    query = (
        select(t, groups.c.members, groups.c.storm)
        .outerjoin(groups, (groups.c.organisation == t.c.organisation) & (groups.c.group_key == t.c.group_key))
        .where(t.c.report.is_not(None), t.c.seen_at < quiet_since)
        .order_by(t.c.received_at, t.c.id)
        .limit(AT_ONCE)
    )
    if after is not None:
        query = query.where(tuple_(t.c.received_at, t.c.id) > tuple_(after.received_at, after.placed.id))
    with db.read() as connection:
        rows = list(connection.execute(query).mappings())
    found = []
    for row in rows:
        posted, members = Posted.model_validate_json(row["report"]), row["members"] or 0
        ending = None
        if row["ending"] == "pending":
            ending = Ending(
                id=row["id"],
                ticket=row["ticket"],
                said="pending",
                placing=row["outcome"] == Outcome.pending,
                started_at=row["started_at"],
                ended_at=row["ended_at"],
                storm=row["ticket"] is not None and row["ticket"] == row["storm"],
                members=members,
                reason=row["reason"],
            )
        placed = placed_again(dict(row), members, posted.report)
        found.append(Unfinished(row["report"], posted, placed, ending, row["placed_at"], row["received_at"]))
    return found


def done(db: Database, one: Unfinished) -> None:
    """There is nothing left of it to be done; but of what was reported meanwhile there is."""
    with db.begin() as connection:
        connection.execute(update(t).where(t.c.id == one.placed.id, t.c.report == one.kept).values(report=None))
