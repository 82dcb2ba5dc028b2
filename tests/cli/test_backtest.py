"""`escalade backtest` as somebody types it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agreements import plain
from cli.main import app
from tests.foresight.logs import ROOT, SAMPLE

MAPPING = ROOT / "mappings" / "sample.yaml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["backtest", *map(str, words)], env={"COLUMNS": "200"})


def test_two_agreements_are_held_against_each_other_in_figures_files_and_a_page(tmp_path: Path) -> None:
    page, verdicts, differences, figures = (tmp_path / name for name in ("r.html", "v.csv", "d.csv", "f.json"))
    done = run(
        SAMPLE, "-m", MAPPING, "-a", "trackforce", "-a", "proconcept", "--html", page, "--verdicts", verdicts,
        "--differences", differences, "--json", figures,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert list(told["agreements"]) == ["trackforce", "proconcept"]
    assert told["differing_tickets"] > 0
    assert f"{told['differing_tickets']} tickets come out otherwise" in done.output
    with verdicts.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    missed = sum(
        row["agreement"] == "trackforce" and row["clock"] == "response" and row["ending"] == "missed" for row in rows
    )
    (response,) = (
        one for one in told["agreements"]["trackforce"]["promises"]
        if (one["clock"], one["severity"]) == ("response", "all")
    )  # fmt: skip
    assert response["missed"] == missed > 0
    with differences.open(encoding="utf-8") as file:
        assert {row["ticket"] for row in csv.DictReader(file)}
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 3
    assert "<script" not in html
    assert not any(f'{attribute}="http' in html for attribute in ("src", "href"))


def test_what_if_tries_another_value_beside_the_agreement() -> None:
    done = run(SAMPLE, "-m", MAPPING, "-a", "trackforce", "-w", "severities.critical.response.within=8 h")
    assert done.exit_code == 0, done.output
    assert "trackforce, changed" in done.output
    assert "promised 60 min, and 8 h" in done.output


def test_a_guess_is_printed_as_a_mapping_that_can_be_used(tmp_path: Path) -> None:
    done = run(SAMPLE, "--guess")
    assert done.exit_code == 0, done.output
    mapping = tmp_path / "guessed.yaml"
    mapping.write_text(done.stdout, encoding="utf-8")
    assert plain.read(done.stdout).wrong == []
    assert "guessed: ticket: column number" in done.stderr
    used = run(SAMPLE, "-m", mapping, "-a", "trackforce")
    assert used.exit_code == 0, used.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((SAMPLE,), "name the mapping with --mapping, or have one guessed with --guess"),
        ((SAMPLE, "-m", MAPPING), "name one agreement with --agreement, or two"),
        ((SAMPLE, "-m", MAPPING, "-a", "nobody"), 'no agreement is called "nobody"'),
        ((SAMPLE, "-m", MAPPING, "-a", "trackforce", "-w", "nonsense"), '"nonsense" is no change'),
        (
            (SAMPLE, "-m", MAPPING, "-a", "trackforce", "-w", "severities.huge.response.within=1 h"),
            'there is no "huge"',
        ),
        (
            (SAMPLE, "-m", MAPPING, "-a", "trackforce", "-w", "severities.critical.response.within=soon"),
            "is not a target",
        ),
        ((SAMPLE, "-m", MAPPING, "-a", "trackforce", "-a", "olcare", "-w", "a=b"), "changes a copy of one agreement"),
        ((Path("nowhere.csv"), "-m", MAPPING, "-a", "trackforce"), "nowhere.csv cannot be read"),
    ],
)
def test_a_mistake_is_a_sentence(words: tuple[str | Path, ...], told: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert "Traceback" not in done.output
