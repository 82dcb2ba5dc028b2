"""The end of an episode: noted once, and told to its ticket when it was the last one firing there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import case, func, null, select, update

from domain.alerts import Bounds, Outcome, worth_telling
from domain.episodes import Posted, Reported
from store.alert_places import firing_beside, locked, said_lately
from store.database import Database
from store.tables import alert_episodes as t

Said = Literal["pending", "told", "listed"]


@dataclass(frozen=True)
class Ending:
    """An episode that has ended. `said` pending: its ticket is to be told now. `placing`: its firing is not done yet.

    `firing`: what was reported then, where that is not carried out yet. `reason`: why it has no ticket.
    `members` are in its group's storm, where `storm` says that its ticket is that.
    """

    id: str
    ticket: str | None
    said: Said
    placing: bool
    started_at: datetime
    ended_at: datetime
    storm: bool
    members: int
    reason: str | None
    firing: Reported | None = None


def end(
    db: Database,
    alert: Mapping[str, str],
    started_at: datetime | None,
    ended_at: datetime,
    bounds: Bounds,
    now: datetime,
    posted: Posted,
) -> Ending | None:
    """Notes the end of that firing; without a start, of the one that has not ended. None when there is none.

    `alert` has organisation, source and fingerprint. Said again, it answers as before.
    """
    same = [t.c[name] == value for name, value in alert.items()]
    which = t.c.started_at == started_at if started_at is not None else t.c.ended_at.is_(None)
    query = select(t).where(*same, which).order_by(t.c.received_at.desc(), t.c.id).limit(1)
    with db.begin() as connection:
        row = connection.execute(query).mappings().one_or_none()
        if row is None and started_at is None:  # said again
            over = select(t).where(*same).order_by(t.c.received_at.desc(), t.c.id).limit(1)
            row = connection.execute(over).mappings().one_or_none()
        if row is None:
            return None
        group = locked(connection, alert, row["group_key"])
        row = connection.execute(select(t).where(t.c.id == row["id"])).mappings().one()
        ticket, said = row["ticket"], row["ending"]
        changes: dict[str, Any] = {"seen_at": now, "times": t.c.times + 1}
        if row["ended_at"] is None:
            said = "listed"
            if ticket is not None and not firing_beside(connection, ticket, row["id"]):
                times = said_lately(connection, t.c.end_told_at, ticket, bounds, now)
                # Whoever was told that it fires is told that it has ended.
                said = "pending" if worth_telling(False, times, bounds) or row["told_at"] is not None else "listed"
            changes |= {"ended_at": ended_at, "ending": said, "end_told_at": now if said == "pending" else None}
        if said == "pending" or row["outcome"] == Outcome.pending:
            # What its firing said says more, where that is still to be carried out.
            changes["report"] = func.coalesce(t.c.report, posted.model_dump_json())
        connection.execute(update(t).where(t.c.id == row["id"]).values(changes))
        return Ending(
            id=row["id"],
            ticket=ticket,
            said=said,
            placing=row["outcome"] == Outcome.pending,
            started_at=row["started_at"],
            ended_at=row["ended_at"] or ended_at,
            storm=ticket is not None and ticket == group["storm"],
            members=group["members"],
            reason=row["reason"],
            firing=_firing(row["report"]),
        )


def _firing(report: str | None) -> Reported | None:
    kept = Posted.model_validate_json(report).report if report is not None else None
    return kept if kept is not None and kept.firing else None


def ending_said(db: Database, episode: str, *, told: bool) -> None:
    """Its ticket has been told, or cannot be."""
    with db.begin() as connection:
        left = case((t.c.outcome == str(Outcome.pending), t.c.report), else_=null())
        values = {"ending": "told" if told else "listed", "report": left}
        connection.execute(update(t).where(t.c.id == episode, t.c.ending == "pending").values(values))
