"""From a file to a ticket's terms: holidays, shifted years, size, the same every time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import compile_terms, feasts, parse, revision
from domain.terms import Terms
from tests.agreements.samples import SMALL, changed, local, terms_of

NAMES = ["onelife", "olcare", "proconcept", "trackforce"]

FRANCE_2026 = {"01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "11-11", "12-25"}
"""On weekdays; 15 August and 1 November fall on a weekend."""
BERN_2026 = {"01-01", "01-02", "04-03", "04-06", "05-14", "05-25", "12-25"}
"""On weekdays; 1 August and 26 December are Saturdays."""


@pytest.mark.parametrize(
    ("name", "calendar", "days"), [("trackforce", "office", FRANCE_2026), ("proconcept", "office", BERN_2026)]
)
def test_public_holidays_of_a_known_year_are_the_closed_dates(name: str, calendar: str, days: set[str]) -> None:
    closed = terms_of(name, date(2026, 6, 1)).calendars[calendar].closed
    assert {f"{day:%m-%d}" for day in closed if day.year == 2026} == days


def test_holidays_reach_from_the_year_before_the_opening_to_five_years_after() -> None:
    closed = terms_of("trackforce", date(2026, 6, 1)).calendars["office"].closed
    assert {day.year for day in closed} == {*range(2025, 2032)}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_and_day_give_the_same_terms(name: str) -> None:
    assert terms_of(name).model_dump_json() == terms_of(name).model_dump_json()


@pytest.mark.parametrize("name", NAMES)
def test_terms_survive_json(name: str) -> None:
    terms = terms_of(name)
    assert Terms.model_validate_json(terms.model_dump_json()) == terms


@pytest.mark.parametrize("name", NAMES)
def test_terms_are_small_enough_to_travel_with_a_ticket(name: str) -> None:
    assert len(terms_of(name).model_dump_json().encode()) < 10_000


def test_a_log_moved_by_28_years_keeps_the_holidays_of_the_years_it_was_recorded_in() -> None:
    recorded = terms_of("trackforce", date(2010, 6, 1)).calendars["office"].closed
    moved = terms_of("trackforce", date(2038, 6, 1), shift_years=28).calendars["office"].closed
    assert date(2010, 7, 14) in recorded
    assert date(2038, 7, 14) in moved
    assert date(2038, 4, 5) in moved, "Easter Monday of 2010, not that of 2038"
    assert [(day.month, day.day, day.weekday()) for day in moved] == [
        (day.month, day.day, day.weekday()) for day in recorded
    ]


@given(st.dates(date(1901, 1, 1), date(2015, 12, 31)), st.integers(1, 3))
def test_a_moved_day_keeps_its_weekday(day: date, times: int) -> None:
    assert feasts.moved(day, 28 * times).weekday() == day.weekday()


@pytest.mark.parametrize("years", [1, 27, -5])
def test_a_move_that_would_change_weekdays_is_refused(years: int) -> None:
    with pytest.raises(ValueError, match="multiples of 28"):
        terms_of("trackforce", date(2026, 1, 1), shift_years=years)


def test_own_closed_dates_and_dates_with_hours_of_their_own_win_over_holidays() -> None:
    text = changed(
        "    holidays: FR\n",
        "    holidays: FR\n    closed: [2026-12-31]\n"
        '    dates: {2026-07-14: "10:00-12:00", 2026-11-21: "09:00-11:00"}\n',
    )
    office = compile_terms(parse(text), opened=date(2026, 6, 1)).calendars["office"]
    assert not office.is_open(local("2026-12-31 10:00"))
    assert office.is_open(local("2026-07-14 11:00"))
    assert not office.is_open(local("2026-07-14 15:00"))
    assert office.is_open(local("2026-11-21 10:00")), "a Saturday on which somebody works"


def test_only_calendars_that_a_promise_counts_on_travel_with_the_ticket() -> None:
    text = changed("severities:\n", '  spare: {hours: {sat: "09:00-12:00"}, assumed: true}\nseverities:\n')
    assert [*compile_terms(parse(text), opened=date(2026, 1, 1)).calendars] == ["office", "always"]


def test_the_calendar_that_is_always_open_keeps_the_agreements_zone() -> None:
    assert terms_of("proconcept").calendars["always"].zone == "Europe/Zurich"


def test_an_update_warning_counts_in_the_hours_in_which_the_update_is_sent() -> None:
    terms = terms_of("trackforce")
    warning = terms.severities["low"].update_warning
    assert warning is not None
    assert warning.amount is not None
    due = local("2026-11-23 09:00")
    before = terms.calendars[warning.runs_on].sub(due, timedelta(seconds=warning.amount))
    assert before == local("2026-11-20 16:00"), "two hours before closing on Friday, not at 07:00 on Monday"


def test_a_revision_is_the_same_whatever_the_order_of_keys() -> None:
    other = changed("{within: 4 h, on: office, clause: A-2}", "{clause: A-2, on: office, within: 4 h}")
    assert revision(parse(other)) == revision(parse(SMALL))


def test_a_revision_changes_with_a_value_and_with_the_order_of_severities() -> None:
    start, end = SMALL.index("  high:"), SMALL.index("  low:")
    after = SMALL.index("default_severity")
    turned = SMALL[:start] + SMALL[end:after] + SMALL[start:end] + SMALL[after:]
    other = changed("within: 4 h", "within: 5 h")
    assert len({revision(parse(text)) for text in (SMALL, turned, other)}) == 3
