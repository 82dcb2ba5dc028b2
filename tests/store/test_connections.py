"""Connections to a server that may go away; and what the driver says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from store.database import Database
from store.quick import Quick

ENDED = text(
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :name"
)


@pytest.fixture
def two(migrated_postgres: str) -> Any:
    """One database by two pools: the second one ends the first one's connections."""
    pools = Database(migrated_postgres), Database(migrated_postgres)
    yield pools
    for one in pools:
        one.close()


def _end(other: Database, name: str) -> None:
    with other.read() as connection:
        connection.execute(ENDED, {"name": name})


def test_a_connection_that_the_server_ended_costs_nobody_a_request(two: tuple[Database, Database]) -> None:
    ours, other = two
    ours.ping()
    _end(other, ours.engine.url.database or "")
    ours.ping()


def test_a_connection_that_was_long_unused_is_tried_before_it_is_used(
    two: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = two
    ours.ping()
    monkeypatch.setattr("store.database.QUIET", -1.0)
    monkeypatch.setattr("store.database.select", lambda *_: ([], [], []))
    _end(other, ours.engine.url.database or "")
    ours.ping()


def test_a_connection_lost_in_a_quick_query_is_told_as_any_lost_connection_is(
    two: tuple[Database, Database],
) -> None:
    ours, _ = two
    lost = select(text("pg_terminate_backend(pg_backend_pid())")).add_columns(literal(1).label("one"))
    with pytest.raises(OperationalError):
        Quick(lost).rows(ours)
    ours.ping()


def test_a_query_that_fails_does_not_tell_its_values(two: tuple[Database, Database]) -> None:
    with pytest.raises(DBAPIError) as told:
        Quick(select(text("1/0")).add_columns(literal("a secret").label("word"))).rows(two[0])
    assert "a secret" not in str(told.value)


def test_instants_come_in_utc_whatever_the_servers_zone(
    migrated_postgres: str, new_postgres: Callable[[], str]
) -> None:
    url = new_postgres()
    first = Database(url)
    with first.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {first.engine.url.database} SET timezone TO 'Asia/Kolkata'"))
    first.close()
    db = Database(url)
    with db.read() as connection:
        at = connection.execute(text("SELECT now()")).scalar_one()
    db.close()
    assert at.tzinfo is UTC
