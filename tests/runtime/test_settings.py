"""Settings say what they mean, refuse what they do not know, and reach other processes unchanged."""

from datetime import timedelta
from pathlib import Path

import pytest

from runtime.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ESCALADE_{name.upper()}", raising=False)


def refusal() -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.load()
    return str(refused.value)


def test_without_any_variable_everything_is_here(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert settings.embedded
    assert settings.temporal_target == "127.0.0.1:7233"
    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path}/escalade.db"


def test_two_variables_move_it_to_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_TEMPORAL_ADDRESS", "temporal.example:7233")
    monkeypatch.setenv("ESCALADE_DATABASE_URL", "postgresql://escalade:secret@db.example/escalade")
    settings = Settings.load()
    assert not settings.embedded
    assert settings.temporal_target == "temporal.example:7233"
    assert settings.temporal_ui is None
    assert settings.sqlalchemy_url == "postgresql+psycopg://escalade:secret@db.example/escalade"


def test_a_misspelt_variable_is_refused_with_the_ones_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_API_PROT", "8081")
    told = refusal()
    assert "no such setting: ESCALADE_API_PROT. Known settings: " in told
    assert "ESCALADE_HOME, ESCALADE_API_HOST" in told


def test_every_fault_is_told_at_once_in_the_variables_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_API_PORT", "eighty")
    monkeypatch.setenv("ESCALADE_TEMPORAL_ADDRESS", "http://temporal")
    first, second = refusal().splitlines()
    assert first.startswith("ESCALADE_API_PORT: Input should be a valid integer")
    assert second.startswith("ESCALADE_TEMPORAL_ADDRESS: String should match")
    assert "host:port" in second


def test_a_refusal_keeps_a_password_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_DATABASE_URL", "postgresql://escalade:hunter2@db/escalade")
    monkeypatch.setenv("ESCALADE_SMTP_PORT", "0")
    assert "hunter2" not in refusal()
    monkeypatch.delenv("ESCALADE_SMTP_PORT")
    assert "hunter2" not in repr(Settings.load())


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1.5", timedelta(seconds=1.5)), ("0", timedelta(0)), ("PT2S", timedelta(seconds=2))],
)
def test_a_bare_number_is_seconds(monkeypatch: pytest.MonkeyPatch, written: str, meant: timedelta) -> None:
    monkeypatch.setenv("ESCALADE_STICKY_TIMEOUT", written)
    assert Settings.load().sticky_timeout == meant


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_TEMPORAL_ADDRESS", "")
    assert Settings.load().embedded


def test_another_process_gets_the_very_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = Settings(
        home=tmp_path,
        api_port=8090,
        timer_shift=timedelta(milliseconds=20),
        smtp_host="mail.example",
        smtp_starttls=True,
        database_url="sqlite:///elsewhere.db",
    )
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.load() == given


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("api.example", "http://api.example:8080"),
    ],
)
def test_the_apis_address_can_be_opened_from_here(host: str, url: str) -> None:
    assert Settings(api_host=host).api_url == url


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
