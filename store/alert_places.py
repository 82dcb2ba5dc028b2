"""What an episode's place is decided from: the alert's last ticket, and its group's storm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.alerts import Bounds, Outcome, Place, Standing, can_reopen, goes_on, milestone
from domain.words import Status
from store.tables import alert_episodes as t
from store.tables import alert_groups as groups
from store.tables import tickets


@dataclass(frozen=True)
class Decided:
    """The columns of a placed episode, and how many its storm has."""

    values: dict[str, Any]
    members: int = 0


def decided(found: Place, ticket: str, outcome: Outcome, *, members: int = 0, **more: Any) -> Decided:
    """A place, its ticket, and what is left to be done."""
    return Decided({"place": str(found), "ticket": ticket, "outcome": str(outcome), **more}, members)


def locked(connection: Connection, alert: Mapping[str, str], group_key: str) -> RowMapping:
    """The group's row. Nobody else touches this alert or this group until the transaction ends; always in this order.

    SQLite has one writer at a time, which is lock enough.
    """
    if connection.dialect.name != "sqlite":
        key = {"key": json.dumps(list(alert.values()))}
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    return grow(connection, {**alert, "group_key": group_key})


def newest(connection: Connection, alert: Mapping[str, str], started_at: datetime | None) -> RowMapping | None:
    """The newest row of that firing. Without a start: the one that has not ended, if its ticket can be gone on with."""
    same = [t.c[name] == value for name, value in alert.items()]
    which = t.c.started_at == started_at if started_at is not None else t.c.ended_at.is_(None)
    query = select(t).where(*same, which).order_by(t.c.received_at.desc(), t.c.id).limit(1)
    found = connection.execute(query).mappings().one_or_none()
    if started_at is None and found is not None and found["ticket"] is not None:
        return found if goes_on(standing(connection, alert, found["ticket"])) else None
    return found


def firing_beside(connection: Connection, ticket: str, episode: str) -> bool:
    """Whether another episode under that ticket has not ended."""
    others = select(t.c.id).where(t.c.ticket == ticket, t.c.ended_at.is_(None), t.c.id != episode)
    return connection.execute(others.limit(1)).first() is not None


def said_lately(connection: Connection, what: Column[Any], ticket: str, bounds: Bounds, now: datetime) -> int:
    """How often that ticket was told of firings (`told_at`) or ends (`end_told_at`) in the stretch up to now."""
    lately = select(t.c.id).where(t.c.ticket == ticket, what > now - bounds.words_within)
    return len(connection.execute(lately.limit(bounds.words)).all())


def standing(connection: Connection, alert: Mapping[str, Any], ticket: str | None = None) -> Standing | None:
    """The ticket (or the alert's last one) as it stands; one that is not recorded yet is new."""
    name = ticket or _last(connection, alert)
    if name is None:
        return None
    columns = (tickets.c.status, tickets.c.reopen_until, tickets.c.service, tickets.c.up_at)
    row = connection.execute(select(*columns).where(tickets.c.id == name)).one_or_none()
    if row is None:
        return Standing(ticket=name, status=Status.new)
    restored = row.service is not None and row.up_at is not None
    return Standing(ticket=name, status=Status(row.status), reopen_until=row.reopen_until, restored=restored)


def _last(connection: Connection, alert: Mapping[str, Any]) -> str | None:
    same = [t.c[name] == alert[name] for name in ("organisation", "source", "fingerprint")]
    placed = select(t.c.ticket).where(*same, t.c.ticket.is_not(None)).order_by(t.c.placed_at.desc(), t.c.id).limit(1)
    found = connection.execute(placed).scalar_one_or_none()
    if found is not None:
        return str(found)
    # Tickets that were opened before episodes were kept.
    episode = f"{alert['source']}/{alert['fingerprint']}"
    older = select(tickets.c.id).where(tickets.c.organisation == alert["organisation"], tickets.c.episode == episode)
    return connection.execute(older.order_by(tickets.c.opened_at.desc()).limit(1)).scalar_one_or_none()


def under_storm(
    connection: Connection, row: Mapping[str, Any], group: RowMapping, own: str, bounds: Bounds, now: datetime
) -> Decided:
    """A place in the list of the group's storm, whose ticket the first of them opens."""
    storm = group["storm"]
    last = standing(connection, row, storm) if storm is not None else None
    fresh = storm is not None and now - group["storm_at"] < bounds.within
    members = group["members"] + 1
    if last is None or not (goes_on(last) or can_reopen(last, now) or fresh):
        grow(connection, row, storm=own, storm_at=now, members=1)
        return decided(Place.storm, own, Outcome.pending, counts=True, members=1)
    grow(connection, row, members=members)
    if can_reopen(last, now):
        return decided(Place.storm, storm, Outcome.pending, counts=True, told_at=now, members=members)
    if goes_on(last) and milestone(members):
        return decided(Place.storm, storm, Outcome.pending, told_at=now, members=members)
    recorded = connection.execute(select(tickets.c.id).where(tickets.c.id == storm)).first() is not None
    # Whoever was to open it may have died: until it is there, everybody tries, and one of them does.
    return decided(Place.storm, storm, Outcome.listed if recorded else Outcome.pending, members=members)


def grow(connection: Connection, row: Mapping[str, Any], **changes: Any) -> RowMapping:
    """The group's row, locked, after these changes; it is made when it is the first time."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    key = {"organisation": row["organisation"], "group_key": row["group_key"]}
    same = [groups.c[name] == value for name, value in key.items()]
    if changes:
        connection.execute(update(groups).where(*same).values(changes))
    else:
        made = dialect.insert(groups).values({**key, "storm": None, "storm_at": None, "members": 0})
        connection.execute(made.on_conflict_do_nothing(index_elements=list(key)))
    return connection.execute(select(groups).where(*same).with_for_update()).mappings().one()
