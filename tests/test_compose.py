"""docker-compose.yml is held to the code: it cannot be started everywhere, but it can be read."""

import re
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import yaml

from cli.stack import API, PREPARE, READY_PATH, WORKER, temporal_command
from runtime.settings import Settings

ROOT = Path(__file__).parents[1]
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
OURS = {"prepare": PREPARE, "worker": ("python", *WORKER), "api": ("python", *API)}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text()
    # As compose does with an empty environment: ${NAME:-default}; ${NAME:?why} stands for what it asks for.
    filled = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", re.sub(r"\$\{\w+:\?[^}]*\}", "0" * 32, text))
    assert "${" not in filled
    found: dict[str, Any] = yaml.safe_load(filled)["services"]
    return found


def settings_of(service: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ESCALADE_{name.upper()}", raising=False)
    for name, value in service["environment"].items():
        if name.startswith("ESCALADE_"):
            monkeypatch.setenv(name, value)
    return Settings.load()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_the_settings_know(
    services: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = services[name]["environment"]
    assert [v for v in variables if not v.startswith(("ESCALADE_", "OTEL_"))] == []
    assert [v for v, value in variables.items() if not isinstance(value, str)] == []
    settings = settings_of(services[name], monkeypatch)
    assert not settings.embedded


@pytest.mark.parametrize(("name", "command"), OURS.items())
def test_our_services_start_with_the_commands_the_stack_runs(
    services: dict[str, Any], name: str, command: tuple[str, ...]
) -> None:
    assert tuple(services[name]["command"]) == command


def test_the_command_that_prepares_exists() -> None:
    from cli.main import COMMANDS

    program, command = PREPARE
    assert program == "escalade"
    assert command in COMMANDS


def test_whatever_a_service_waits_for_exists_and_can_be_waited_for(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for other, wait in service.get("depends_on", {}).items():
            assert other in services, f"{name} waits for {other}, which is not there"
            assert wait["condition"] in CONDITIONS
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for the health of {other}, never checked"


@pytest.mark.parametrize("name", OURS)
def test_the_database_is_the_one_that_postgres_makes(
    services: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlalchemy.make_url(settings_of(services[name], monkeypatch).sqlalchemy_url)
    made = services["postgres"]["environment"]
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password) == (made["POSTGRES_USER"], made["POSTGRES_PASSWORD"])
    assert (url.host, url.port, url.database) == ("postgres", 5432, made["POSTGRES_DB"])


def test_temporal_is_where_everyone_looks_for_it(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        host, port = settings_of(services[name], monkeypatch).temporal_target.split(":")
        assert host in services
        assert services[host]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert services["temporal-ui"]["environment"]["TEMPORAL_ADDRESS"] == "temporal:7233"


def test_the_namespace_that_is_made_is_the_one_that_is_used(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = services["temporal-namespace"]["environment"]["TEMPORAL_NAMESPACE"]
    assert {settings_of(services[name], monkeypatch).temporal_namespace for name in OURS} == {made}


def test_the_api_listens_where_its_port_leads_and_its_health_is_asked(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(services["api"], monkeypatch)
    assert settings.api_host == "0.0.0.0"
    assert services["api"]["ports"][0].endswith(f":{settings.api_port}")
    assert settings.api_url + READY_PATH in services["api"]["healthcheck"]["test"][-1]


def test_the_cluster_has_the_timer_shift_of_the_embedded_server(services: dict[str, Any]) -> None:
    mount, inside = services["temporal"]["volumes"][0].removesuffix(":ro").split(":")
    file = services["temporal"]["environment"]["DYNAMIC_CONFIG_FILE_PATH"].removeprefix(inside + "/")
    dynamic = yaml.safe_load((ROOT / mount / file).read_text())
    name, value = temporal_command(Settings())[temporal_command(Settings()).index("--dynamic-config-value") + 1].split(
        "="
    )
    assert set(dynamic) == {name}
    assert dynamic[name] == [{"value": "200ms"}]
    assert Settings().timer_shift == timedelta(milliseconds=200)
    assert value == '"200000us"'


def test_scripts_and_folders_that_are_mounted_exist(services: dict[str, Any]) -> None:
    for service in services.values():
        for volume in service.get("volumes", []):
            source, inside = volume.removesuffix(":ro").split(":")
            if source.startswith("."):
                assert (ROOT / source).is_dir()
                for word in service.get("entrypoint", []):
                    if word.startswith(inside):
                        script = ROOT / source / word.removeprefix(inside + "/")
                        assert script.stat().st_mode & stat.S_IXUSR


def test_every_image_of_others_is_pinned(services: dict[str, Any]) -> None:
    images = [service["image"] for service in services.values() if "build" not in service]
    assert [image for image in images if not re.search(r":v?\d+(\.\d+)*$", image)] == []


def test_the_image_is_made_from_the_lock_and_starts_the_api() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --requirement requirements.lock" in dockerfile
    command = ", ".join(f'"{word}"' for word in OURS["api"])
    assert dockerfile.rstrip().endswith(f"CMD [{command}]")
