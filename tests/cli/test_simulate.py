"""`escalade simulate` as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["simulate", *map(str, words)], env={"COLUMNS": "200"})


def test_every_shipped_scenario_holds() -> None:
    done = run("--check", *SCENARIOS)
    assert done.exit_code == 0, done.output
    assert f"{len(SCENARIOS)} of {len(SCENARIOS)} scenarios hold" in done.output
    assert len(SCENARIOS) >= 4


def test_a_difference_fails_with_file_and_line(tmp_path: Path) -> None:
    text = SCENARIOS[0].read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("verdict: met", "verdict: missed"), encoding="utf-8")
    done = run("--check", SCENARIOS[0], wrong)
    assert done.exit_code == 1
    line = next(n for n, words in enumerate(wrong.read_text().splitlines(), 1) if "verdict: missed" in words)
    assert f"{wrong}:{line}: expect[0]: the response clock is met, not missed" in done.output
    assert "1 of 2 scenarios hold" in done.output


def test_a_ticket_without_a_scenario_shows_what_comes_when_nobody_acts() -> None:
    done = run(
        "--agreement", "trackforce", "--opened", "2026-03-06 16:30", "--severity", "critical", "--until", "1 day"
    )
    assert done.exit_code == 0, done.output
    assert "First response, 60 min" in done.output
    assert "Automatic status update" in done.output
    assert "→ the manager: escalation [en]" in done.output


def test_two_agreements_stand_side_by_side() -> None:
    done = run(next(one for one in SCENARIOS if "weekend" in one.name), "--against", "proconcept")
    assert done.exit_code == 0, done.output
    row = next(line for line in done.output.splitlines() if line.startswith("First response: promised"))
    assert "60 min" in row
    assert "2 h" in row


def test_json_has_every_event_message_and_clock() -> None:
    done = run(SCENARIOS[0], "--json")
    (life,) = json.loads(done.output)
    assert life["status"] == "closed"
    assert {"events", "messages", "clocks"} <= set(life)
    assert life["messages"][0]["template"] == "opened"
    assert all(clock["sentence"] for clock in life["clocks"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_holds_everything_and_loads_nothing(tmp_path: Path, language: str) -> None:
    page, picture = tmp_path / "life.html", tmp_path / "life.svg"
    done = run(SCENARIOS[0], "--html", page, "--svg", picture, "--language", language)
    assert done.exit_code == 0, done.output
    html = page.read_text(encoding="utf-8")
    assert "<svg" in html
    assert "<script" not in html
    assert not any(f'{attribute}="http' in html for attribute in ("src", "href"))
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert ("Première réponse" in html) == (language == "fr")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name a scenario file"),
        (("--agreement", "nobody", "--opened", "2026-03-06 16:30"), 'no agreement is called "nobody"; known: olcare'),
        (("--agreement", "trackforce", "--opened", "yesterday"), "write it like 2026-03-09 10:00"),
        (("--agreement", "olcare", "--opened", "2026-03-06 16:30", "-s", "p9"), 'no severity "p9"'),
        (("/nowhere.yaml",), "/nowhere.yaml: cannot be read: No such file or directory; docs/foresight.md shows how"),
        (("--check",), "name the scenario files"),
        (("--check", str(SCENARIOS[0]), "--json"), "--check shows nothing: leave --json out"),
        ((str(SCENARIOS[0]), "--opened", "2026-03-06 16:30"), "--opened: only for a ticket without a scenario"),
        ((str(SCENARIOS[0]), "--svg", "/nowhere/life.svg"), "there is no folder /nowhere; make it, or name another"),
        ((str(SCENARIOS[0]), "--html", "/"), "is a folder: name a file in it"),
        (
            ("--agreement", "trackforce", "--opened", "2026-03-06 16:30", "--channel", "pigeon"),
            'ticket.channel: "pigeon" is not allowed; allowed: portal',
        ),
        (
            ("--agreement", "trackforce", "--opened", "2026-03-29 02:30"),
            "does not exist in Europe/Paris: the clocks go forward then; write 2026-03-29 03:30",
        ),
    ],
)
def test_a_mistake_is_a_sentence(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert "Traceback" not in done.output


BROKEN = {
    "unknown key": ("stepps: []", 'unknown key "stepps"; did you mean steps?'),
    "nobody acts": ("steps: [{after: 1 h}]", "says that nobody acts; name exactly one of client, staff"),
    "two act": ("steps: [{client: note, staff: note}]", "says that client and staff acts"),
    "two times": ('steps: [{after: 1 h, at: "2026-03-09 10:00", staff: note}]', "has both `at` and `after`"),
    "a word for a number": ("expect: [{times: many}]", 'must be a whole number, not "many"'),
    "an unknown clock": ("expect: [{clock: sundial}]", '"sundial" is not allowed; allowed: response'),
    "a channel": ("ticket: {channel: pigeon}", '"pigeon" is not allowed; allowed: portal'),
    "a verdict": ("expect: [{clock: response, verdict: kept}]", "allowed: met, missed, cancelled, running"),
    "a misspelt step": ("steps: [{staff: acknowlege}]", 'there is no step "acknowlege"; did you mean acknowledge?'),
    "time going back": (
        'steps: [{at: "2026-03-01 09:00", staff: note}]',
        "would be at 2026-03-01 09:00, before what comes before it (2026-03-02 09:00 Europe/Paris)",
    ),
    "hours without an end": ('hours: [{minutes: 60, bought: "2026-01-01"}]', "is missing"),
}


@pytest.mark.parametrize(("line", "told"), BROKEN.values(), ids=BROKEN)
def test_a_broken_scenario_is_refused_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(f'scenario: Broken\nagreement: trackforce\nopened: "2026-03-02 09:00"\n{line}\n', encoding="utf-8")
    done = run(file)
    assert done.exit_code == 2
    assert f"{file}:4:" in done.output.replace("\n", "")
    assert told in " ".join(done.output.split())


def test_a_scenario_that_another_agreement_does_not_serve_fails_the_check_and_the_others_are_held(
    tmp_path: Path,
) -> None:
    saturday = next(one for one in SCENARIOS if "saturday" in one.name)
    weekend = next(one for one in SCENARIOS if "weekend" in one.name)
    done = run("--check", saturday, weekend, "--agreement", "trackforce")
    assert done.exit_code == 1
    assert "under trackforce it cannot be opened (unknown_severity)" in done.output
    assert "1 of 2 scenarios hold; 1 do not" in done.output


def test_two_agreements_stand_side_by_side_in_french_without_an_english_word(tmp_path: Path) -> None:
    weekend, picture = next(one for one in SCENARIOS if "weekend" in one.name), tmp_path / "life.svg"
    done = run(weekend, "--against", "proconcept", "--language", "fr", "--svg", picture)
    assert done.exit_code == 0, done.output
    assert "Résolution\u202f: première échéance" in done.output
    assert not [
        word for word in ("promised", "first due", "business day", "messages to", "ends as") if word in done.output
    ]
    drawn = picture.read_text(encoding="utf-8")
    assert "· trackforce<" in drawn
    assert "· proconcept<" in drawn
    assert "jour ouvré" in drawn
