"""Recorded tickets live again in the real workflow, in virtual time, and the report says what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from store.database import Database
from store.tickets import clocks, history
from tests.foresight.logs import REAL, ROOT, SAMPLE

pytestmark = pytest.mark.timeout(300)

HAND = """\
number,when,event,who,priority,team,subject
A-1,2025-03-28 16:00,opened,client,urgent,desk,Gates stay closed
A-1,2025-03-28 16:30,taken,bob,urgent,desk,Gates stay closed
A-1,2025-03-28 23:00,solved,bob,urgent,desk,Gates stay closed
A-1,2025-03-29 09:00,not solved,client,urgent,desk,Gates stay closed
A-1,2025-03-30 10:00,solved,bob,urgent,desk,Gates stay closed
A-1,2025-03-30 11:00,accepted,client,urgent,desk,Gates stay closed
A-1,2025-06-30 09:00,again,client,urgent,desk,Gates stay closed
B-1,2025-03-28 17:00,opened,client,low,desk,Badge is not read
B-1,2025-03-31 10:00,taken,eve,low,desk,Badge is not read
B-1,2025-03-31 11:00,withdrawn,client,low,desk,Badge is not read
"""


def replayed(tmp_path: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    """The report of a replay, as JSON and as printed."""
    report = tmp_path / "report.json"
    result = CliRunner().invoke(app, ["replay", *arguments, "--json", str(report)])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(report.read_text())
    return found, result.output


def refused(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["replay", *arguments])
    return result.exit_code, " ".join(result.output.split())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_log_worked_out_by_hand_lives_again_at_its_recorded_instants(tmp_path: Path) -> None:
    log, kept = tmp_path / "hand.csv", tmp_path / "kept.db"
    log.write_text(HAND)
    report, _ = replayed(
        tmp_path, str(log), "-m", str(ROOT / "mappings/sample.yaml"), "-a", "trackforce", "--keep", str(kept)
    )
    assert report["moved_by_years"] == 28
    database = Database(f"sqlite:///{kept}")
    ended = {clock.kind: clock for clock in clocks(database, "A-1") if clock.kind in ("response", "resolution")}
    opened, *_ = history(database, "A-1")
    # Critical under Trackforce: response within 60 min, resolution within 8 h around the clock. Paris, 28 March 2053:
    # an hour ahead of UTC; two from the 30th, 02:00 on.
    assert opened.at == utc("2053-03-28T15:00")
    assert ended["response"].verdict == "met"
    # Solved at 23:00 was in time, but refused; the clock went on as if it had never stopped (TF-11): due at midnight.
    assert ended["resolution"].verdict == "missed"
    # The proposal that was accepted came on Sunday at 10:00, which is 08:00 UTC: 33 h after 23:00 UTC on Friday.
    assert ended["resolution"].late == pytest.approx(33 * 3600, abs=5)
    assert report["commands"]["refused_by_reason"] == {"reopening_window_over": 1}
    assert report["refusals"][0]["line"] == 8
    assert report["figures"]["closings"] == {"consent": 1, "withdrawn": 1}
    assert report["figures"]["statuses"] == {"archived": 2}
    assert report["figures"]["refusals"] == 1
    assert report["commands"]["worst_behind_the_log_seconds"] < 5
    # Sunday at 10:00 an update fell due as well; the command of that very instant was in time.
    assert report["commands"]["worst_ahead_of_the_log_seconds"] == pytest.approx(2, abs=0.5)
    database.close()


def test_the_sample_log_gives_the_same_figures_each_time(tmp_path: Path) -> None:
    report, printed = replayed(
        tmp_path, str(SAMPLE), "-m", str(ROOT / "mappings/sample.yaml"), "-a", "trackforce", "--tickets", "15",
        "--pick", "first",
    )  # fmt: skip
    commands, figures = report["commands"], report["figures"]
    assert (report["tickets"], report["tickets_in_log"], report["rows_in_log"]) == (15, 40, 246)
    assert (commands["asked"], commands["accepted"], commands["refused"]) == (96, 93, 3)
    # The broken line 61 was a reopening, so that what followed on its ticket came upon a closed one.
    assert commands["refused_by_reason"] == {"ticket_closed": 3}
    assert [bad["line"] for bad in report["bad_rows"]] == [61]
    assert {refusal["ticket"] for refusal in report["refusals"]} == {"HD-017"}
    assert figures["statuses"] == {"archived": 14, "resolved": 1}
    assert figures["closings"] == {"consent": 14, "withdrawn": 2}
    assert (figures["reopenings"], figures["refusals"]) == (2, 2)
    assert figures["functional"] == {"support to rnd": 2}
    assert figures["automatic_updates"] == report["messages"]["update_automatic"] == 73
    assert verdicts(figures, "response") == {"met": 13, "missed": 2}
    assert verdicts(figures, "resolution") == {"met": 11, "missed": 3}
    assert max(acted["worst"] for acted in figures["acted"].values()) < 10
    assert 0 < report["history_events"]["mean"] < report["history_events"]["max"] < 1_000
    for said in ("A made-up help desk under trackforce", "15 of 40 in the log", "Bad rows: 1", "ticket_closed"):
        assert said in printed


def verdicts(figures: dict[str, Any], kind: str) -> dict[str, int]:
    lines = [line for line in figures["clocks"] if line["kind"] == kind]
    return {verdict: sum(line[verdict] for line in lines) for verdict in ("met", "missed")}


@pytest.mark.skipif(not REAL.is_dir(), reason="the recorded logs are not ours to pass on and are not here")
@pytest.mark.parametrize(
    ("log", "mapping", "agreement"),
    [
        ("volvo_incidents.csv.gz", "volvo", "olcare"),
        ("helpdesk_events.csv.gz", "helpdesk", "proconcept"),
    ],
)
def test_real_logs_are_taken_by_the_workflow(tmp_path: Path, log: str, mapping: str, agreement: str) -> None:
    report, _ = replayed(
        tmp_path, str(REAL / log), "-m", str(ROOT / f"mappings/{mapping}.yaml"), "-a", agreement, "--tickets", "20"
    )
    assert report["tickets"] == 20
    assert report["bad_rows"] == []
    assert report["commands"]["accepted"] > 80
    # What is refused is refused for a reason of the agreement: silence had closed the ticket before the log did.
    assert set(report["commands"]["refused_by_reason"]) <= {"ticket_closed", "ticket_archived", "already_acknowledged"}
    assert sum(report["figures"]["statuses"].values()) == 20


def without(path: Path, edit: Callable[[str], str]) -> Path:
    """The sample's mapping, edited."""
    path.write_text(edit((ROOT / "mappings/sample.yaml").read_text()))
    return path


def test_bad_usage_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    sample, mapping = str(SAMPLE), str(ROOT / "mappings/sample.yaml")
    broken = without(tmp_path / "broken.yaml", lambda text: text.replace("do: ask", "do: aks"))
    other = without(tmp_path / "other.yaml", lambda text: text.replace("at: when", "at: moment"))
    code, said = refused(sample, "-m", str(broken), "-a", "trackforce")
    assert code == 1
    assert f"{broken}:34: rules[3].do" in said
    assert '"aks" is not allowed; allowed: triage, assign, acknowledge, comment, note' in said
    assert "has no column moment; its columns: number, when" in refused(sample, "-m", str(other), "-a", "trackforce")[1]
    assert 'no agreement is called "trackfors"; known:' in refused(sample, "-m", mapping, "-a", "trackfors")[1]
    assert "a multiple of 28" in refused(sample, "-m", mapping, "-a", "trackforce", "--shift-years", "10")[1]
    assert "write spread or first" in refused(sample, "-m", mapping, "-a", "trackforce", "--pick", "last")[1]
    assert "cannot be read" in refused("none.csv", "-m", mapping, "-a", "trackforce")[1]


def test_a_log_that_is_not_moved_into_the_future_is_refused(tmp_path: Path) -> None:
    code, said = refused(
        str(SAMPLE),
        "-m",
        str(ROOT / "mappings/sample.yaml"),
        "-a",
        "trackforce",
        "--tickets",
        "1",
        "--shift-years",
        "0",
    )
    assert code == 1
    assert "the first step would be on 2025-03-04" in said
    assert "a multiple of 28" in said
