"""Drills at random: each once before any comes again; what is listed does not give the cause away."""

from __future__ import annotations

from pathlib import Path

from api.operations.guide import GUIDES
from cli.drill import standing
from cli.drill.command import _unfound
from cli.drill.faults import FAULTS
from runtime.settings import Settings


def test_what_was_found_is_not_chosen_again_until_all_were(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path)
    for name in FAULTS:
        assert name in _unfound(standing.found(chosen))
        standing.note_found(chosen, name)
        assert name not in _unfound(standing.found(chosen)) or len(standing.found(chosen)) == len(FAULTS)
    assert _unfound(standing.found(chosen)) == list(FAULTS)


def test_what_people_notice_names_no_cause() -> None:
    for fault in FAULTS.values():
        assert fault.noticed
        assert not any(code in fault.noticed for code in GUIDES)
    assert len({fault.noticed for fault in FAULTS.values()}) == len(FAULTS)
