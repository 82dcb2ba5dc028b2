"""What opens a door stands in no log and in no trace, however much is logged."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(1000)
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Spied:
    """What was used, and what was written down."""

    secrets: dict[str, str]
    spans: list[dict[str, Any]]
    log: str


@pytest.fixture(scope="module")
def spied(tmp_path_factory: pytest.TempPathFactory) -> Spied:
    """A process of its own: what it installs to watch would watch every test after it."""
    command = [sys.executable, "-m", "tests.api.access.spied_on", str(tmp_path_factory.mktemp("spied"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-4_000:]
    told = json.loads(done.stdout)
    return Spied(told["secrets"], told["spans"], done.stderr)


def test_every_way_in_was_used_and_watched(spied: Spied) -> None:
    assert len(spied.secrets) == 12
    assert all(len(secret) >= 16 for secret in spied.secrets.values())
    names = {span["name"] for span in spied.spans}
    assert {"POST /v1/tickets", "POST /v1/monitors/alertmanager", "POST /v1/webhooks"} <= names, names
    lines = [json.loads(line) for line in spied.log.splitlines() if line.startswith("{")]
    assert any("nobody foresaw this" in line.get("exception", "") for line in lines)


def test_no_secret_stands_in_the_log(spied: Spied) -> None:
    assert [what for what, secret in spied.secrets.items() if secret in spied.log] == []


def test_no_secret_stands_in_a_trace(spied: Spied) -> None:
    told = json.dumps(spied.spans)
    assert [what for what, secret in spied.secrets.items() if secret in told] == []


def test_no_person_is_named_in_either(spied: Spied) -> None:
    told = spied.log + json.dumps(spied.spans)
    assert [word for word in ("anna@acme.example", "bob@support.example", "No badge opens them") if word in told] == []
