"""The schema: made by migrations alone, by whichever process comes first, the same as the tables say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.tables import metadata
from tests.factories import MONDAY

ROOT = Path(__file__).parents[2]
UPGRADE = "import sys; from store.database import Database; Database(sys.argv[1]).upgrade()"


def test_migrations_make_the_tables_that_the_code_expects(db: Database) -> None:
    with db.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        indexes = {index["name"] for name in metadata.tables for index in inspect(connection).get_indexes(name)}
    assert indexes >= {index.name for table in metadata.tables.values() for index in table.indexes}


def test_upgrading_again_changes_nothing(db: Database) -> None:
    db.upgrade()
    db.ping()


def test_processes_that_start_at_once_all_find_the_schema_ready(empty_url: str) -> None:
    command = [sys.executable, "-c", UPGRADE, empty_url]
    started = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)})
        for _ in range(4)
    ]
    said = [process.communicate(timeout=90)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], said
    db = Database(empty_url)
    db.ping()
    db.close()


def test_a_database_without_schema_does_not_count_as_ready(empty_url: str) -> None:
    db = Database(empty_url)
    with pytest.raises(SQLAlchemyError):
        db.ping()
    db.close()


def test_sqlite_survives_a_power_cut_and_lets_readers_read_while_one_writes(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    db.upgrade()
    with db.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    with db.begin(), db.read() as reading:
        assert reading.exec_driver_sql("SELECT count(*) FROM tickets").scalar_one() == 0
    db.close()


@pytest.mark.parametrize(
    "url", ["mysql://h/x", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://h/x", "tickets.db"]
)
def test_a_database_that_we_do_not_support_is_refused_with_what_is(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///FILE|give it a file"):
        Database(url)


def test_instants_keep_their_microseconds_and_refuse_to_be_without_an_offset(db: Database) -> None:
    from store import agreements

    at = MONDAY.replace(microsecond=123_456)
    agreements.save(db, "trial", "1", "{}", at)
    kept = agreements.current(db, "trial")
    assert kept is not None
    assert kept.loaded_at == at
    assert kept.loaded_at.utcoffset() is not None
    with pytest.raises(SQLAlchemyError, match="no UTC offset"):
        agreements.save(db, "trial", "2", "{}", at.replace(tzinfo=None))
