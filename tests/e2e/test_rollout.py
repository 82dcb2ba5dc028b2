"""`kill -9` of a roll-out in its middle, on the real stack: run again it goes on, and no ticket is changed twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from store import rollouts, tickets
from store.database import Database
from tests.cli.stacks import ROOT
from tests.e2e.running import Running, sprinters, sprinting

TICKETS = 40


def escalade(stack: Running, *args: str) -> subprocess.Popen[str]:
    """The command line, on the stack's settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ESCALADE_")}
    environment |= {f"ESCALADE_{name.upper()}": str(value) for name, value in stack.settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *args], env={**environment, "PYTHONPATH": str(ROOT)}, cwd=stack.home,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    """What it printed, once it has ended well."""
    told, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, told + wrong
    return told


def changes(database: Database, ticket: str) -> int:
    return len(tickets.events(database, ticket, types=("terms_changed",)))


@pytest.mark.timeout(300)
def test_a_roll_out_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    own = sprinting(tmp_path)
    stack = Running(tmp_path / "home", agreements_dir=own).start()
    try:
        zoe, _ = sprinters(stack)
        filed = {"subject": "Slow", "description": "It is slow.", "channel": "portal"}
        with ThreadPoolExecutor(8) as pool:
            opened = list(
                pool.map(lambda n: zoe.patient("/v1/tickets", filed, f"open-{n}").json()["id"], range(TICKETS))
            )
        file = own / "sprint.yaml"
        file.write_text(file.read_text().replace("update: {every: 60 min", "update: {every: 45 min"))
        ended(escalade(stack, "prepare"))
        database = Database(f"sqlite:///{stack.home / 'escalade.db'}")
        foretold: dict[str, Any] = json.loads(
            ended(escalade(stack, "agreement", "roll-out", "sprint", "--dry-run", "--json"))
        )
        assert (foretold["running"], foretold["clients_told"]) == (TICKETS, TICKETS)

        first = escalade(stack, "agreement", "roll-out", "sprint", "--yes", "--by", "max", "--batch", "4")
        until = time.monotonic() + 60
        while sum(changes(database, ticket) for ticket in opened) < 6 and time.monotonic() < until:
            time.sleep(0.01)
        first.kill()
        first.communicate()
        half = sum(changes(database, ticket) for ticket in opened)
        assert 6 <= half < TICKETS

        told = json.loads(ended(escalade(stack, "agreement", "roll-out", "sprint", "--yes", "--by", "max", "--json")))
        assert told["this_run"]["changed"] <= TICKETS - 6
        assert [changes(database, ticket) for ticket in opened] == [1] * TICKETS
        [record] = rollouts.of(database, "sprint")
        assert (record.counts.changed, record.ended_at is not None) == (TICKETS, True)
        database.close()
    finally:
        stack.stop()
