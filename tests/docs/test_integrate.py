"""The recipes of docs/integrate.md, taken out of the document and run against a running API."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from activities.delivering import Deliverer
from activities.mail import LogMail
from activities.texts import Texts
from activities.webhook import Webhooks
from domain.words import Way
from tests.api.conftest import World, database, filled
from tests.client.conftest import Served, library, package, served
from tests.examples.test_webhook_receiver import Running, example

__all__ = ["database", "example", "filled", "library", "package", "served"]
pytestmark = pytest.mark.timeout(400)
RECIPES = Path(__file__).parents[2] / "docs" / "integrate.md"
ELSEWHERE = "https://escalade.example"


def block(recipe: int, language: str) -> str:
    """The code of a recipe."""
    text = RECIPES.read_text(encoding="utf-8").split(f"\n## {recipe}. ")[1].split("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def run(script: list[str], served: Served, who: str, folder: Path, **more: str) -> str:
    environment = {
        "ESCALADE_URL": served.address,
        "ESCALADE_KEY": served.world.keys[who],
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        **more,
    }
    told = subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., str]:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return lambda code, served, who: run(["bash", "-euo", "pipefail", "-c", code], served, who, tmp_path)


def test_the_script_opens_one_ticket_however_often_it_runs(served: Served, shell: Callable[..., str]) -> None:
    first, again = (json.loads(shell(block(1, "sh"), served, "client")) for _ in range(2))
    assert first["id"] == again["id"]
    assert list(served.world.engine.runs) == [first["id"]]


def post(served: Served, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {served.world.keys[who]}"}
    answer = httpx.post(f"{served.address}{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return dict(answer.json())


FILING = {"subject": "Gates", "description": "Closed.", "channel": "portal", "severity": "critical"}


def test_the_client_answers_what_was_asked(served: Served, package: Path, tmp_path: Path) -> None:
    ticket = post(served, "client", "/v1/tickets", FILING)["id"]
    post(served, "level1", f"/v1/tickets/{ticket}/questions", {"question": "Which firmware?"})
    told = run(
        [sys.executable, "-c", block(2, "python")], served, "client", tmp_path, PYTHONPATH=str(package.parent)
    )  # fmt: skip
    assert f"{ticket} Gates Which firmware?" in told
    assert "firmware 4.2" in told
    assert served.world.engine.runs[ticket].state.question is None


@pytest.fixture
def alertmanager(served: Served, tmp_path: Path) -> Iterator[str]:
    """Debian's Alertmanager with the recipe's configuration; its address."""
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        pytest.skip("prometheus-alertmanager is not installed: tests/install_tools.sh installs it on Debian")
    (tmp_path / "alertmanager.yml").write_text(block(3, "yaml").replace(ELSEWHERE, served.address))
    (tmp_path / "escalade.key").write_text(served.world.keys["integrator"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "--config.file=alertmanager.yml", f"--storage.path={tmp_path / 'data'}",
         f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


def until(holds: Callable[[], bool]) -> None:
    """Waits for what another process does in its own time."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_alert_opens_a_ticket(served: Served, alertmanager: str) -> None:
    def answers() -> bool:
        try:
            return httpx.get(f"{alertmanager}/-/ready").is_success
        except httpx.TransportError:
            return False

    until(answers)
    alert = {"labels": {"alertname": "CheckoutErrorsHigh", "client": "ACME", "severity": "critical"}}
    assert httpx.post(f"{alertmanager}/api/v2/alerts", json=[alert]).is_success
    until(lambda: len(served.world.engine.runs) == 1)
    (opened,) = served.world.engine.runs.values()
    assert (opened.state.organisation, opened.state.severity) == ("acme", "critical")


class Delivering:
    """What the worker does with messages, once."""

    def __init__(self, world: World) -> None:
        ours = world.app.state.context
        way = Webhooks(world.database, ours.vault, ours.egress, lambda: datetime.now(UTC))
        self._deliverer = Deliverer(
            world.database, Texts(), LogMail(), lambda: datetime.now(UTC), {Way.webhook: way}
        )  # fmt: skip

    def once(self) -> None:
        failed: list[BaseException] = []

        def deliver() -> None:
            try:
                asyncio.run(self._deliverer.deliver())
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=deliver)
        thread.start()
        thread.join()
        assert not failed, failed


def test_a_webhook_is_made_and_tells_the_receiver(
    served: Served, shell: Callable[..., str], example: Any, tmp_path: Path
) -> None:
    receiver = Running(example, tmp_path / "messages.db")
    code = block(4, "sh").replace("https://hooks.acme.example/escalade", receiver.url)
    made = json.loads(shell(code, served, "client"))
    receiver.trust(made["secret"])
    post(served, "client", f"/v1/webhooks/{made['id']}/test", {})
    Delivering(served.world).once()
    receiver.until(lambda: len(receiver.acted) == 1)
    assert receiver.acted[0]["type"] == "webhook.test"
    receiver.stop()


def test_the_statement_is_fetched_as_a_table(served: Served, shell: Callable[..., str], tmp_path: Path) -> None:
    shell(block(5, "sh"), served, "client")
    first = (tmp_path / "statement-2026-03.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.count(";") + first.count(",") > 3


def test_every_recipe_is_run() -> None:
    recipes = re.findall(r"\n## (\d)\. ", RECIPES.read_text(encoding="utf-8"))
    source = Path(__file__).read_text(encoding="utf-8")
    assert recipes == ["1", "2", "3", "4", "5"]
    assert all(f"block({number}, " in source for number in recipes)
