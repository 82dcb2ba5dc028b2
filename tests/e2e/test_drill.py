"""The drill: each fault shows up as what it is, a wrong answer is told apart, and after the right one all is well."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from api.operations.guide import GUIDES
from cli.doctor import examined
from cli.drill import standing
from cli.drill.faults import FAULTS
from cli.main import app
from runtime.settings import Settings
from tests.cli.stacks import eventually
from tests.e2e.running import Caller, Running

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = Path(tmp_path_factory.mktemp("drilled")) / "home"
    home.mkdir()
    # A disk of its own, which one of the faults fills; where mounting is not allowed, that one is skipped.
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "none", home], check=False).returncode == 0
    running = Running(home).start()
    yield running
    running.stop()
    if mounted:
        subprocess.run(["umount", "--lazy", home], check=False)


@pytest.fixture
def here(stack: Running, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the stack, as a shell beside it has them."""
    for name, value in stack.settings.items():
        monkeypatch.setenv(f"ESCALADE_{name.upper()}", str(value))
    return Settings.load()


def drill(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["drill", *arguments])


def told(here: Settings) -> dict[str, str]:
    """What the doctor finds, and how bad it is."""
    return {one.code: str(one.severity) for one in asyncio.run(examined(here)).findings}


def critical(here: Settings) -> set[str]:
    return {code for code, severity in told(here).items() if severity == "critical"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_as_what_it_is_and_taken_back(stack: Running, here: Settings, name: str) -> None:
    fault = FAULTS[name]
    if why_not := fault.why_not(here):
        pytest.skip(why_not)
    eventually(lambda: not critical(here) and fault.cause not in told(here), "all is well before", 120)
    begun = drill("start", name, "--secret")
    assert begun.exit_code == 0, begun.output
    assert fault.what not in begun.output
    try:
        eventually(lambda: fault.cause in told(here), f"the doctor finds {fault.cause}", 200, rest=4)
        if fault.cause == "disk-full":  # and nobody who looks at the database is told that it is well
            assert "database-refuses-writes" in critical(here)
            ready = httpx.get(f"{stack.api}/health/ready", trust_env=False, timeout=30).json()
            assert "disk under the database is full" in "".join(ready["warnings"])
        wrong = next(code for code in GUIDES if code != fault.cause)
        assert drill("answer", wrong).exit_code == 1
        right = drill("answer", fault.cause)
        assert right.exit_code == 0, right.output
        assert "after" in right.output
        assert "1 wrong" in right.output
    finally:
        drill("answer", "--give-up")
    eventually(lambda: not critical(here), "all is well again", 200)
    filed = Caller(stack.api, stack.demo["keys"]["client"]).patient(
        "/v1/tickets", {"subject": "After the drill", "description": "Still here.", "channel": "portal"}, name
    )
    assert filed.status_code == 201, filed.text


def test_one_drill_at_a_time_and_none_without_a_name(here: Settings) -> None:
    assert "no drill is on" in drill("answer", "disk-full").output
    assert "there is no fault fire" in drill("start", "fire").output
    assert "name one fault" in drill("start").output
    assert drill("start", "secret-lost").exit_code == 0
    try:
        assert "a drill is on already" in drill("start", "--random").output
    finally:
        assert drill("answer", "--give-up").exit_code == 0


@pytest.mark.parametrize(
    "change",
    [
        {"home": "elsewhere"},
        {"temporal_address": "cluster.example:7233"},
        {"database_url": "postgresql://u:p@db.example/x", "secret_key": "0" * 32},
    ],
)
def test_no_drill_is_made_beside_real_tickets(
    here: Settings, change: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in change.items():
        monkeypatch.setenv(f"ESCALADE_{name.upper()}", str(tmp_path / value) if name == "home" else value)
    refused = drill("start", "worker-stopped")
    assert refused.exit_code == 1
    assert "is no running demo" in refused.output.replace("\n", " ")
    assert json.loads((here.home / "stack.json").read_text())["children"]


def test_the_ticket_that_a_drill_broke_answers_afterwards(stack: Running, here: Settings) -> None:
    assert drill("start", "deployment-gone-wrong").exit_code == 0
    on = standing.read(here)
    assert on is not None
    ticket, support = on.undo["ticket"], Caller(stack.api, stack.demo["keys"]["level1"])
    assert ticket in [one["id"] for one in support.everything("/v1/tickets")]  # a real one, on the board
    assert drill("answer", "ticket-stuck").exit_code == 0
    taken = support.patient(
        f"/v1/tickets/{ticket}/acknowledgement", {"means": "call", "text": "We have it."}, "after-the-drill"
    )
    assert taken.status_code == 200, taken.text
