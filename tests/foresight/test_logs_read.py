"""Logs in other forms: XES, first mappings that are guessed, numbers that are spread over a bounded memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import plain
from foresight.guessing import guess
from foresight.logfile import lines
from foresight.problems import checked
from foresight.recorded import read
from foresight.rows import LogError, Row
from foresight.spread import FINE, Spread
from tests.foresight.logs import HELPDESK, SAMPLE, mapping, real, terms

XES = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <string key="concept:name" value="A help desk"/>
  <trace>
    <string key="concept:name" value="T-1"/><string key="priority" value="high"/>
    <event><string key="concept:name" value="opened"/>
      <date key="time:timestamp" value="2025-03-31T09:00:00+02:00"/></event>
    <event><string key="concept:name" value="taken"/><date key="time:timestamp" value="2025-03-31T10:00:00+02:00"/>
      <string key="org:resource" value="bob"/></event>
  </trace>
  <trace>
    <string key="concept:name" value="T-2"/>
    <event><string key="concept:name" value="opened"/>
      <date key="time:timestamp" value="2025-04-01T09:00:00+02:00"/></event>
  </trace>
</log>
"""
NEEDED = {"case:concept:name", "concept:name", "time:timestamp", "org:resource"}


@pytest.mark.parametrize("packed", [False, True])
def test_each_event_of_a_xes_log_is_a_row_with_its_traces_attributes(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / ("log.xes.gz" if packed else "log.xes")
    file.write_bytes(gzip.compress(XES.encode()) if packed else XES.encode())
    found = [row.values for row in lines(file, NEEDED) if isinstance(row, Row)]
    assert [(row["case:concept:name"], row["concept:name"], row["org:resource"]) for row in found] == [
        ("T-1", "opened", ""),
        ("T-1", "taken", "bob"),
        ("T-2", "opened", ""),
    ]
    assert found[0]["case:priority"] == "high"
    assert "case:priority" not in found[2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<log><trace>", "is no XES"),
        ('<!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>', "declares entities of its own"),
        ("<log></log>", "holds no event"),
        (
            '<log><trace><event><string key="concept:name" value="opened"/></event></trace></log>',
            "has no attribute case:concept:name",
        ),
    ],
)
def test_a_xes_log_that_cannot_be_read_says_why(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "log.xes"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LogError, match=why):
        list(lines(file, NEEDED))


def guessed(file: Path) -> tuple[dict[str, object], tuple[str, ...]]:
    seen = list(lines(file, set()))
    first = next(row for row in seen if isinstance(row, Row))
    made = guess(seen, list(first.values))
    reading = plain.read(made.text)
    assert reading.wrong == []
    checked(reading.data, file="guessed.yaml", line=reading.line)  # what is guessed can be used
    return reading.data, made.reasons


def test_the_guess_for_the_sample_names_its_columns_and_says_why() -> None:
    data, reasons = guessed(SAMPLE)
    columns = data["columns"]
    assert isinstance(columns, dict)
    assert (columns["ticket"], columns["at"], columns["activity"], columns["agent"]) == (
        "number",
        "when",
        "event",
        "who",
    )
    assert columns["severity"]["values"] == {"urgent": 1, "high": 2, "normal": 3, "low": 4}
    assert any("no offset" in reason for reason in reasons)


def test_the_guess_for_the_help_desk_knows_what_its_activities_mean() -> None:
    data, reasons = guessed(real(HELPDESK))
    assert data["columns"]["ticket"] == "ticket"  # type: ignore[index]
    assert "acknowledge: Take in charge ticket" in " ".join(reasons)
    assert any(reason.startswith("ask: ") and "Wait" in reason for reason in reasons)


def test_a_column_of_final_instants_is_guessed_as_one(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    told = ["id,timestamp,status,resolved_at"]
    told += [
        f"T{n},2025-03-31 {9 + h:02d}:00,{s},2025-04-02 1{n}:00" for n in range(3) for h, s in ((0, "New"), (1, "Done"))
    ]
    file.write_text("\n".join(told), encoding="utf-8")
    data, reasons = guessed(file)
    assert data["columns"]["final"] == ["resolved_at"]  # type: ignore[index]
    assert any("resolved_at holds instants after its rows" in reason for reason in reasons)


def test_a_log_without_a_time_cannot_be_guessed() -> None:
    with pytest.raises(ValueError, match="no column looks like the time; the columns are ticket, status"):
        guess([Row(2, {"ticket": "A", "status": "New"})], ["ticket", "status"])


@given(st.lists(st.integers(0, 40 * 86_400), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_right_to_the_minute_or_to_a_hundredth(numbers: list[int], share: float) -> None:
    spread = Spread()
    for number in numbers:
        spread.add(number)
    ordered = sorted(numbers)
    exact = ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]
    found = spread.quantile(share)
    assert found is not None
    assert 0 <= exact - found <= (60 if exact < FINE else exact / 99 + 60)


def test_what_is_kept_of_a_spread_does_not_grow_with_what_is_added() -> None:
    spread = Spread()
    for number in range(0, 400 * 86_400, 37):
        spread.add(number)
    assert spread.count > 900_000
    assert spread.kept < 10_000


ZAMMAD = """#;State;Priority;Owner;Created at;Event;Changed at;Closed at
71;new;2 normal;-;24/03/2025 19:39;created;24/03/2025 19:39;27/03/2025 21:25
71;open;2 normal;li;24/03/2025 19:39;agent reply;25/03/2025 03:16;27/03/2025 21:25
71;closed;2 normal;li;24/03/2025 19:39;closed;27/03/2025 21:25;27/03/2025 21:25
72;new;3 high;-;24/03/2025 20:39;created;24/03/2025 20:39;
"""


def test_the_guess_for_a_help_desks_export_tells_a_rows_own_time_from_those_of_its_ticket(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(ZAMMAD)
    seen = [row for row in lines(file, set()) if isinstance(row, Row)]
    guessed = mapping(guess(seen, list(seen[0].values)).text)
    assert (guessed.columns.ticket, guessed.columns.at) == ("#", "Changed at")
    assert guessed.columns.final == ("Closed at",)
    found = read(seen, guessed, lambda day: terms("trackforce", day.year))
    assert found.bad == []
    told = [step.step.type for step in found.tickets[0].steps]
    assert told[:3] == ["note", "acknowledge", "resolve"]
    assert set(told[3:]) == {"consent"}
