"""A minute of chaos: all that Escalade stands on is killed, paused, cut off, filled up, and each promise is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import uvloop

from bench.chaos import picture, report
from bench.chaos.run import Size, run

SEED = 20
MINUTE = Size(SEED, seconds=60, tickets=100, people=12, patience=420)
"""Patient, for the machine may be busy with other tests: how long it takes is not what is asked here."""


@pytest.mark.timeout(900)
def test_a_minute_of_chaos_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(run(MINUTE, tmp_path, said.append))
    report.write(outcome, tmp_path)
    picture.draw(outcome, tmp_path / "run.svg")
    told = "\n".join([*said[-20:], *report.words(outcome)])
    assert outcome.passed, told
    # Or it would have passed because nothing happened.
    assert len(outcome.done) == len(outcome.planned) > 10, told
    assert outcome.findings.counts["acknowledged"] > 20, told
    assert outcome.findings.counts["tickets"] > 5, told
    assert outcome.findings.counts["messages told"] > 20, told
    assert f"seed {SEED}" in (tmp_path / "report.txt").read_text()
    assert "<svg" in (tmp_path / "run.svg").read_text()
