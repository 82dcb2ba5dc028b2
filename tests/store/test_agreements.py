"""Revisions of agreements: one is current, none is ever lost or changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from store import agreements
from store.database import Database
from tests.factories import DAY, MINUTE, MONDAY


def test_the_newest_that_was_loaded_is_current_and_the_older_stays(db: Database) -> None:
    assert agreements.save(db, "trial", "r1", "one: 1", MONDAY)
    assert agreements.save(db, "trial", "r2", "two: 2", MONDAY + DAY)
    current, first = agreements.current(db, "trial"), agreements.get(db, "trial", "r1")
    assert current is not None
    assert first is not None
    assert (current.revision, current.document) == ("r2", "two: 2")
    assert (first.document, first.current) == ("one: 1", False)
    assert [one.revision for one in agreements.revisions(db)] == ["r2", "r1"]
    assert [one.revision for one in agreements.revisions(db, current_only=True)] == ["r2"]


def test_loading_the_same_again_changes_nothing_and_an_older_one_can_come_back(db: Database) -> None:
    agreements.save(db, "trial", "r1", "one: 1", MONDAY)
    assert not agreements.save(db, "trial", "r1", "one: 1", MONDAY + MINUTE)
    agreements.save(db, "trial", "r2", "two: 2", MONDAY + DAY)
    assert agreements.save(db, "trial", "r1", "one: 1", MONDAY + 2 * DAY)
    current = agreements.current(db, "trial")
    assert current is not None
    assert (current.revision, current.loaded_at) == ("r1", MONDAY)


def test_a_revision_never_changes_its_text(db: Database) -> None:
    agreements.save(db, "trial", "r1", "one: 1", MONDAY)
    with pytest.raises(ValueError, match="give it a new revision"):
        agreements.save(db, "trial", "r1", "one: 2", MONDAY)


def test_an_agreement_that_was_not_loaded_is_none(db: Database) -> None:
    assert agreements.current(db, "trial") is None
    assert agreements.get(db, "trial", "r1") is None


def test_processes_that_load_at_once_agree_on_one_current_revision(db: Database) -> None:
    agreements.save(db, "trial", "r0", "zero: 0", MONDAY)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: agreements.save(db, "trial", f"r{number % 3}", f"n: {number % 3}", MONDAY)
                      if number % 3 else None, range(12)))  # fmt: skip
    assert len(agreements.revisions(db, current_only=True)) == 1
