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
    assert html.count("<svg") == 4
    assert "Europe/Paris" in html
    assert "UTC" not in html
    turned = {(one["clock"], one["first"], one["second"]): one["promises"] for one in told["differences"]}
    assert turned["response", "missed", "met"] > 0
    assert html.index("kept</span>") < html.index("promised by one of them only")
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
        (
            (SAMPLE, "-m", "nowhere.yaml", "-a", "trackforce"),
            "nowhere.yaml: cannot be read: No such file or directory; a first one is guessed by `escalade backtest",
        ),
        ((SAMPLE, "-m", MAPPING, "-a", "nowhere.yaml"), "nowhere.yaml: cannot be read: No such file or directory"),
        ((SAMPLE, "-m", MAPPING, "-a", "trackforce", "--html", "/nowhere/x.html"), "there is no folder /nowhere"),
        ((SAMPLE, "-m", MAPPING, "-a", "trackforce", "--verdicts", "/"), "is a folder: name a file in it"),
        ((SAMPLE, "-m", MAPPING, "-a", "trackforce", "-a", "trackforce"), "both are trackforce"),
        ((SAMPLE, "-m", MAPPING, "-a", "trackforce", "--afterwards", "-1"), "not in the range"),
    ],
)
def test_a_mistake_is_a_sentence(words: tuple[str | Path, ...], told: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_a_log_without_a_row_that_can_be_used_is_refused_with_what_was_found(tmp_path: Path) -> None:
    header, first = SAMPLE.read_text(encoding="utf-8").splitlines()[:2]
    log = tmp_path / "log.csv"
    log.write_text(f"{header}\n", encoding="utf-8")
    done = run(log, "-m", MAPPING, "-a", "trackforce")
    assert (done.exit_code, "has no row below its column names" in done.output) == (2, True)
    log.write_text(f"{header}\n{first.replace('-', '/')}\n", encoding="utf-8")
    done = run(log, "-m", MAPPING, "-a", "trackforce")
    assert (done.exit_code, "none of the 1 rows of" in done.output) == (2, True)
    assert "line 2: column when:" in done.output


def test_two_files_of_one_name_are_two_agreements(tmp_path: Path) -> None:
    mine = tmp_path / "trackforce.yaml"
    mine.write_text((ROOT / "agreements" / "trackforce.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    figures = tmp_path / "f.json"
    done = run(SAMPLE, "-m", MAPPING, "-a", "trackforce", "-a", mine, "--json", figures)
    assert done.exit_code == 0, done.output
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert [one["tickets"] for one in told["agreements"].values()] == [40, 40]
    assert "0 tickets come out otherwise" in done.output


def test_a_pipe_is_told_the_figures_and_no_progress() -> None:
    done = run(SAMPLE, "-m", MAPPING, "-a", "trackforce")
    assert done.stdout.startswith("sample_log.csv: 40 tickets")
    assert done.stderr == ""


def test_the_screen_of_eighty_columns_cuts_no_name_and_no_number() -> None:
    words = ["backtest", str(SAMPLE), "-m", str(MAPPING), "-a", "trackforce"]
    told = CliRunner().invoke(app, words, env={"COLUMNS": "80"}).output.splitlines()
    row = next(line for line in told if line.startswith("resolution"))
    assert row.split() == ["resolution", "32", "8", "0", "20.0", "%", "18.2", "%", "53", "h", "95", "h"]
