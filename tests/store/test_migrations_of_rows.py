"""Migrations that move rows: each from a database filled at the revision before, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, DateTime, MetaData, Table, Text, cast, insert, select
from sqlalchemy.types import TypeEngine

from store import board
from store.database import Database
from store.types import NEVER
from tests.factories import DAY, HOUR, MONDAY

Rows = list[dict[str, Any]]


class Old:
    """A database at an earlier revision. `put` fills what a row must have, parents included, and is not told."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)

    def at(self, revision: str) -> Old:
        """Brings the schema to that revision."""
        self.database.upgrade(revision)
        return self

    def put(self, table: str, **values: Any) -> None:
        self.fill(table, [values])

    def fill(self, table: str, rows: Rows) -> None:
        with self.database.begin() as connection:
            found = self._reflected(connection, table)
            for values in rows:
                self._put(connection, found, values)

    def rows(self, table: str, *columns: str, order: str = "id") -> Rows:
        with self.database.read() as connection:
            found = self._reflected(connection, table)
            query = select(*(_read(found.c[name]) for name in columns)).order_by(found.c[order])
            return [dict(zip(columns, row, strict=True)) for row in connection.execute(query)]

    def _put(self, connection: Connection, table: Table, values: dict[str, Any]) -> None:
        row = {
            column.name: values.get(column.name, _something(column.type, f"{table.name}.{column.name}"))
            for column in table.columns
            if column.name in values or (not column.nullable and column.server_default is None)
        }
        for key in table.foreign_key_constraints:
            named = {two.column.name: row.get(one.name) for one, two in zip(key.columns, key.elements, strict=True)}
            parent = key.referred_table
            if None not in named.values() and parent is not table:
                there = select(*parent.primary_key).where(*(parent.c[name] == value for name, value in named.items()))
                if connection.execute(there).first() is None:
                    self._put(connection, parent, named)
        sqlite = self.database.sqlite
        row = {
            name: value.replace(tzinfo=None) if sqlite and isinstance(value, datetime) else value
            for name, value in row.items()
        }
        connection.execute(insert(table).values(row))

    @staticmethod
    def _reflected(connection: Connection, table: str) -> Table:
        return Table(table, MetaData(), autoload_with=connection)


def _read(column: Any) -> Any:
    return cast(column, Text) if _is_document(column.type) else column


def _something(sort: TypeEngine[Any], name: str) -> Any:
    if isinstance(sort, DateTime):
        return MONDAY
    if _is_document(sort):
        return "{}"
    made = {bool: False, int: 1, float: 1.0, bytes: b"", str: name}
    return made[sort.python_type]


def _is_document(sort: TypeEngine[Any]) -> bool:
    return type(sort).__name__.startswith("JSON")


@pytest.fixture
def old(empty_url: str) -> Iterator[Old]:
    made = Old(empty_url)
    yield made
    made.database.close()


def test_contracts_of_old_count_as_accepted_and_tickets_stand_where_they_act_next(old: Old) -> None:
    old.at("0002")
    old.put("contracts", id="C1", valid_from=MONDAY - DAY)
    old.put("tickets", id="T1", next_due=MONDAY + HOUR)
    old.at("0003")
    assert old.rows("contracts", "id", "accepted_at") == [{"id": "C1", "accepted_at": _as_read(old, MONDAY - DAY)}]
    assert old.rows("tickets", "promise_due") == [{"promise_due": _as_read(old, MONDAY + HOUR)}]


def test_tickets_of_old_have_no_date_that_was_promised(old: Old) -> None:
    old.at("0006")
    old.put("tickets", id="T1")
    old.at("0007")
    assert old.rows("tickets", "promised_by") == [{"promised_by": _as_read(old, NEVER)}]


def test_what_a_client_owes_is_found_in_tickets_of_old(old: Old) -> None:
    old.at("0010")
    for number, (status, more) in enumerate(
        [
            ("new", {}),
            ("waiting", {}),
            ("resolved", {"missing": "version"}),
            ("open", {"missing": "version"}),
            ("closed", {"closed_at": MONDAY, "missing": "version"}),
            ("archived", {"closed_at": MONDAY}),
            ("open", {}),
            ("waiting", {}),
        ],
        start=1,
    ):
        old.put("tickets", id=f"T{number}", organisation="acme", status=status, **more)
    for ticket, types in (
        ("T7", ("quote_made", "quote_refused", "quote_made")),
        ("T8", ("quote_made", "quote_accepted")),
    ):
        for sequence, sort in enumerate(types, start=1):
            old.put("events", ticket=ticket, sequence=sequence, type=sort, body="{}")
    old.at("0011")
    assert [(row["awaited"], row["client_rank"]) for row in old.rows("tickets", "awaited", "client_rank")] == [
        (None, 1), ("answer", 0), ("consent", 0), ("intake", 0), (None, 2), (None, 2), ("quote", 0), ("answer", 0),
    ]  # fmt: skip


def test_tickets_of_old_are_found_by_their_subjects_and_clients(old: Old) -> None:
    old.at("0012")
    old.put("organisations", id="acme", name="ACME Logistics")
    named = [(f"T{number:04}", f"Échec du portail n{number}") for number in range(400)]
    old.fill("tickets", [{"id": id, "organisation": "acme", "subject": subject} for id, subject in named])
    old.at("0013")
    words = old.rows("ticket_words", "ticket", "word", order="ticket")
    assert {row["word"] for row in words if row["ticket"] == "T0007"} == {
        "echec",
        "du",
        "portail",
        "n7",
        "acme",
        "logistics",
    }
    assert len({row["ticket"] for row in words}) == 400
    assert len(words) > 1_000  # more than are written at a time


def test_how_late_timers_of_old_were_is_read_from_their_events(old: Old) -> None:
    old.at("0018")
    told = {"at": (MONDAY + HOUR).isoformat(), "fact": {"type": "clock_missed", "clock": "response-1"}}
    old.put(
        "events", ticket="T1", sequence=1, type="clock_missed", cause=f"due:{MONDAY.isoformat()}", body=json.dumps(told)
    )
    old.put("events", ticket="T1", sequence=2, type="comment_added", cause="c1", body=json.dumps({}))
    consent = {"at": (MONDAY + HOUR).isoformat(), "fact": {"type": "clock_missed", "clock": "consent-1"}}
    old.put(
        "events",
        ticket="T1",
        sequence=3,
        type="clock_missed",
        cause=f"due:{MONDAY.isoformat()}",
        body=json.dumps(consent),
    )
    old.at("0019")
    assert [row["late"] for row in old.rows("events", "late", order="sequence")] == [3600.0, None, None]


def test_a_database_with_rows_of_the_first_revision_comes_up_to_date_and_can_be_worked_with(old: Old) -> None:
    old.at("0001")
    for number in range(20):
        status = ("new", "open", "waiting", "resolved", "closed")[number % 5]
        old.put("tickets", id=f"T{number:02}", organisation="acme", subject=f"Gate {number}", status=status)
        old.put("events", ticket=f"T{number:02}", sequence=1, type="ticket_opened", cause="c", body="{}")
    old.database.upgrade()
    assert len(old.rows("tickets", "id")) == 20
    assert len(old.rows("events", "ticket", order="ticket")) == 20
    assert board.counts(old.database, "bob", None).everything == 16


def _as_read(old: Old, at: datetime) -> datetime:
    return at.replace(tzinfo=None) if old.database.sqlite else at
