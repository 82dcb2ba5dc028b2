"""A world whose monitors have files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.monitoring.monitors import Monitors
from domain.alerts import Bounds
from tests.api.conftest import World

EXAMPLES = Path(__file__).parents[3] / "examples"
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def monitored(world: World, tmp_path: Path) -> Callable[..., World]:
    """Gives the world a folder of monitors: the examples, and files by name."""
    folder = tmp_path / "monitors"
    shutil.copytree(EXAMPLES / "monitors", folder)
    (folder / "grafana.secret").write_text(SECRET + "\n")

    def with_files(**files: str) -> World:
        for name, text in files.items():
            (folder / name.replace("_", ".")).write_text(text)
        world.app.state.context.monitors = Monitors.of(folder, Bounds(), ("severity",))
        return world

    return with_files
