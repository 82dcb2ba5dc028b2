"""`escalade prepare` where it cannot: one sentence on why and what to do, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli import up
from cli.main import app
from runtime.settings import Settings
from store import vital
from store.database import Database


def test_a_migration_that_fails_is_one_sentence_and_no_stack_of_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALADE_HOME", str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    database.upgrade()
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database.close()
    refused = CliRunner().invoke(app, ["prepare"])
    assert refused.exit_code == 2
    assert "could not be brought from revision 0001" in refused.output
    assert len(refused.output.strip().splitlines()) == 1


def test_it_says_which_migrations_it_has_made(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path)
    database = Database(chosen.sqlalchemy_url)
    database.upgrade("0022")
    database.close()
    assert up._database(chosen)[0] == f"schema: 0022 -> {vital.wanted()}"
    assert up._database(chosen)[0] == f"schema: {vital.wanted()}"
