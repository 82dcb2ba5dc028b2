"""Episodes in the database: placed once, whoever comes at once, and never more tickets than a group may have."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.alerts import Bounds, Outcome, Place
from domain.episodes import Posted, Reported
from domain.words import Role
from store import alert_lists, directory, endings, episodes
from store.alert_lists import AlertFilter
from store.database import Database
from store.episodes import Arrival, Placed
from store.recording import record
from tests.factories import BOB, DAY, HOUR, MINUTE, MONDAY, Life, cmd

BOUNDS = Bounds(tickets=5, within=timedelta(minutes=5), words=2)
ALERT = {"organisation": "acme", "source": "alertmanager"}


@pytest.fixture(autouse=True)
def organisation(db: Database) -> None:
    directory.save(db, directory.Organisation(id="acme", name="ACME", language="en"))


def posted(report: Reported) -> Posted:
    return Posted(report=report, monitor="alertmanager", format="alertmanager", role=Role.integrator, by="prometheus")


def arrival(name: str = "a1", started_at: datetime | None = MONDAY, **changes: Any) -> Arrival:
    report = {"source": "alertmanager", "fingerprint": name, "firing": True, "subject": "Disk", "severity": "critical"}
    return Arrival(
        organisation="acme",
        posted=posted(Reported(**{**report, "started_at": started_at, **changes})),
        group_key="g",
        numbered=lambda started, again: f"{name}-{started:%d%H%M}" + (f"-{again[:4]}" if again else ""),
    )


def admit(db: Database, *args: Any, at: datetime = MONDAY, **changes: Any) -> Placed:
    return episodes.admit(db, arrival(*args, **changes), BOUNDS, at)


def opened(db: Database, placed: Placed, name: str = "a1") -> Life:
    """The ticket of an episode, recorded as its workflow would."""
    episode = {"source": "alertmanager", "fingerprint": name, "started_at": MONDAY}
    life = Life(placed.ticket, episode=episode)
    record(db, life.take(), MONDAY)
    episodes.settle(db, placed.id, Outcome.opened)
    return life


def over(db: Database, at: datetime, name: str = "a1", started: datetime | None = MONDAY) -> endings.Ending:
    ended = Reported(source="alertmanager", fingerprint=name, firing=False, ended_at=at, subject="Disk is well")
    found = endings.end(db, {**ALERT, "fingerprint": name}, started, at, BOUNDS, at, posted(ended))
    assert found is not None
    return found


def rows(db: Database, **wanted: Any) -> list[alert_lists.AlertRow]:
    return alert_lists.find(db, AlertFilter(**wanted), limit=200)[0]


def test_an_episode_is_pending_until_it_is_carried_out_and_then_known(db: Database) -> None:
    first, again = admit(db), admit(db)
    assert (first.outcome, first.place, first.repeated) == (Outcome.pending, Place.opens, False)
    assert (again.outcome, again.repeated, again.ticket) == (Outcome.pending, True, first.ticket)
    opened(db, first)
    assert admit(db).outcome is Outcome.opened
    [row] = rows(db)
    assert row.times == 3


def test_a_new_episode_joins_the_open_ticket_and_reopens_the_closed_one(db: Database) -> None:
    life = opened(db, admit(db))
    joining = admit(db, "a1", MONDAY + HOUR, at=MONDAY + HOUR)
    assert (joining.place, joining.ticket) == (Place.joins, life.ticket.id)
    life.do(BOB, cmd.Resolve(kind="fix", text="Done."))
    life.do(life.events[0].by, cmd.Consent())
    record(db, life.take(), life.now)
    back = admit(db, "a1", MONDAY + DAY, at=MONDAY + DAY)
    assert (back.place, back.ticket) == (Place.reopens, life.ticket.id)
    later = admit(db, "a1", MONDAY + 60 * DAY, at=MONDAY + 60 * DAY)
    assert later.place is Place.opens
    assert later.ticket != life.ticket.id


def test_a_ticket_from_before_episodes_were_kept_is_found(db: Database) -> None:
    life = Life("old", episode={"source": "alertmanager", "fingerprint": "a1", "started_at": MONDAY - DAY})
    record(db, life.take(), MONDAY)
    assert admit(db).ticket == "old"


def test_the_very_episode_of_a_ticket_from_before_is_known(db: Database) -> None:
    own = arrival().numbered(MONDAY, None)
    record(db, Life(own).take(), MONDAY)
    placed = admit(db)
    assert (placed.ticket, placed.outcome) == (own, Outcome.opened)


def test_what_was_refused_is_placed_anew_each_time(db: Database) -> None:
    placed = admit(db)
    episodes.settle(db, placed.id, Outcome.skipped, "no contract")
    assert [(row.outcome, row.ticket, row.reason) for row in rows(db)] == [(Outcome.skipped, None, "no contract")]
    again = admit(db)
    assert (again.id, again.outcome, again.place) == (placed.id, Outcome.pending, Place.opens)
    assert len(rows(db)) == 1


def test_firings_without_a_start_are_one_until_it_ends(db: Database) -> None:
    first = admit(db, "a1", None)
    opened(db, first)
    assert admit(db, "a1", None, at=MONDAY + HOUR).id == first.id
    assert over(db, MONDAY + 2 * HOUR, started=None).id == first.id
    assert admit(db, "a1", None, at=MONDAY + 3 * HOUR).id != first.id


def test_an_end_is_told_once_and_only_when_nothing_else_fires_there(db: Database) -> None:
    life = opened(db, admit(db))
    second = admit(db, "a1", MONDAY + MINUTE, at=MONDAY + MINUTE)
    assert second.ticket == life.ticket.id
    assert over(db, MONDAY + HOUR).said == "listed"  # it ended when the second began
    ending = over(db, MONDAY + HOUR, started=MONDAY + MINUTE)
    assert ending.said == "pending"
    endings.ending_said(db, ending.id, told=True)
    assert over(db, MONDAY + HOUR, started=MONDAY + MINUTE).said == "told"
    never_fired = posted(Reported(source="alertmanager", fingerprint="b", firing=False, subject="Disk is well"))
    assert endings.end(db, {**ALERT, "fingerprint": "b"}, MONDAY, MONDAY, BOUNDS, MONDAY, never_fired) is None


def test_the_same_episode_at_once_is_placed_once(db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda _: admit(db), range(16)))
    assert len({one.id for one in placed}) == len({one.ticket for one in placed}) == 1
    assert sum(not one.repeated for one in placed) == 1
    assert len(rows(db)) == 1


def test_two_episodes_of_an_alert_at_once_have_one_ticket(db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        starts = [MONDAY + number * MINUTE for number in range(8)]
        placed = list(pool.map(lambda start: admit(db, "a1", start, at=MONDAY + HOUR), starts))
    assert sum(one.place is Place.opens for one in placed) == 1
    assert len({one.ticket for one in placed}) == 1


def test_a_storm_that_comes_at_once_makes_no_more_tickets_than_allowed(db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda number: admit(db, f"a{number}"), range(60)))
    assert len({one.ticket for one in placed}) == 5
    [storm] = {one.ticket for one in placed if one.place is Place.storm}
    under = [one for one in placed if one.ticket == storm]
    assert len(under) == 56
    assert sum(one.counts for one in placed) == 5
    assert sorted(one.members for one in under) == list(range(1, 57))
    assert len(rows(db, ticket=storm)) == 56


def test_whoever_comes_before_the_storms_ticket_is_there_opens_it_too(db: Database) -> None:
    placed = [admit(db, f"a{number}") for number in range(7)]
    assert [one.opener for one in placed] == [False] * 4 + [True] * 3
    record(db, Life(placed[4].ticket).take(), MONDAY)
    assert admit(db, "a9").outcome is Outcome.listed


def test_a_storm_whose_ticket_is_refused_hides_nothing(db: Database) -> None:
    placed = [admit(db, f"a{number}") for number in range(7)]
    episodes.settle(db, placed[4].id, Outcome.skipped, "no contract")
    assert {row.outcome for row in rows(db, outcome=Outcome.skipped)} == {Outcome.skipped}
    assert len(rows(db, outcome=Outcome.skipped)) == 3
    assert admit(db, "a5").outcome is Outcome.pending


def test_what_is_nobodys_is_kept_for_a_while(db: Database) -> None:
    def nobodys(name: str, at: datetime) -> None:
        alert_lists.skip(
            db,
            alert_lists.AlertRow(
                id=name, source="grafana", fingerprint=name, started_at=at, monitor="grafana", by="g", subject="s",
                labels={}, outcome=Outcome.skipped, reason="nobody's", received_at=at, seen_at=at, times=1,
            ),
            at,
        )  # fmt: skip

    for _ in range(2):
        nobodys("n1", MONDAY)
    assert [(row.id, row.times) for row in rows(db)] == [("n1", 2)]
    nobodys("n2", MONDAY + 31 * DAY)
    assert [row.id for row in rows(db)] == ["n2"]
