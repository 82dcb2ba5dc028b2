"""`escalade monitor check`: whether a file can be used, and what it would make of a body."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from tests.cli.stacks import ROOT

PROBES = str(ROOT / "examples" / "monitors" / "probes.yaml")
SAMPLE = str(ROOT / "examples" / "monitors" / "probes.sample.json")


def test_it_shows_what_it_would_make_of_a_body() -> None:
    said = CliRunner().invoke(app, ["monitor", "check", PROBES, "--body", SAMPLE, "--json"])
    assert said.exit_code == 0, said.output
    down, up = json.loads(said.output)
    assert (down["firing"], down["subject"], down["labels"]["site"]) == (True, "lyon-2 gate-4 is down", "lyon-2")
    assert (up["firing"], up["ended_at"]) == (False, "2026-11-21T23:12:00Z")
    for_people = CliRunner().invoke(app, ["monitor", "check", PROBES, "--body", SAMPLE])
    assert "lyon-2 gate-4 is down" in for_people.output


def test_an_alert_that_does_not_fit_is_said_and_fails(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"probes": [{"state": "down"}]}')
    said = CliRunner().invoke(app, ["monitor", "check", PROBES, "--body", str(body)])
    assert said.exit_code == 1
    assert "no fingerprint" in said.output


def test_a_mistake_is_named_with_file_line_key_and_what_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text("monitor: m\nformat: json\nalert: {fingerprint: id, firing: on, subjekt: id}\n")
    said = CliRunner().invoke(app, ["monitor", "check", str(file)])
    assert said.exit_code == 1
    assert "m.yaml:3: alert.subjekt" in said.stderr
    assert "did you mean subject?" in said.stderr


def test_a_body_that_is_none_or_missing_is_a_sentence(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{")
    for path in (body, tmp_path / "missing"):
        said = CliRunner().invoke(app, ["monitor", "check", PROBES, "--body", str(path)])
        assert said.exit_code == 1
        assert str(path) in said.stderr.replace("\n", "")
