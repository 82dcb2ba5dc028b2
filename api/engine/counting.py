"""What operations see of the commands that the engine is sent: how long each took, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import metrics

BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_commands = metrics.get_meter("escalade").create_histogram(
    "escalade.command.duration",
    unit="s",
    description="Commands sent to the engine, by step and outcome",
    explicit_bucket_boundaries_advisory=BUCKETS,
)


@contextmanager
def counted(step: str | None, unanswered: tuple[type[Exception], ...]) -> Iterator[None]:
    """Counts one command: `done`, `unanswered` where one of those is raised, `refused` for all else that is raised.

    Whatever is raised passes. A call that is no command, without a `step`, is not counted.
    """
    began, outcome = time.monotonic(), "refused"
    try:
        yield
        outcome = "done"
    except unanswered:
        outcome = "unanswered"
        raise
    finally:
        if step is not None:
            _commands.record(time.monotonic() - began, {"step": step, "outcome": outcome})
