"""Notes that may be lost: made where it costs nothing, left out where somebody else holds the database."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from domain.words import Role
from store import keys, sessions
from store.database import Database
from tests.factories import HOUR, MONDAY


def test_who_comes_while_the_database_is_held_by_another_is_let_in_without_a_note(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    secret, key = keys.create(db, role=Role.operations, subject="olaf", now=MONDAY)
    cookie, _ = sessions.begin(
        db, subject="olaf", role=Role.operations, organisation=None, name="Olaf", language="en", way="key", now=MONDAY
    )
    other = Database(db.engine.url.render_as_string(hide_password=False))
    with other.begin() as held, caplog.at_level(logging.WARNING, "store.noting"):
        held.execute(text("UPDATE api_keys SET name = 'held'"))
        held.execute(text("UPDATE sessions SET name = 'held'"))
        keys.touch(db, keys.find(db, secret, MONDAY), MONDAY + HOUR)
        assert sessions.find(db, cookie, MONDAY + HOUR) is not None
    assert [one.getMessage().split(" was not noted")[0] for one in caplog.records] == [
        f"the use of the key {key.id}",
        f"the use of the session {sessions.of_subject(db, 'olaf', MONDAY)[0].id}",
    ]
    keys.touch(db, keys.find(db, secret, MONDAY), MONDAY + HOUR)
    assert keys.find(db, secret, MONDAY).last_used_at == MONDAY + HOUR
    other.close()


def test_a_thread_of_ours_that_writes_is_not_waited_for(db: Database) -> None:
    _, key = keys.create(db, role=Role.operations, subject="olaf", now=MONDAY)
    with db.begin() as held:
        held.execute(text("UPDATE api_keys SET name = 'held'"))
        keys.touch(db, key, MONDAY + HOUR)
    assert keys.keys(db)[0].last_used_at is None


def test_a_note_leaves_the_connection_as_patient_as_it_was(db: Database) -> None:
    _, key = keys.create(db, role=Role.operations, subject="olaf", now=MONDAY)
    keys.touch(db, key, MONDAY + HOUR)
    asked = "PRAGMA busy_timeout" if db.sqlite else "SHOW lock_timeout"
    with db.read() as connection:
        assert str(connection.execute(text(asked)).scalar_one()) in ("5000", "0")
