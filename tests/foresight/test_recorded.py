"""Rows become the commands they were: by whom, when, and in which order."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain import commands as cmd
from foresight.logfile import read_log
from foresight.recorded import first_instant, read, shift_for
from foresight.rows import LogError
from tests.foresight.logs import SAMPLE, SMALL, mapping, mapping_of, reading_of, rows, terms, told


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_first_row_opens_the_ticket_with_what_the_mapping_supplies() -> None:
    (ticket,) = reading_of("T 1 | 2025-07-01 09:00 | new | bob | 1 | A").tickets
    assert (ticket.id, ticket.opened_at, ticket.by.role) == ("T-1", utc("2025-07-01T07:00"), "client")
    assert (ticket.opening.subject, ticket.opening.severity) == ("new of bob", "critical")


def test_a_severity_past_the_agreements_last_is_its_last() -> None:
    (ticket,) = reading_of("T | 2025-07-01 09:00 | new | bob | 1 | Z", agreement="olcare").tickets
    assert ticket.opening.severity == "p4"


def test_work_answers_once_and_assigns_when_the_agent_changes() -> None:
    assert told(
        "T | 2025-07-01 09:00 | new",
        "T | 2025-07-01 10:00 | work | bob",
        "T | 2025-07-01 11:00 | work | bob",
        "T | 2025-07-01 12:00 | work | eve",
    ) == ["level1 note", "level1 acknowledge", "level1 assign", "level1 note", "level1 assign"]


def test_a_wait_asks_once_and_the_next_other_row_answers_for_the_client() -> None:
    assert told(
        "T | 2025-07-01 09:00 | work",
        "T | 2025-07-01 10:00 | wait",
        "T | 2025-07-01 11:00 | wait",
        "T | 2025-07-02 09:00 | work",
    ) == ["level1 acknowledge", "level1 assign", "level1 ask", "level1 note", "client answer"]


def test_a_higher_line_escalates_first_and_then_works_there() -> None:
    (ticket,) = reading_of(
        "T | 2025-07-01 09:00 | work | bob | 1",
        "T | 2025-07-01 10:00 | work | eve | 3",
        "T | 2025-07-01 11:00 | work | bob | 1",
    ).tickets
    done = [(step.by.role, step.step.type, step.at.hour) for step in ticket.steps]
    assert done[2:] == [
        ("level1", "escalate", 8),
        ("rnd", "assign", 8),
        ("rnd", "escalate", 9),
        ("level1", "assign", 9),
    ]
    escalation = ticket.steps[2].step
    assert isinstance(escalation, cmd.Escalate)
    assert (escalation.level, escalation.reason) == ("rnd", "to line 3")


def test_consent_is_given_by_every_side_that_the_agreement_asks() -> None:
    lines = ("T | 2025-07-01 09:00 | work", "T | 2025-07-01 10:00 | done", "T | 2025-07-02 10:00 | closed")
    assert told(*lines, agreement="trackforce")[-2:] == ["client consent", "level1 consent"]
    assert told(*lines, agreement="olcare")[-2:] == ["level1 resolve", "client consent"]


def test_work_after_the_end_refuses_a_resolution_or_reopens_whichever_the_ticket_takes() -> None:
    (ticket,) = reading_of(
        "T | 2025-07-01 09:00 | done",
        "T | 2025-07-02 09:00 | work",
        "T | 2025-07-03 09:00 | done",
        "T | 2025-07-04 09:00 | closed",
        "T | 2025-07-05 09:00 | work",
        agreement="olcare",
    ).tickets
    back = [step for step in ticket.steps if step.or_else is not None]
    assert [(step.step.type, step.or_else.type) for step in back if step.or_else] == [
        ("refuse", "reopen"),
        ("reopen", "refuse"),
    ]


def test_a_group_is_left_out_where_the_agreement_has_none() -> None:
    text = SMALL.replace("do: escalate}", "do: {escalate: {group: technical}}}")
    for agreement, group in (("trackforce", None), ("proconcept", "technical")):
        (ticket,) = reading_of("T | 2025-07-01 09:00 | new | bob | 2", agreement=agreement, text=text).tickets
        step = ticket.steps[0].step
        assert isinstance(step, cmd.Escalate)
        assert step.group == group


def test_rows_that_cannot_be_used_are_listed_with_their_line_and_reason() -> None:
    reading = reading_of(
        "T | 2025-07-01 09:00 | work",
        "T | yesterday | work",
        " | 2025-07-01 09:00 | work",
        "T | 2025-07-01 10:00 | work | bob | 7",
        "T! | 2025-07-01 10:00 | work",
        "?? | 2025-07-01 10:00 | work",
        "T | 2025-07-01 11:00 | wait",
    )
    assert [ticket.id for ticket in reading.tickets] == ["T"]
    assert [(bad.line, bad.reason.split(";")[0]) for bad in reading.bad] == [
        (3, 'column at: "yesterday" is no time (ISO 8601, like 2025-03-31 14:05'),
        (4, "column id is empty: whose row is this?"),
        (5, 'column line: "7" is none of 1, 2, 3'),
        (6, "ticket T! and T become one name"),
        (7, '"??" holds no letter or digit that a name could be made of'),
    ]


def test_a_row_nobody_has_a_command_for_is_counted() -> None:
    text = SMALL.replace("otherwise: note", "otherwise: ignore")
    reading = reading_of("T | 2025-07-01 09:00 | opened", "T | 2025-07-01 09:10 | looked at", text=text)
    assert reading.silent == {"opened": 1, "looked at": 1}


def test_a_log_is_moved_by_its_wall_clock_over_its_own_clock_changes() -> None:
    lines = ("T | 2025-03-28 09:00 | work", "T | 2025-03-31 09:00 | done")
    (ticket,) = reading_of(*lines, years=28).tickets
    # Paris is an hour ahead on Friday, two on Monday; 2053 has the same weekdays, and changes on the same Sunday.
    assert ticket.opened_at == utc("2053-03-28T08:00")
    assert ticket.steps[-1].at == utc("2053-03-31T07:00")
    assert ticket.opened_at.weekday() == datetime(2025, 3, 28, tzinfo=UTC).weekday()


def test_the_shift_is_the_smallest_that_puts_the_start_into_the_future() -> None:
    assert shift_for(utc("2010-03-31T14:59"), utc("2026-11-22T00:00")) == 28
    assert shift_for(utc("1990-03-31T14:59"), utc("2026-11-22T00:00")) == 56
    assert shift_for(utc("2030-03-31T14:59"), utc("2026-11-22T00:00")) == 0


def test_times_in_another_form_are_read_as_the_mapping_says() -> None:
    text = SMALL.replace("  zone:", '  format: "%d.%m.%Y %H:%M"\n  zone:')
    assert reading_of("T | 01.07.2025 09:00 | work", text=text).tickets[0].opened_at == utc("2025-07-01T07:00")


def test_tickets_are_picked_first_or_evenly_in_the_order_of_their_opening() -> None:
    lines = [f"T{day} | 2025-07-0{day} 09:00 | work" for day in (9, 3, 1, 7, 5, 2)]

    def picked(count: int, *, spread: bool) -> list[str]:
        found = read(rows(*lines), mapping(), lambda day: terms("trackforce"), tickets=count, spread=spread)
        assert found.tickets_in_log == 6
        return [ticket.id for ticket in found.tickets]

    assert picked(3, spread=False) == ["T1", "T2", "T3"]
    assert picked(3, spread=True) == ["T1", "T3", "T7"]
    assert picked(0, spread=True) == ["T1", "T2", "T3", "T5", "T7", "T9"]


def test_the_sample_log_is_read_as_worked_out_by_hand() -> None:
    chosen = mapping_of("sample")
    log = read_log(SAMPLE, chosen.named)
    assert first_instant(log.rows, chosen) == utc("2025-03-04T06:48")
    reading = read(log.rows, chosen, lambda day: terms("trackforce", day.year))
    assert (reading.rows, len(reading.tickets)) == (246, 40)
    assert [bad.line for bad in reading.bad] == [61]
    # HD-039: opened 07:48, taken by bruno 09:34, solved the next day at 05:35, all in Paris, an hour ahead of UTC.
    first = reading.tickets[0]
    assert (first.id, first.opening.severity) == ("HD-039", "low")
    told = [(step.at, step.by.id, step.step.type) for step in first.steps[:3]]
    assert told == [
        (utc("2025-03-04T08:34"), "bruno", "acknowledge"),
        (utc("2025-03-04T08:34"), "bruno", "assign"),
        (utc("2025-03-05T04:35"), "bruno", "resolve"),
    ]


def test_a_log_may_be_gzipped_and_use_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b'id;what\nT1;"a; b"\nT2\n'))
    log = read_log(path, {"id", "what"})
    assert [(row.line, row.values) for row in log.rows] == [(2, {"id": "T1", "what": "a; b"})]
    assert [(bad.line, bad.reason) for bad in log.bad] == [(3, "1 values for 2 columns")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,at\n", "has no column what; its columns: id, at"),
        (b"\x1f\x8bnot gzip", "cannot be read"),
        (b"id,what\nT,\xff\n", "is not UTF-8"),
    ],
)
def test_a_log_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(LogError, match=said):
        read_log(path, {"id", "what"})


def test_a_log_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="No such file"):
        read_log(tmp_path / "none.csv", set())
