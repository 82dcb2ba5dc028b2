from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.collector import Collector, collector
from tests.e2e.running import Caller, Running, sprinters, sprinting


@pytest.fixture(scope="package")
def seen() -> Iterator[Collector]:
    """The spans and metrics that the stack exports."""
    with collector() as kept:
        yield kept


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, seen: Collector) -> Iterator[Running]:
    """One stack for the tests of this folder: the demo, with the agreement of seconds; its traces are exported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", seen.address)
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "500")
        patch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "2000")
        folder = Path(tmp_path_factory.mktemp("shared"))
        running = Running(folder / "home", log_format="json", agreements_dir=sprinting(folder)).start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def people(stack: Running) -> tuple[Caller, Caller]:
    """The client of an organisation under the agreement of seconds, and support."""
    return sprinters(stack)
