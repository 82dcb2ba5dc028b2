"""Drills at random: each once before any comes again; what is listed does not give the cause away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.operations.guide import GUIDES
from cli.drill import standing, surroundings
from cli.drill.command import _unfound
from cli.drill.faults import FAULTS
from cli.main import app
from runtime.settings import Settings
from tests.factories import MONDAY


def test_what_was_found_is_not_chosen_again_until_all_were(tmp_path: Path) -> None:
    chosen, possible = Settings(home=tmp_path), list(FAULTS)[:5]
    for name in possible:
        assert name in _unfound(standing.found(chosen), possible)
        standing.note_found(chosen, name)
        assert name not in _unfound(standing.found(chosen), possible) or len(standing.found(chosen)) == len(possible)
    assert _unfound(standing.found(chosen), possible) == possible


def test_a_disk_that_others_use_is_never_filled(tmp_path: Path) -> None:
    fault = FAULTS["disk-filled"]
    if shutil.disk_usage(tmp_path).total > surroundings.SMALL:
        assert "small one of its own" in fault.why_not(Settings(home=tmp_path))
    assert "small one of its own" in fault.why_not(Settings(home=Path("/")))


def test_the_drills_note_keeps_its_place_so_that_a_full_disk_cannot_take_it(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path)
    standing.begin(chosen, "disk-filled", {"ballast": "x"}, MONDAY)
    on = standing.read(chosen)
    assert on is not None
    file = tmp_path / standing.FILE
    before = file.stat()
    standing.write(chosen, on.model_copy(update={"tries": 12}))
    assert (file.stat().st_ino, file.stat().st_size) == (before.st_ino, before.st_size)
    assert standing.read(chosen) == on.model_copy(update={"tries": 12})


def test_what_people_notice_names_no_cause() -> None:
    for fault in FAULTS.values():
        assert fault.noticed
        assert not any(code in fault.noticed for code in GUIDES)
    assert len({fault.noticed for fault in FAULTS.values()}) == len(FAULTS)


def test_the_faults_are_listed_before_the_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_HOME", str(tmp_path / "none-yet"))
    listed = CliRunner().invoke(app, ["drill", "list"])
    assert listed.exit_code == 0, listed.output
    assert all(name in listed.output for name in FAULTS)
