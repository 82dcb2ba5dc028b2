"""The client as an integrator has it, generated for these tests, and an API of the tests' world on a port."""

from __future__ import annotations

import fcntl
import importlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from runtime.settings import Settings
from store.database import Database
from tests.api.conftest import World, database, filled

__all__ = ["database", "filled"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package `escalade_client`, whole: what is written by hand, and what is generated; once for all processes."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each process has a folder of its own below it
    made, done = folder / "client" / "escalade_client", folder / "client.made"
    with (folder / "client.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _generate(made)
            done.touch()
    return made


def _generate(made: Path) -> None:
    generated = shutil.ignore_patterns("generated", "__pycache__")
    shutil.copytree(ROOT / "client" / "escalade_client", made, ignore=generated, dirs_exist_ok=True)
    told = subprocess.run(
        [sys.executable, ROOT / "client" / "generate.py", made],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


@pytest.fixture(scope="session")
def library(package: Path) -> Iterator[Any]:
    """The imported package."""
    sys.path.insert(0, str(package.parent))
    yield importlib.import_module("escalade_client")
    sys.path.remove(str(package.parent))


@dataclass
class Served:
    """An API on a port of this machine, and the world behind it."""

    address: str
    world: World


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    world = World(database, Settings(home=tmp_path, api_port=port, webhook_private_networks="127.0.0.0/8"))
    server = uvicorn.Server(uvicorn.Config(world.app, port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield Served(f"http://127.0.0.1:{port}", world)
    server.should_exit = True
    thread.join(10)
