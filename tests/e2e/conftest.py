from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import Running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One stack for the tests of a module."""
    running = Running(Path(tmp_path_factory.mktemp("escalade")) / "home").start()
    yield running
    running.stop()
