"""`escalade directory load`: what is entered fits its agreement, all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import demo
from cli.main import app
from runtime.settings import Settings
from store import directory
from store.database import Database


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")


def load(file: Path, entries: str) -> Result:
    file.write_text(entries)
    return CliRunner().invoke(app, ["directory", "load", str(file)])


def test_a_directory_is_loaded_from_a_file_all_or_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    database = Database(settings.sqlalchemy_url)
    file = tmp_path / "clients.yaml"
    entries = (
        "organisations:\n  - {id: zenith, name: Zenith SA, language: en}\n"
        "contracts:\n  - {id: z-1, organisation: zenith, agreement: trackforce, valid_from: 2026-01-01T00:00:00Z}\n"
        "contacts:\n  - {id: zoe, organisation: zenith, name: Zoe, role: key_user, language: en}\n"
    )
    file.write_text(entries)
    assert "the database cannot be used" in CliRunner().invoke(app, ["directory", "load", str(file)]).output
    database.upgrade()
    assert 'the agreement "trackforce", which is not' in " ".join(
        CliRunner().invoke(app, ["directory", "load", str(file)]).output.split()
    )
    demo.load_agreements(database, settings, datetime.now(UTC))
    file.write_text(entries.replace("organisation: zenith, name: Zoe", "organisation: nobody, name: Zoe"))
    assert "names an organisation that is not there" in CliRunner().invoke(app, ["directory", "load", str(file)]).output
    assert directory.organisation(database, "zenith") is None  # nothing of it was saved
    file.write_text(entries.replace("key_user", "owner").replace("2026-01-01T00:00:00Z", "2026-01-01"))
    refused = CliRunner().invoke(app, ["directory", "load", str(file)]).output.replace("\n", "")
    assert f"{file}:4: contracts[0].valid_from" in refused
    assert f"{file}:6: contacts[0].role" in refused
    file.write_text(entries)
    for _ in range(2):
        assert (
            CliRunner().invoke(app, ["directory", "load", str(file)]).output.strip()
            == "saved: 1 organisations, 1 contracts, 1 contacts"
        )
    assert [one.id for one in directory.contracts(database, "zenith")] == ["z-1"]


CLIENT = """\
organisations:
  - {id: zenith, name: Zenith SA, language: en}
contracts:
  - {id: z-1, organisation: zenith, agreement: olcare, valid_from: 2026-01-01T00:00:00Z, CHOICE}
"""
SAM = "staff:\n  - {id: sam, name: Sam Olsen, role: manager}\n"


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ("programme: gold", "includes a success manager (OL-02, OL-03), and the contract names none"),
        ("programme: gold, success_manager: nobody", '`success_manager` is "nobody", who is not of our staff'),
        ("programme: bronze", "which olcare does not offer; it offers: standard, gold, platinum"),
        ("region: antarctica", "which olcare does not offer; it offers: emea, americas, asia_pacific"),
        ("account_manager: zoe", '`account_manager` is "zoe", who is not of our staff'),
    ],
)
def test_a_contract_that_its_agreement_could_not_keep_is_refused(tmp_path: Path, choice: str, why: str) -> None:
    settings = Settings(home=tmp_path)
    database = Database(settings.sqlalchemy_url)
    database.upgrade()
    demo.load_agreements(database, settings, datetime.now(UTC))
    refused = load(tmp_path / "clients.yaml", CLIENT.replace("CHOICE", choice))
    assert refused.exit_code != 0
    assert why in " ".join(refused.output.split())
    assert "the contract z-1" in refused.output
    assert directory.organisation(database, "zenith") is None  # nothing of it was saved


def test_a_gold_contract_is_entered_with_its_success_manager_from_the_file_or_from_before(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    database = Database(settings.sqlalchemy_url)
    database.upgrade()
    demo.load_agreements(database, settings, datetime.now(UTC))
    named = CLIENT.replace("CHOICE", "programme: gold, success_manager: sam")
    assert "saved: 1 organisations, 1 contracts, 1 staff" in load(tmp_path / "clients.yaml", named + SAM).output
    assert "saved: 1 organisations, 1 contracts" in load(tmp_path / "clients.yaml", named).output
    assert directory.contracts(database, "zenith")[0].success_manager == "sam"
