"""Backtests: figures worked out without Escalade, memory that does not grow, nothing known before its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agreements import compile_terms, parse
from cli.replay import mapping_from
from domain.terms import Terms
from domain.words import ClockKind
from foresight.backtest import Backtest, Candidate, Difference, run
from foresight.judging import Judged
from foresight.logfile import lines
from foresight.mapping import Mapping
from foresight.rows import BadRow, LogError, Row
from foresight.totals import EVERY_SEVERITY
from tests.foresight.logs import HELPDESK, ROOT, SAMPLE, real

HERE = Path(__file__).parent
OPENING_HOURS = (HERE / "opening_hours.yaml").read_text(encoding="utf-8")
ROME = ZoneInfo("Europe/Rome")


def candidate(name: str, text: str) -> Candidate:
    agreement = parse(text)

    @lru_cache
    def terms_in(year: int) -> Terms:
        return compile_terms(agreement, opened=date(year, 1, 1))

    return Candidate(name, lambda day: terms_in(day.year))


def mapping(name: str) -> Mapping:
    return mapping_from(ROOT / "mappings" / f"{name}.yaml")


def rows(*told: str) -> Iterator[Row | BadRow]:
    """Rows of the sample's shape: "A 2025-03-31 09:00 opened urgent"."""
    for line, text in enumerate(told, 2):
        number, day, clock, event, priority = text.split(" ", 4)
        values = {"number": number, "when": f"{day} {clock}", "event": event.replace("_", " "), "who": "bob"}
        yield Row(line, {**values, "priority": priority, "team": "desk", "subject": "It fails"})


@pytest.fixture(scope="module")
def helpdesk() -> Backtest:
    """The whole help desk's log under opening hours, three ways."""
    log = real(HELPDESK)
    chosen = mapping("helpdesk")
    around = OPENING_HOURS.replace("resolution: {within: 40 h, on: office", "resolution: {within: 40 h")
    candidates = (
        candidate("opening hours", OPENING_HOURS),
        candidate("paused by a wait", OPENING_HOURS.replace("pauses: []", "pauses: [resolution]")),
        candidate("around the clock", around),
    )
    return run(lines(log, chosen.named), chosen, candidates)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "clock", "known"),
    [
        ("opening hours", ClockKind.response, 0.494),
        ("opening hours", ClockKind.resolution, 0.485),
        ("paused by a wait", ClockKind.resolution, 0.398),
        ("around the clock", ClockKind.resolution, 0.663),
    ],
)
def test_the_known_answers_are_found(helpdesk: Backtest, name: str, clock: ClockKind, known: float) -> None:
    found = helpdesk.totals[name].lines[clock, EVERY_SEVERITY].missed_at_first_share
    assert found == pytest.approx(known, abs=0.003)


@pytest.mark.timeout(300)
def test_no_row_and_no_ticket_of_the_log_is_lost(helpdesk: Backtest) -> None:
    assert (helpdesk.read, helpdesk.bad_rows, helpdesk.tickets) == (21_348, 0, 4_580)
    for totals in helpdesk.totals.values():
        assert totals.tickets + totals.unserved.total() == 4_580


@pytest.mark.parametrize(("days", "tickets"), [(15, 102), (30, 42), (45, 20)])
def test_the_logs_own_closing_over_a_clock_change_is_local_days_to_the_minute(days: int, tickets: int) -> None:
    calendar = candidate("x", OPENING_HOURS).terms_of(date(2012, 1, 1)).calendars["office"]
    columns = mapping("helpdesk").columns
    before: dict[str, datetime] = {}
    crossed = 0
    for row in lines(real(HELPDESK), {columns.ticket, columns.at}):
        assert isinstance(row, Row)
        at = datetime.fromisoformat(row.values[columns.at])
        last = before.get(row.values[columns.ticket])
        before[row.values[columns.ticket]] = at
        if row.values["activity"] != "Closed" or last is None:
            continue
        there, here = last.astimezone(ROME), at.astimezone(ROME)
        if there.utcoffset() == here.utcoffset():
            continue
        expected = calendar.local_days(last, days)
        if abs(expected - at) < timedelta(minutes=1):
            crossed += 1
            assert abs(at - last - timedelta(days=days)) > timedelta(minutes=58)  # not so many times 24 hours
    assert crossed == tickets


def test_two_agreements_differ_where_their_promises_do_and_the_report_says_why() -> None:
    told: list[Difference] = []
    found = run(
        rows(
            "A 2025-03-31 09:00 opened urgent",
            "A 2025-03-31 14:30 taken urgent",
            "B 2025-03-31 09:00 opened urgent",
            "B 2025-03-31 10:00 taken urgent",
        ),
        mapping("sample"),
        (
            candidate("four hours", OPENING_HOURS),
            candidate("eight hours", OPENING_HOURS.replace("response: {within: 4 h", "response: {within: 8 h")),
        ),
        on_difference=told.append,
    )
    assert found.differing == 1
    (difference,) = told
    assert (difference.ticket, difference.clock) == ("A", "response")
    assert difference.first
    assert difference.second
    assert (difference.first.ending, difference.second.ending) == ("missed", "met")
    assert difference.why == "promised 4 h, and 8 h"


def test_rows_that_cannot_be_used_are_listed_and_the_others_are_used() -> None:
    broken = [
        BadRow(9, "3 values for 7 columns"),
        *rows("A 2025-03-31 09:00 opened urgent", "A 2025-03-31 soon taken urgent", "A 2025-03-31 10:00 taken urgent"),
    ]
    found = run(broken, mapping("sample"), (candidate("x", OPENING_HOURS),))
    assert found.bad_rows == 2
    assert [bad.line for bad in found.bad] == [9, 3]
    assert 'column when: "2025-03-31 soon" is no time' in found.bad[1].reason
    assert found.totals["x"].lines[ClockKind.response, "any"].endings == {"met": 1}


def test_rows_may_stand_in_any_order_and_be_more_than_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = mapping("sample")
    every = list(lines(SAMPLE, chosen.named))
    verdicts: dict[str, list[Judged]] = {}

    def figures(log: list[Row | BadRow]) -> object:
        verdicts.clear()
        found = run(
            log,
            chosen,
            (candidate("x", OPENING_HOURS),),
            on_verdict=lambda _, ticket, one: verdicts.setdefault(ticket, []).append(one),
        )
        return found.totals["x"].lines.keys(), sorted(verdicts), found.tickets, found.totals["x"].events

    as_it_is = figures(every)
    monkeypatch.setattr("foresight.backtest.by_ticket", _small_parts)
    assert figures(every[::-1]) == as_it_is


def _small_parts(*arguments: object) -> object:
    from foresight.grouping import by_ticket

    return by_ticket(*arguments, part=7)  # type: ignore[arg-type]  # passed on as they came


FINAL = """\
log: With final values
columns: {ticket: number, at: when, zone: Europe/Paris, activity: event, severity: {from: priority}%s}
supplied:
  subject: "It fails, solved on {solved_at}"
  description: It fails.
  texts: {acknowledge: Seen., note: Noted.}
rules:
  - {when: {activity: taken}, do: acknowledge}
otherwise: note
"""


def final_mapping(tmp_path: Path, columns: str) -> Mapping:
    file = tmp_path / "final.yaml"
    file.write_text(FINAL % columns, encoding="utf-8")
    return mapping_from(file)


def final_rows(*solved: str) -> Iterator[Row]:
    for line, (clock, event, at) in enumerate(zip(("09:00", "10:00"), ("opened", "taken"), solved, strict=True), 2):
        told = {"number": "A", "when": f"2025-03-31 {clock}", "event": event, "priority": "any", "solved_at": at}
        yield Row(line, told)


def test_a_final_value_on_each_row_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(LogError) as refused:
        run(final_rows(*["2025-04-04 17:00"] * 2), final_mapping(tmp_path, ""), (candidate("x", OPENING_HOURS),))
    assert "line 2: column solved_at holds 2025-04-04 17:00" in refused.value.message
    assert "columns.final" in refused.value.message


def test_a_final_value_never_reaches_an_earlier_row(tmp_path: Path) -> None:
    chosen = final_mapping(tmp_path, ", final: [solved_at]")

    def told(*solved: str) -> list[object]:
        found: list[object] = []
        on_verdict = found.append
        run(
            final_rows(*solved), chosen, (candidate("x", OPENING_HOURS),),
            on_verdict=lambda _, __, one: on_verdict((one.clock, one.due, one.ending)),
        )  # fmt: skip
        return found

    assert told(*["2025-04-04 17:00"] * 2) == told("", "2025-04-04 17:00")


def test_a_planned_instant_is_no_leak(tmp_path: Path) -> None:
    chosen = final_mapping(tmp_path, ", planned: [solved_at]")
    found = run(final_rows(*["2025-04-04 17:00"] * 2), chosen, (candidate("x", OPENING_HOURS),))
    assert found.totals["x"].tickets == 1
