"""Whoever comes in, comes in over SQLite and over PostgreSQL: what happens once has to happen once in both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.store.conftest import migrated_postgres, new_postgres, postgres_server
from tests.store.pouring import pour

__all__ = ["migrated_postgres", "new_postgres", "postgres_server"]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> Iterator[Database]:
    """The filled database, on each of the two."""
    for part in filled.parent.iterdir():
        shutil.copy(part, tmp_path / part.name)
    found = Database(f"sqlite:///{tmp_path / filled.name}")
    if request.param == "postgres":
        lite, found = found, Database(request.getfixturevalue("migrated_postgres"))
        pour(lite, found)
        lite.close()
    yield found
    found.close()
