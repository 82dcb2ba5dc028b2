"""The public facts about opening hours, and the command that runs a file of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import vectors

FILE = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "business_time.jsonl"
ROW: dict[str, Any] = {
    "id": "one",
    "op": "add",
    "tz": "Europe/Paris",
    "hours": {"mon": [["09:00", "12:30"], ["13:30", "17:00"]]},
    "start": "2026-11-23T12:00:00+01:00",
    "seconds": 3600,
    "expected": "2026-11-23T14:00:00+01:00",
}


def written(folder: Path, *rows: dict[str, Any]) -> list[str]:
    path = folder / "vectors.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return [str(path)]


@pytest.mark.skipif(not FILE.is_file(), reason="the shared vectors are not beside the repository")
def test_every_public_fact_about_opening_hours_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert vectors.main([str(FILE)]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.endswith("244 of 244 vectors hold\n")


def test_a_file_whose_facts_hold_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vectors.main(written(tmp_path, ROW, ROW | {"op": "next_open", "expected": ROW["start"]})) == 0
    assert capsys.readouterr().out == "2 of 2 vectors hold\n"


def test_a_fact_that_does_not_hold_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vectors.main(written(tmp_path, ROW, ROW | {"id": "two", "expected": ROW["start"]})) == 1
    assert capsys.readouterr().out == (
        "two: expected 2026-11-23T11:00:00+00:00, found 2026-11-23T13:00:00+00:00\n1 of 2 vectors hold\n"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"op": "divide"}, 'unknown op "divide"'),
        ({"holiday": []}, "unknown fields holiday"),
        ({"tz": "Mars/Olympus"}, "no known time zone"),
        ({"start": "2026-11-23T12:00:00"}, "has no time zone"),
    ],
)
def test_a_row_outside_the_schema_is_a_failure_and_never_passed_over(
    change: dict[str, Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vectors.main(written(tmp_path, ROW | change)) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "held"),
    [
        # open 12:00-12:30, paused 12:15-13:45: 15 min run, then 45 min from 13:45
        ({"op": "add", "expected": "2026-11-23T14:30:00+01:00"}, True),
        ({"op": "sub", "start": "2026-11-23T14:30:00+01:00", "expected": "2026-11-23T12:00:00+01:00"}, True),
        (
            {
                "op": "next_open",
                "start": "2026-11-23T12:20:00+01:00",
                "expected": "2026-11-23T13:45:00+01:00",
            },
            True,
        ),
        ({"op": "is_open", "start": "2026-11-23T12:20:00+01:00", "expected": False}, True),
        ({"op": "is_open", "start": "2026-11-23T12:10:00+01:00", "expected": True}, True),
        ({"op": "between", "end": "2026-11-23T14:30:00+01:00", "expected_seconds": 3600}, True),
        ({"op": "between", "end": "2026-11-23T14:30:00+01:00", "expected_seconds": 5400}, False),
    ],
)
def test_the_clock_stands_still_during_a_pause(row: dict[str, Any], held: bool) -> None:
    # Two pauses that overlap are one.
    pauses = [
        ["2026-11-23T12:15:00+01:00", "2026-11-23T13:40:00+01:00"],
        ["2026-11-23T13:00:00+01:00", "2026-11-23T13:45:00+01:00"],
    ]
    assert (not list(vectors.failures([ROW | {"pauses": pauses} | row]))) is held


def test_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vectors.main([str(tmp_path / "none.jsonl")]) == 2
    assert "no such file" in capsys.readouterr().err
