"""A version from before, and today's beside it, with tickets open: real code of both, one database, one engine."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from temporalio.client import Client

from store import vital
from store.database import Database
from store.outbox import State, counts
from tests.cli.stacks import ROOT, eventually, free_port
from tests.e2e.running import Caller, Running
from tests.store.conftest import new_postgres, postgres_server
from worker import DEPLOYMENT
from workflows.protocol import DELIVERY, workflow_id

__all__ = ["new_postgres", "postgres_server"]
pytestmark = pytest.mark.timeout(600)
OLD = "c14f02ecea288d655fe5c06bc3643a7644fda50a"
"""Its schema is the one before today's, its workers have no version, and delivery has no queue of its own there."""
T = TypeVar("T")
PROGRAM = str(Path(sysconfig.get_path("scripts")) / "temporal")


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The old version's files."""
    packed = subprocess.run(["git", "archive", OLD], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"the history here does not go back to {OLD[:10]} (a shallow clone, or no git)")
    folder = Path(tmp_path_factory.mktemp("old")) / "code"
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def old(old_code: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    """A stack of the old version, on either database."""
    home, elsewhere = tmp_path / "home", {}
    if request.param == "postgres":
        url = request.getfixturevalue("new_postgres")()
        elsewhere = {"database_url": url, "secret_key": "kept for good by both versions"}
    running = Running(home, old_code, **elsewhere)
    try:
        yield running.start(300)
    finally:
        running.stop()


@contextmanager
def beside(old: Running, module: str, **settings: object) -> Iterator[None]:
    """A process of today's code, on the old stack's engine and database."""
    environment = {**old.environment(**settings), "PYTHONPATH": str(ROOT)}
    with (old.home / f"new-{module}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module], env=environment, stdout=log, stderr=log, cwd=old.home
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def make_current(old: Running, version: str) -> bool:
    """As docs/deploying.md says it; False until the engine knows workers of that version."""
    told = subprocess.run(
        [PROGRAM, "worker", "deployment", "set-current-version", "--yes", "--deployment-name", DEPLOYMENT,
         "--build-id", version, "--address", f"127.0.0.1:{old.settings['temporal_port']}"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return told.returncode == 0


async def tasks(old: Running, workflow: str) -> tuple[set[str], int]:
    """Versions of the workers that took a workflow's tasks, "" for those without; how many tasks failed."""
    client = await Client.connect(f"127.0.0.1:{old.settings['temporal_port']}")
    history = await client.get_workflow_handle(workflow).fetch_history()
    done = [one.workflow_task_completed_event_attributes for one in history.events
            if one.HasField("workflow_task_completed_event_attributes")]  # fmt: skip
    failed = [one for one in history.events if one.HasField("workflow_task_failed_event_attributes")]
    return {one.deployment_version.build_id for one in done}, len(failed)


def looked(old: Running, look: Callable[[Database], T]) -> T:
    """What `look` sees in the stack's database."""
    database = Database(str(old.settings.get("database_url", f"sqlite:///{old.home / 'escalade.db'}")))
    try:
        return look(database)
    finally:
        database.close()


def outboxes(old: Running) -> Mapping[State, int]:
    return looked(old, counts)


def migrated(old: Running) -> vital.Schema:
    return looked(old, vital.schema)


def test_todays_workers_and_api_take_over_from_an_old_release_with_tickets_open(old: Running) -> None:
    keys = old.demo["keys"]
    client, support = Caller(old.api, keys["client"]), Caller(old.api, keys["level1"])
    opened = client.post("/v1/tickets", {"subject": "Gate 4", "description": "It stays closed.", "channel": "portal"})
    assert opened.status_code == 201, opened.text
    ticket, said = str(opened.json()["id"]), []

    def note(by: Caller, text: str) -> None:
        answer = by.patient(f"/v1/tickets/{ticket}/notes", {"text": text}, text.replace(" ", "-"))
        assert answer.status_code == 200, f"{text}: {answer.text}"
        said.append(text)

    note(support, "by the old one alone")
    assert migrated(old).there != migrated(old).wanted, "the old version has an older schema"

    prepared = subprocess.run(
        [sys.executable, "-m", "cli.main", "prepare"], env={**old.environment(), "PYTHONPATH": str(ROOT)},
        cwd=old.home, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert prepared.returncode == 0, prepared.stderr
    assert migrated(old).there == migrated(old).wanted
    note(support, "by the old one on the new schema")

    port = free_port()
    with beside(old, "worker", worker_version="new"):
        eventually(lambda: make_current(old, "new"), "the new version's workers are known and made current", 120)
        note(support, "the old door, the new worker")
        with beside(old, "api", api_port=port, inbound_smtp_port=free_port(), worker_version="new"):
            address = f"http://127.0.0.1:{port}"
            eventually(lambda: ready(address), "the new API is ready", 120)
            newer = Caller(address, keys["level1"])
            for number in range(3):
                note(support, f"old door {number}")
                note(newer, f"new door {number}")
            second = Caller(address, keys["client"]).post(
                "/v1/tickets", {"subject": "Gate 5", "description": "Opened by the new one.", "channel": "portal"}
            )
            assert second.status_code == 201, second.text
            both = {ticket, str(second.json()["id"])}
            for by in (support, newer):  # both see both, and all that was said
                eventually(lambda by=by: both <= listed(by), "both tickets are on the lists", 60)
                assert notes(by, ticket) == said

            def moved() -> bool:
                counted = outboxes(old)
                return counted[State.delivered] > 0 and not counted[State.pending] and not counted[State.failed]

            eventually(moved, "every message is out", 120)
    for workflow in (workflow_id(ticket), workflow_id(str(second.json()["id"]))):
        versions, failed = asyncio.run(tasks(old, workflow))
        assert "new" in versions
        assert not failed, f"{workflow} could not be gone on with"
    versions, failed = asyncio.run(tasks(old, DELIVERY))
    assert not failed


def listed(by: Caller) -> set[str]:
    return {str(one["id"]) for one in by.everything("/v1/tickets")}


def notes(by: Caller, ticket: str) -> list[str]:
    entries: list[dict[str, Any]] = by.everything(f"/v1/tickets/{ticket}/timeline")
    return [one["data"]["text"] for one in entries if one["type"] == "note_added"]
