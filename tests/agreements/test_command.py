"""`escalade agreement ...` as somebody at a terminal sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.agreement import app
from tests.agreements.samples import SMALL, changed


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words], env={"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(changed("4 h, on: office", "4 hrs, on: ofice"), encoding="utf-8")
    return file


def test_a_good_file_is_said_to_be_good_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    result = run("check", str(tmp_path / "small.yaml"))
    assert result.exit_code == 0
    assert result.output.startswith("OK small: 2 severities, 4 promises, 1 calendar; revision ")
    assert result.output.count("\n") == 1


def test_a_broken_file_ends_with_exit_code_1_and_all_its_problems(broken: Path) -> None:
    result = run("check", str(broken))
    assert result.exit_code == 1
    assert "severities.high.response.on" in result.output
    assert "severities.high.response.within" in result.output
    assert result.output.rstrip().endswith("2 problems")


def test_scripts_read_the_problems_as_json(broken: Path) -> None:
    verdict = json.loads(run("check", "--json", str(broken)).output)[0]
    assert verdict["ok"] is False
    assert {problem["line"] for problem in verdict["problems"]} == {16}


def test_an_agreement_is_shown_with_its_hours_promises_and_clauses() -> None:
    result = run("show", "trackforce", "--on", "2026-07-01")
    assert result.exit_code == 0
    for seen in ("mon-fri 09:00-18:00", "Tue 2026-07-14", "60 min", "TF-07", "14 to 28 days", "as if never stopped"):
        assert seen in result.output
    assert max(map(len, result.output.splitlines())) <= 100


def test_names_are_shown_in_the_language_asked_for() -> None:
    assert "Impact critique" in run("show", "trackforce", "--language", "fr").output
    refused = run("show", "trackforce", "--language", "de")
    assert refused.exit_code == 1
    assert "fr, en" in refused.output


def test_what_nobody_promised_is_shown_as_not_promised() -> None:
    assert run("show", "onelife").output.count("not promised") == 8


def test_what_a_contract_can_choose_is_shown() -> None:
    shown = run("show", "olcare").output
    programmes, regions = shown.split("Programmes")[1].split("Regions")
    for seen in ("platinum", "place 0", "named by", "mon-sun", "for p1", "ol-connect", "OL-03"):
        assert seen in programmes
    for seen in ("asia_pacific", "Asia/Tokyo", "en, ja", "08:00-20:00", "default", "OL-22"):
        assert seen in regions
    assert max(map(len, shown.splitlines())) <= 100
    assert "Programmes" not in run("show", "onelife").output


def test_a_shown_agreement_can_be_read_by_scripts() -> None:
    content = json.loads(run("show", "olcare", "--json").output)
    assert content["severities"]["p1"]["response"]["by"] == {"telephone": "2 h"}
    assert len(content["revision"]) == 12


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    result = run("show", "trackfroce")
    assert result.exit_code == 1
    assert "did you mean trackforce?" in result.output
    assert "proconcept" in result.output


def test_the_list_names_every_agreement() -> None:
    assert [row.split()[0] for row in run("list").output.splitlines()[1:]] == [
        "olcare", "onelife", "proconcept", "trackforce",
    ]  # fmt: skip
    assert json.loads(run("list", "--json").output)[0]["agreement"] == "olcare"


def test_the_schema_is_printed_for_editors() -> None:
    assert json.loads(run("schema").output)["title"] == "Escalade agreement"
