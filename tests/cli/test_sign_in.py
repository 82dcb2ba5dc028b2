"""Addresses that sign somebody in, made at the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import demo, up
from cli.main import app
from runtime.secret import FILE, make_secret
from runtime.settings import Settings
from store import sign_in_links
from store.database import Database


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESCALADE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    database = Database(Settings(home=tmp_path).sqlalchemy_url)
    database.upgrade()
    demo.load_agreements(database, Settings(home=tmp_path), datetime.now(UTC))
    demo.load_directory(database)
    database.close()
    make_secret(Settings(home=tmp_path))
    return tmp_path


def run(*arguments: str) -> str:
    return CliRunner().invoke(app, arguments).output


def opened(home: Path, address: str) -> str:
    database = Database(Settings(home=home).sqlalchemy_url)
    link = sign_in_links.find(database, address.rsplit("/", 1)[1], datetime.now(UTC))
    database.close()
    assert link is not None
    return link.subject


def test_a_link_for_a_contact_or_for_staff_by_id_or_by_address(home: Path) -> None:
    for who, id in (("anna@harbour", "anna@harbour"), ("max", "max"), ("Emile@presto.example", "emile@presto")):
        said = run("sign-in-link", who).splitlines()
        assert said[0].startswith("http://127.0.0.1:8080/sign-in/link/")
        assert opened(home, said[0]) == id
        assert "once, for 15 minutes" in said[1]


def test_who_is_unknown_is_said_so(home: Path) -> None:
    assert "nobody has the id or the address nobody@x.example" in run("sign-in-link", "nobody@x.example")


def test_where_the_secret_is_lost_it_is_refused_and_none_is_made(home: Path) -> None:
    (home / FILE).rename(home / "elsewhere")
    refused = CliRunner().invoke(app, ["sign-in-link", "max"])
    assert refused.exit_code == 1
    assert "secret is missing" in refused.output
    assert "Put it back" in refused.output
    assert not (home / FILE).exists()
    (home / FILE).write_text("f" * 64)  # and another one is none
    assert "another one than this installation began with" in run("sign-in-link", "max").replace("\n", " ")
    (home / "elsewhere").replace(home / FILE)
    assert "/sign-in/link/" in run("sign-in-link", "max")


def test_the_demo_leads_to_a_page_as_a_client_as_level_1_the_manager_and_operations(home: Path) -> None:
    facts = up._demo(Settings(home=home))
    assert {who: opened(home, address) for who, address in facts["sign_in"].items()} == {
        "anna@harbour": "anna@harbour", "bob": "bob", "max": "max", "oncall": "oncall",
    }  # fmt: skip
    database = Database(Settings(home=home).sqlalchemy_url)
    secret = facts["sign_in"]["bob"].rsplit("/", 1)[1]
    assert sign_in_links.find(database, secret, datetime.now(UTC) + timedelta(hours=11)) is not None
    assert sign_in_links.find(database, secret, datetime.now(UTC) + timedelta(hours=13)) is None
    database.close()
