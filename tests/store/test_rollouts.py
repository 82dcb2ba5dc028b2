"""Roll-outs in the database: which tickets are left, and what is remembered of each roll-out."""

from __future__ import annotations

from datetime import timedelta

from domain import commands as cmd
from store import recording, rollouts
from store.database import Database
from store.rollouts import Counts
from tests.factories import ANNA, DAY, MONDAY, Life, terms


def filled(db: Database, *lives: Life) -> None:
    for life in lives:
        recording.record(db, life.take(), life.now)


def test_it_reaches_running_tickets_under_another_revision_only(db: Database) -> None:
    closed = Life("T2").do(ANNA, cmd.Withdraw(reason="The cable."))
    archived = Life("T3").do(ANNA, cmd.Withdraw(reason="The cable.")).wait(31 * DAY)
    filled(
        db, Life("T1"), closed, archived, Life("T4", terms=terms(revision="2")), Life("T5"),
        Life("T6", terms=terms(agreement="other")),
    )  # fmt: skip
    first = rollouts.candidates(db, "trial", "2", limit=2)
    assert [(one.id, one.revision, one.contract) for one in first] == [("T1", "1", "acme-1"), ("T2", "1", "acme-1")]
    assert first[0].opened_at == MONDAY
    assert [one.id for one in rollouts.candidates(db, "trial", "2", after="T2")] == ["T5"]
    assert rollouts.left(db, "trial", "2") == 3
    assert rollouts.have(db, ("T1", "T4", "T9"), "2") == 1


def test_an_unfinished_one_is_gone_on_with_and_a_newer_revision_ends_it(db: Database) -> None:
    first = rollouts.begin(db, "trial", "2", "max", MONDAY)
    rollouts.save(db, first.model_copy(update={"counts": Counts(changed=3, told=1, in_hand=("T4",))}))
    again = rollouts.begin(db, "trial", "2", "lea", MONDAY + DAY)
    assert (again.id, again.by, again.began_at) == ("trial-1", "max", MONDAY)
    assert again.counts == Counts(changed=3, told=1, in_hand=("T4",))
    other = rollouts.begin(db, "trial", "3", "lea", MONDAY + DAY)
    assert (other.id, other.counts) == ("trial-2", Counts())
    ended = MONDAY + DAY + timedelta(hours=1)
    rollouts.save(db, other.model_copy(update={"ended_at": ended, "counts": Counts(refused={"level_gone": 2})}))
    assert [(one.id, one.ended_at, one.counts.refused) for one in rollouts.of(db, "trial")] == [
        ("trial-2", ended, {"level_gone": 2}),
        ("trial-1", MONDAY + DAY, {}),
    ]
    assert rollouts.begin(db, "trial", "3", "max", ended).id == "trial-3"
