"""The picture of lateness: what is due against what is done, on an axis that spans what came late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from foresight.late_picture import late_svg
from foresight.late_sheet import MOST_ROWS, Late, late_sheet

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PERIOD = (NINE - timedelta(days=7), NINE + timedelta(days=1))


def late(minute: int, minutes: int | None, look: str = "late") -> Late:
    due = NINE + minute * MINUTE
    done = None if minutes is None else due + minutes * MINUTE
    return Late(due, done, f"due at minute {minute}", look)


def told(picture: str) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}title")]


def test_every_bar_says_what_it_is_and_a_missed_promise_has_a_mark() -> None:
    sheet = late_sheet([("Updates", 2, [late(0, 30), late(5, 25, "missed")])], [(NINE, NINE + 30 * MINUTE, "out")],
                       PERIOD, UTC)  # fmt: skip
    picture = late_svg(sheet, 'Late <& "late">')
    assert {"due at minute 0", "due at minute 5", "out", 'Late <& "late">'} <= set(told(picture))
    assert told(picture).count("due at minute 5") == 2


def test_the_axis_spans_what_came_late_and_not_the_whole_period() -> None:
    sheet = late_sheet([("Updates", 1, [late(0, 30)])], [], PERIOD, UTC)
    assert NINE - timedelta(hours=1) < sheet.since < NINE
    assert NINE + 30 * MINUTE < sheet.until < NINE + timedelta(hours=2)
    assert ">09:00</text>" in late_svg(sheet, "late")


def test_what_is_not_done_yet_goes_on_to_the_end_of_the_period() -> None:
    sheet = late_sheet([("Messages", 1, [late(0, None, "open")])], [], PERIOD, UTC)
    assert sheet.until >= PERIOD[1]


def test_bars_of_one_time_stand_below_each_other_and_share_lines_where_there_are_too_many() -> None:
    few = late_sheet([("Updates", 3, [late(0, 30), late(1, 30), late(40, 5)])], [], PERIOD, UTC)
    assert [line for line, _ in few.lanes[0].rows] == [0, 1, 0]
    many = late_sheet([("Updates", 500, [late(0, 30)] * 100)], [], PERIOD, UTC).lanes[0]
    assert many.lines == MOST_ROWS
    assert {[line for line, _ in many.rows].count(line) for line in range(MOST_ROWS)} == {100 // MOST_ROWS}
    assert "500, 100 shown" in late_svg(late_sheet([("Updates", 500, [late(0, 30)] * 100)], [], PERIOD, UTC), "late")


def test_nothing_late_is_said_in_words() -> None:
    assert "Nothing was late." in late_svg(late_sheet([("Updates", 0, [])], [], PERIOD, UTC), "late")
