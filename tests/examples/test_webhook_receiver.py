"""The example of a webhook receiver, told by the real deliveries: genuine ones once, others never."""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from domain import commands as cmd
from runtime.settings import Settings
from store.database import Database
from tests.activities.samples import NUMBER
from tests.activities.test_webhook import OTHER, SECRET, Hooked
from tests.api.conftest import database, filled
from tests.factories import BOB, Life

__all__ = ["database", "filled"]
SOURCE = Path(__file__).parents[2] / "examples" / "webhook_receiver" / "receiver.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    found = importlib.util.spec_from_file_location("receiver", SOURCE)
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


class Running:
    """The receiver on a port, and what it has acted on."""

    def __init__(self, example: ModuleType, file: Path, *secrets: str) -> None:
        self.acted: list[dict[str, Any]] = []
        self.failing = False
        self.failed = 0
        self._example, self._file = example, file
        self._receiver = example.Receiver(file, list(secrets), self._act)
        self._server = example.serve(self._receiver, 0)
        self._stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        for target in (self._server.serve_forever, lambda: self._receiver.work(self._stopping)):
            threading.Thread(target=target, daemon=True).start()

    def _act(self, event: dict[str, Any]) -> None:
        if self.failing:
            self.failed += 1
            raise OSError("the printer is out of paper")
        self.acted.append(event)

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits for what its thread does in its own time."""
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def trust(self, secret: str) -> None:
        """Another secret, from now on."""
        self._receiver.__init__(self._file, [secret], self._act)

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver(example: ModuleType, tmp_path: Path) -> Iterator[Running]:
    made = Running(example, tmp_path / "messages.db", OTHER, SECRET)  # as while a secret is being replaced
    yield made
    made.stop()


@pytest.fixture
def hooked(database: Database, tmp_path: Path, receiver: Running) -> Hooked:
    settings = Settings(home=tmp_path, webhook_private_networks="127.0.0.0/8")
    return Hooked(database, settings, receiver.url)


async def test_what_happens_on_a_ticket_is_acted_on(hooked: Hooked, receiver: Running) -> None:
    life = Life(NUMBER)
    life.do(BOB, cmd.Assign(assignee="bob"))
    await hooked.record(life)
    await hooked.deliver()
    receiver.until(lambda: len(receiver.acted) >= 2)
    acted = {event["type"]: event["data"] for event in receiver.acted}
    assert {"ticket.opened", "ticket.assigned"} <= set(acted)  # in any order: one may overtake another on the way
    assert acted["ticket.opened"]["ticket"]["id"] == NUMBER


async def test_a_message_that_comes_twice_is_acted_on_once(hooked: Hooked, receiver: Running) -> None:
    await hooked.record(Life(NUMBER))
    (entry,) = hooked.sent()
    await hooked.deliver()
    receiver.until(lambda: len(receiver.acted) == 1)
    async with httpx.AsyncClient() as http:
        assert (await http.post(receiver.url, **_signed(entry.key))).status_code == 204
        assert (await http.post(receiver.url, **_signed("another"))).status_code == 204
    receiver.until(lambda: len(receiver.acted) == 2)
    assert receiver.acted[1]["type"] == "webhook.test"


def test_what_nobody_signed_or_somebody_changed_is_refused(receiver: Running) -> None:
    changed = _signed("m1")
    changed["content"] += b" "
    assert httpx.post(receiver.url, **changed).status_code == 401
    assert httpx.post(receiver.url, json={"type": "ticket.opened"}).status_code == 401
    assert receiver.acted == []


def test_what_cannot_be_acted_on_now_is_acted_on_later(receiver: Running) -> None:
    receiver.failing = True
    assert httpx.post(receiver.url, **_signed("m1")).status_code == 204
    receiver.until(lambda: receiver.failed > 0)
    receiver.failing = False
    receiver.until(lambda: len(receiver.acted) == 1)


def _signed(id: str) -> dict[str, Any]:
    """A request as Escalade signs it."""
    at = datetime.now(UTC)
    body = '{"type":"webhook.test","timestamp":"2026-03-02T08:00:00Z","data":{}}'
    signature = Webhook(SECRET).sign(id, at, body)
    headers = {"webhook-id": id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return {"content": body.encode(), "headers": headers}
