"""The installation's secret is made once, kept to its owner, and asked for where a file would not be shared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from runtime.secret import FILE, NOTE, secret_key, why_lost
from runtime.settings import Settings, SettingsError


def test_it_is_made_once_and_stays_the_same(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new")
    first = secret_key(settings, "reply address")
    assert secret_key(settings, "reply address") == first
    assert len(first) == 32
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o077 == 0


def test_each_purpose_has_a_key_of_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert secret_key(settings, "reply address") != secret_key(settings, "stored secrets")


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: secret_key(settings, "x"), range(32)))) == 1


def test_a_given_one_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, secret_key=SecretStr("0123456789abcdef"))
    assert secret_key(settings, "x") == secret_key(
        Settings(home=Path("/"), secret_key=SecretStr("0123456789abcdef")), "x"
    )
    assert not list(tmp_path.iterdir())


def test_with_a_database_elsewhere_it_has_to_be_given(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=SecretStr("postgresql://db.example/escalade"))
    with pytest.raises(SettingsError, match="ESCALADE_SECRET_KEY"):
        secret_key(settings, "x")


def test_a_process_that_runs_goes_on_with_what_it_has_and_makes_no_other(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first = secret_key(settings, "x")
    (tmp_path / FILE).unlink()
    assert "is not there" in why_lost(settings)
    assert secret_key(settings, "x") == first
    assert not (tmp_path / FILE).exists()


def test_another_secret_than_the_first_is_told_until_somebody_accepts_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    secret_key(settings, "x")
    assert why_lost(settings) == ""
    kept = (tmp_path / FILE).read_bytes()
    assert kept.decode() not in (tmp_path / NOTE).read_text()
    (tmp_path / FILE).write_text("0" * 64)
    assert "another one" in why_lost(settings)
    (tmp_path / FILE).write_bytes(kept)
    assert why_lost(settings) == ""
    (tmp_path / FILE).write_text("0" * 64)
    (tmp_path / NOTE).unlink()
    assert why_lost(settings) == ""
