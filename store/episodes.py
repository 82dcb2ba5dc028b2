"""Placing an episode and noting its end: each in one transaction, so that processes of the API agree.

An episode is placed under the locks of its alert and of its group. What was decided stands in its row as `pending`,
with the report, until it is carried out: by the request that brought it, by one that reports the episode again, or by
a sweep (store/unfinished.py); all of them do the same, under the same ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, case, insert, null, select, update

from domain.alerts import Bounds, Outcome, Place, place, worth_telling
from domain.episodes import Posted, Reported
from store.alert_places import Decided, decided, firing_beside, grow, locked, newest, said_lately, standing, under_storm
from store.database import Database
from store.tables import alert_episodes as t
from store.tables import tickets


@dataclass(frozen=True)
class Arrival:
    """An episode that is reported as firing.

    `numbered` gives the number of a ticket of its own, by its start and, when it fires once more after it was said to
    have ended, by its id.
    """

    organisation: str
    posted: Posted
    group_key: str
    numbered: Callable[[datetime, str | None], str]

    @property
    def report(self) -> Reported:
        return self.posted.report


@dataclass(frozen=True)
class Placed:
    """Where an episode stands. `outcome` pending: it is to be carried out now. `repeated`: it was reported before.

    `opener`: the storm's ticket is to be opened. `before`: the severity that its ticket knows, where it has changed.
    """

    id: str
    started_at: datetime
    outcome: Outcome
    place: Place
    ticket: str
    repeated: bool
    opener: bool
    counts: bool
    last_word: bool
    members: int
    before: str | None = None


def episode_id(*parts: str) -> str:
    """The same for the same episode, in whichever process."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def admit(db: Database, arrival: Arrival, bounds: Bounds, now: datetime) -> Placed:
    """Places an episode, or finds where it was placed before. SQLAlchemy's errors pass: the sender reports it again."""
    report = arrival.report
    alert = {"organisation": arrival.organisation, "source": report.source, "fingerprint": report.fingerprint}
    with db.begin() as connection:
        group = locked(connection, alert, arrival.group_key)
        known = newest(connection, alert, report.started_at)
        if known is not None and not _over(known, bounds, now):
            found_again = placed_again(dict(known), group["members"], report)
            again: dict[str, Any] = {} if known["ended_at"] else {"seen_at": now}
            left = found_again.outcome is Outcome.pending or found_again.before is not None
            if left and (report.firing or known["report"] is None):
                again["report"] = arrival.posted.model_dump_json()
            connection.execute(update(t).where(t.c.id == known["id"]).values(**again, times=t.c.times + 1))
            return found_again
        skipped = known is not None and known["outcome"] == Outcome.skipped
        started = report.started_at or (known["started_at"] if known is not None and skipped else now)
        name = episode_id(*alert.values(), started.isoformat())
        once_more = known is not None and not skipped
        if known is not None and once_more:
            name = episode_id(known["id"], known["ended_at"].isoformat())
        _end_earlier(connection, alert, started, now)
        row = {
            **alert, "id": name, "started_at": started, "ended_at": None, "monitor": arrival.posted.monitor,
            "by": arrival.posted.by, "group_key": arrival.group_key, "severity": report.severity,
            "service": report.service, "subject": report.subject, "reason": None, "ending": None,
            "labels": json.dumps(report.labels, ensure_ascii=False), "placed_at": now, "told_at": None,
            "end_told_at": None, "received_at": now, "seen_at": now, "times": 1, "last_word": False, "counts": False,
        }  # fmt: skip
        own = arrival.numbered(started, name if once_more else None)
        found = _decide(connection, own, row, group, bounds, now)
        row |= found.values
        row["report"] = arrival.posted.model_dump_json() if row["outcome"] == Outcome.pending else None
        if known is not None and known["id"] == name:
            kept = {"received_at", "times", "id"}
            changed = {column: value for column, value in row.items() if column not in kept}
            connection.execute(update(t).where(t.c.id == name).values(**changed, times=t.c.times + 1))
        else:
            connection.execute(insert(t).values(row))
        return _placed(row, repeated=False, members=found.members, report=report)


def settle(db: Database, episode: str, outcome: Outcome, reason: str | None = None) -> str | None:
    """What was carried out is done; the first time counts. Its ticket: skipped, it has none and counts for nothing."""
    with db.begin() as connection:
        row = connection.execute(select(t).where(t.c.id == episode)).mappings().one()
        ticket: str | None = row["ticket"]
        if row["outcome"] != Outcome.pending:
            return ticket
        one = update(t).where(t.c.id == episode)
        if outcome is not Outcome.skipped:
            connection.execute(one.values(outcome=str(outcome), reason=reason, report=_unless(t.c.ending == "pending")))
            return ticket
        nothing = {
            "outcome": str(outcome), "reason": reason, "ticket": None, "place": None, "counts": False, "report": None,
            "ending": case((t.c.ended_at.is_not(None), "listed"), else_=null()),
        }  # fmt: skip
        connection.execute(one.values(nothing))
        if row["place"] == Place.opens or (row["place"] == Place.storm and row["told_at"] is None):
            # The ticket is refused, so it is for all that were to join it, or to be listed under it.
            connection.execute(update(t).where(t.c.ticket == row["ticket"]).values(nothing))
        if row["place"] == Place.storm and row["told_at"] is None:
            grow(connection, dict(row), storm=None, members=0)
        return None


def open_anew(db: Database, episode: str, ticket: str) -> None:
    """The ticket that it was to go on with is out of reach: it gets its own."""
    with db.begin() as connection:
        values = {"place": str(Place.opens), "ticket": ticket, "counts": True, "told_at": None}
        connection.execute(update(t).where(t.c.id == episode, t.c.outcome == str(Outcome.pending)).values(values))


def note_severity(db: Database, episode: str, severity: str | None) -> None:
    """Its ticket knows of the new severity."""
    with db.begin() as connection:
        left = _unless((t.c.ending == "pending") | (t.c.outcome == str(Outcome.pending)))
        connection.execute(update(t).where(t.c.id == episode).values(severity=severity, report=left))


def placed_again(row: Mapping[str, Any], members: int, report: Reported) -> Placed:
    """Where an episode stands that was placed before, for another report of it."""
    return _placed(row, repeated=True, members=members, report=report)


def _unless(still: ColumnElement[bool]) -> ColumnElement[Any]:
    """The report, where something else of it is still to be carried out."""
    return case((still, t.c.report), else_=null())


def _over(known: RowMapping, bounds: Bounds, now: datetime) -> bool:
    """Whether a report that looks like that firing is one that needs a place: it was skipped, or has ended long since.

    A monitor that lost sight of an alert says that it ended, and later that it has been firing all the time. Reports
    that cross on their way are not meant: those come soon after.
    """
    if known["outcome"] == Outcome.skipped:
        return True
    return known["ended_at"] is not None and now - known["seen_at"] >= bounds.within


def _end_earlier(connection: Connection, alert: Mapping[str, str], started: datetime, now: datetime) -> None:
    """A firing that began later says that the ones before it are over, though nobody said so."""
    conditions = [*(t.c[name] == value for name, value in alert.items()), t.c.ended_at.is_(None)]
    earlier = update(t).where(*conditions, t.c.started_at < started)
    connection.execute(earlier.values(ended_at=now, ending="listed"))


def _decide(
    connection: Connection, own: str, row: dict[str, Any], group: RowMapping, bounds: Bounds, now: datetime
) -> Decided:
    if connection.execute(select(tickets.c.id).where(tickets.c.id == own)).first() is not None:
        # Opened by a version that kept no episodes, or before they were lost.
        return decided(Place.opens, own, Outcome.opened)
    last = standing(connection, row)
    since = now - bounds.within
    counted = select(t.c.id).where(
        t.c.organisation == row["organisation"],
        t.c.group_key == row["group_key"],
        t.c.counts.is_(True),
        t.c.placed_at > since,
    )
    taken = len(connection.execute(counted.limit(bounds.tickets)).all())
    found = place(last, taken, bounds, now)
    if found is Place.storm:
        return under_storm(connection, row, group, own, bounds, now)
    if found is Place.opens:
        return decided(found, own, Outcome.pending, counts=True)
    assert last is not None  # nothing else is joined or reopened
    if found is Place.reopens:
        return decided(found, last.ticket, Outcome.pending, counts=True, told_at=now)
    times = said_lately(connection, t.c.told_at, last.ticket, bounds, now)
    firing = firing_beside(connection, last.ticket, row["id"])
    if worth_telling(firing, times, bounds):
        last_word = times + 1 == bounds.words
        return decided(found, last.ticket, Outcome.pending, told_at=now, last_word=last_word)
    if last.ticket == group["storm"]:
        return under_storm(connection, row, group, own, bounds, now)
    return decided(found, last.ticket, Outcome.listed)


def _placed(row: Mapping[str, Any], *, repeated: bool, members: int, report: Reported) -> Placed:
    found, told = Place(row["place"]), row["told_at"] is not None
    changed = repeated and found is not Place.storm and report.severity != row["severity"]
    return Placed(
        id=row["id"],
        started_at=row["started_at"],
        outcome=Outcome(row["outcome"]),
        place=found,
        ticket=row["ticket"],
        repeated=repeated,
        opener=found is Place.storm and not told,
        counts=row["counts"],
        last_word=row["last_word"],
        members=members,
        before=(row["severity"] or "") if changed else None,
    )
