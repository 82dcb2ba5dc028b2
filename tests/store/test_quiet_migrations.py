"""New migrations keep to the form that lets the service go on; the schema changes while rows are read and written."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from store import migrating
from store.database import MIGRATIONS, Database
from store.migrating import MigrationFailed
from tests.cli.stacks import eventually
from tests.store.test_migrations_of_rows import Old

FIRST = "0013"
"""From here on migrations keep to the form; those before changed tables that could not be large yet."""
LOUD = {
    "create_index": "quietly.index",
    "drop_index": "quietly.drop_index",
    "add_column": "quietly.column",
    "alter_column": "a new column, filled in batches; the old one goes with a later version",
    "drop_column": "leaving it to a later version: processes of this one still write it",
    "rename_table": "a new table",
    "create_foreign_key": "the reference without a constraint, or one that is NOT VALID first",
    "create_check_constraint": "the rule in the models",
    "create_unique_constraint": "a unique index, built quietly",
    "batch_alter_table": "the helpers of store.quietly",
}
TABLE_FIRST = {"add_column", "alter_column", "drop_column", "rename_table", "batch_alter_table"}
SMALL = {"unmatched_messages", "contacts", "sessions", "api_keys", "contracts", "organisations", "staff", "webhooks"}
"""Tables that were there before and stay small: thousands of rows at most, changed in a moment."""
RECENT = sorted(path for path in (MIGRATIONS / "versions").glob("*.py") if path.name[:4] >= FIRST)


def loud(source: str) -> Iterator[str]:
    """Calls in `upgrade` and what it calls that would hold a large table, with what to say instead."""
    tree = ast.parse(source)
    made = {
        _word(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "create_table" and node.args
    }
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name == "downgrade":
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or _called(node) not in LOUD:
                continue
            told = {key.arg: key.value for key in node.keywords}
            first = _called(node) in TABLE_FIRST
            table = _word(told["table_name"]) if "table_name" in told else _word(node.args[0 if first else 1])
            # A helper of a migration's own has it as an argument of that name.
            if table not in made and table not in SMALL and table != "table":
                yield f"line {node.lineno}: op.{_called(node)}; instead {LOUD[_called(node)]}"


def _called(node: ast.Call) -> str:
    ours = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "op"
    return node.func.attr if ours and isinstance(node.func, ast.Attribute) else ""


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return str(node.value) if isinstance(node, ast.Constant) else ""


@pytest.mark.parametrize("path", RECENT, ids=[path.stem for path in RECENT])
def test_a_migration_holds_no_large_table(path: Path) -> None:
    assert list(loud(path.read_text())) == []


@pytest.mark.parametrize(
    "line",
    [
        'op.create_index("x", "tickets", ["id"])',
        'op.add_column("events", sa.Column("late", sa.Float, nullable=False))',
        'op.alter_column("tickets", "subject", type_=sa.Integer)',
        'op.create_foreign_key("x", "tickets", "contracts", ["contract"], ["id"])',
    ],
)
def test_the_rule_sees_what_would_hold_one(line: str) -> None:
    assert list(loud(f"def upgrade():\n    {line}\n")) != []
    assert list(loud(f"def downgrade():\n    {line}\n")) == []


@pytest.fixture
def postgres(new_postgres: Callable[[], str]) -> Iterator[Old]:
    made = Old(new_postgres())
    yield made
    made.database.close()


class Service:
    """Somebody who reads and writes all the time, in short transactions, with the columns of an older version."""

    def __init__(self, database: Database, ticket: str) -> None:
        self.database, self.ticket = database, ticket
        self.done = 0
        self.failed: list[Exception] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                with self.database.begin() as connection:
                    where = {"ticket": self.ticket}
                    connection.execute(text("UPDATE tickets SET version = version + 1 WHERE id = :ticket"), where)
                    connection.execute(text("SELECT status FROM tickets WHERE id = :ticket"), where)
                self.done += 1
            except Exception as error:  # told by the test
                self.failed.append(error)
                return

    def __enter__(self) -> Service:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)


def test_the_schema_changes_while_tickets_are_read_and_written(postgres: Old) -> None:
    postgres.at("0012").fill("tickets", [{"id": f"T{number:04}", "status": "open"} for number in range(200)])
    other = Database(str(postgres.database.engine.url.render_as_string(hide_password=False)))
    with Service(other, "T0007") as service:
        postgres.database.upgrade()
    other.close()
    assert service.failed == []
    [changed] = [row["version"] for row in postgres.rows("tickets", "id", "version") if row["id"] == "T0007"]
    assert changed == service.done + 1 > 1
    assert len({row["ticket"] for row in postgres.rows("ticket_words", "ticket", order="ticket")}) == 200


def test_a_migration_lets_others_pass_while_somebody_keeps_its_table(
    postgres: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.at("0017").put("tickets", id="T1", status="open")
    monkeypatch.setattr(migrating, "LOCK", 0.2)
    other = Database(str(postgres.database.engine.url.render_as_string(hide_password=False)))
    migration = threading.Thread(target=postgres.database.upgrade)
    with other.read() as reading, other.begin() as report:
        report.execute(text("SELECT count(*) FROM tickets"))  # holds it until it is over
        migration.start()
        waits = text("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'tickets'::regclass")
        for _ in range(2):  # it comes back after it has given up
            eventually(lambda: reading.execute(waits).first(), "the migration waits for its table")
            assert reading.execute(text("SELECT count(*) FROM tickets")).scalar_one() == 1  # behind it, not for ever
    migration.join(100)
    assert not migration.is_alive()
    assert "call_number" in _columns(postgres)
    other.close()


def test_a_table_that_is_never_free_ends_the_migration_and_leaves_the_schema_as_it_was(
    postgres: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.at("0017").put("tickets", id="T1", status="open")
    monkeypatch.setattr(migrating, "LOCK", 0.1)
    monkeypatch.setattr(migrating, "PATIENCE", 0.5)
    other = Database(str(postgres.database.engine.url.render_as_string(hide_password=False)))
    with other.begin() as report:
        report.execute(text("SELECT count(*) FROM tickets"))
        with pytest.raises(MigrationFailed, match=r"lock timeout.*a table was in use all the time"):
            postgres.database.upgrade()
    other.close()
    assert "call_number" not in _columns(postgres)
    postgres.database.upgrade()
    assert "call_number" in _columns(postgres)


def test_an_index_whose_building_was_interrupted_is_built_again(postgres: Old) -> None:
    postgres.at("0021")
    with postgres.database.begin() as connection:
        connection.execute(text("CREATE INDEX tickets_closed ON tickets (id)"))
        connection.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tickets_closed'::regclass"))
    postgres.database.upgrade()
    with postgres.database.read() as connection:
        said = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'tickets_closed'"))
        assert "(updated_at, id)" in said.scalar_one()


def _columns(old: Old) -> set[str]:
    with old.database.read() as connection:
        found = connection.execute(
            text("SELECT column_name FROM information_schema.columns WHERE table_name = 'tickets'")
        )
        return set(found.scalars())
