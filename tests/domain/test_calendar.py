"""Opening time computed by hand."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import WEEK, Calendar, NeverCloses, NeverOpen, always

PARIS = ZoneInfo("Europe/Paris")
SPLIT = (("09:00", "12:30"), ("13:30", "17:00"))
HOUR = timedelta(hours=1)

OFFICE = Calendar(
    name="office",
    zone="Europe/Paris",
    hours=dict.fromkeys(WEEK[:4], SPLIT) | {"fri": (("09:00", "16:00"),)},
    closed=(date(2026, 5, 1), date(2026, 12, 25)),  # two Fridays
    dates={date(2026, 12, 24): (("09:00", "11:00"),)},
)
NIGHT = Calendar(name="night", zone="Europe/Paris", hours=dict.fromkeys(WEEK, (("00:00", "06:00"),)))


def paris(text: str, fold: int = 0) -> datetime:
    # In UTC: Python holds two zones' datetimes for unequal wherever a wall time is shown twice.
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


def test_a_lunch_break_does_not_count() -> None:
    # Monday 12:00: half an hour before lunch, the rest from 13:30
    assert OFFICE.add(paris("2026-11-23T12:00"), HOUR) == paris("2026-11-23T14:00")
    assert OFFICE.between(paris("2026-11-23T12:00"), paris("2026-11-23T14:00")) == HOUR


def test_a_budget_used_up_exactly_at_closing_is_due_at_closing() -> None:
    assert OFFICE.add(paris("2026-11-23T16:00"), HOUR) == paris("2026-11-23T17:00")
    assert OFFICE.add(paris("2026-11-23T12:00"), HOUR / 2) == paris("2026-11-23T12:30")


def test_one_microsecond_more_is_due_after_the_night() -> None:
    due = OFFICE.add(paris("2026-11-23T16:00"), HOUR + timedelta(microseconds=1))
    assert due == paris("2026-11-24T09:00") + timedelta(microseconds=1)


def test_nothing_to_wait_for_is_due_at_the_next_open_instant() -> None:
    assert OFFICE.add(paris("2026-11-23T10:00"), timedelta()) == paris("2026-11-23T10:00")
    assert OFFICE.add(paris("2026-11-23T17:00"), timedelta()) == paris("2026-11-24T09:00")
    assert OFFICE.next_open(paris("2026-11-27T16:00")) == paris("2026-11-30T09:00")


def test_a_closing_instant_is_closed_and_an_opening_instant_open() -> None:
    assert OFFICE.is_open(paris("2026-11-23T09:00"))
    assert not OFFICE.is_open(paris("2026-11-23T12:30"))
    assert not OFFICE.is_open(paris("2026-05-01T10:00"))


def test_going_back_is_the_mirror() -> None:
    assert OFFICE.sub(paris("2026-11-23T14:00"), HOUR) == paris("2026-11-23T12:00")
    # used up exactly at an opening: that opening, not the closing before it
    assert OFFICE.sub(paris("2026-11-23T10:00"), HOUR) == paris("2026-11-23T09:00")
    assert OFFICE.sub(paris("2026-11-23T09:00"), timedelta()) == paris("2026-11-20T16:00")


def test_a_date_with_hours_of_its_own_and_a_holiday_are_kept() -> None:
    # Thursday the 24th until 11:00, Friday the 25th closed, Monday the 28th from 9:00
    assert OFFICE.add(paris("2026-12-24T10:00"), 2 * HOUR) == paris("2026-12-28T10:00")


def test_hours_of_its_own_win_over_a_public_holiday() -> None:
    worked = OFFICE.model_copy(update={"dates": {date(2026, 5, 1): (("10:00", "11:00"),)}})
    assert worked.next_open(paris("2026-04-30T18:00")) == paris("2026-05-01T10:00")


def test_a_night_loses_the_hour_that_spring_skips_and_has_the_autumn_hour_twice() -> None:
    assert NIGHT.between(paris("2026-03-29T00:00"), paris("2026-03-30T00:00")) == 5 * HOUR
    assert NIGHT.between(paris("2026-10-25T00:00"), paris("2026-10-26T00:00")) == 7 * HOUR
    assert NIGHT.add(paris("2026-03-29T01:00"), 2 * HOUR) == paris("2026-03-29T04:00")
    assert NIGHT.add(paris("2026-10-25T01:00"), 2 * HOUR) == paris("2026-10-25T02:00", fold=1)


def test_hours_inside_a_clock_change_map_to_real_instants() -> None:
    early = Calendar(name="early", zone="Europe/Paris", hours=dict.fromkeys(WEEK, (("02:30", "04:00"),)))
    # spring: 2:30 does not exist, the doors open at the change; autumn: 2:30 to 3:00 comes, goes, comes again
    assert early.next_open(paris("2026-03-29T00:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert early.between(paris("2026-03-29T00:00"), paris("2026-03-29T12:00")) == HOUR
    assert list(early.openings(paris("2026-10-25T00:00"), paris("2026-10-25T12:00"))) == [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, 0, tzinfo=UTC)),
    ]


def test_closing_is_found_across_midnight_and_new_year() -> None:
    weekend = Calendar(name="weekend", zone="Europe/Paris", hours=dict.fromkeys(WEEK[4:], (("00:00", "24:00"),)))
    assert weekend.next_close(paris("2026-11-27T15:00")) == paris("2026-11-30T00:00")
    assert weekend.next_close(paris("2026-11-24T15:00")) == paris("2026-11-30T00:00")
    # 1 January 2028 is a Saturday
    assert weekend.next_close(paris("2027-12-31T12:00")) == paris("2028-01-03T00:00")


def test_a_calendar_that_is_never_closed_has_no_closing_but_one_closed_date_is_one() -> None:
    with pytest.raises(NeverCloses, match='"always" stays open for ever'):
        always().next_close(paris("2026-11-23T10:00"))
    but_one = always("Europe/Paris").model_copy(update={"closed": (date(2031, 5, 1),)})
    assert but_one.next_close(paris("2026-11-23T10:00")) == paris("2031-05-01T00:00")
    with pytest.raises(NeverCloses):
        but_one.next_close(paris("2031-05-02T10:00"))


def test_openings_are_cut_at_the_bounds() -> None:
    assert list(OFFICE.openings(paris("2026-11-23T12:00"), paris("2026-11-24T09:30"))) == [
        (paris("2026-11-23T12:00"), paris("2026-11-23T12:30")),
        (paris("2026-11-23T13:30"), paris("2026-11-23T17:00")),
        (paris("2026-11-24T09:00"), paris("2026-11-24T09:30")),
    ]
    assert list(OFFICE.openings(paris("2026-11-24T12:00"), paris("2026-11-23T12:00"))) == []


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23T10:15", 2, "2026-11-25T10:15"),  # Monday, Wednesday
        ("2026-11-26T10:15", 2, "2026-11-30T10:15"),  # Thursday, over the weekend to Monday
        ("2026-11-23T13:00", 1, "2026-11-24T13:30"),  # in the lunch break: from 13:30 on
        ("2026-11-23T17:00", 1, "2026-11-25T09:00"),  # at closing: from Tuesday 9:00 on
        ("2026-11-28T12:00", 2, "2026-12-02T09:00"),  # on Saturday: from Monday 9:00 on
        ("2026-11-26T16:45", 1, "2026-11-27T16:00"),  # Friday closes at 16:00
        ("2026-11-27T12:45", 1, "2026-11-30T13:30"),  # open on Friday, Monday's lunch break
        ("2026-12-23T10:15", 1, "2026-12-24T10:15"),  # the 24th is open until 11:00
        ("2026-12-23T14:00", 1, "2026-12-24T11:00"),
        ("2026-12-23T14:00", 2, "2026-12-28T14:00"),  # the 25th is closed
        ("2026-04-30T10:00", 1, "2026-05-04T10:00"),  # the 1st of May is a Friday
        ("2026-03-27T10:00", 1, "2026-03-30T10:00"),  # 71 hours: the clocks go forward in between
        ("2026-10-23T10:00", 1, "2026-10-26T10:00"),  # 73 hours
        ("2026-11-23T17:30", 0, "2026-11-24T09:00"),
    ],
)
def test_business_days_keep_the_local_time_inside_the_hours(start: str, days: int, due: str) -> None:
    assert OFFICE.business_days(paris(start), days) == paris(due)


def test_a_business_day_whose_time_is_skipped_or_shown_twice() -> None:
    assert NIGHT.business_days(paris("2026-03-28T02:30"), 1) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert NIGHT.business_days(paris("2026-10-24T02:30"), 1) == paris("2026-10-25T02:30", fold=0)
    # the second 2:30 counts from its wall time
    assert NIGHT.business_days(paris("2026-10-25T02:30", fold=1), 1) == paris("2026-10-26T02:30")


def test_a_date_whose_only_hours_a_clock_change_skips_is_no_business_day() -> None:
    early = Calendar(name="early", zone="Europe/Paris", hours=dict.fromkeys(WEEK, (("02:00", "03:00"),)))
    assert early.business_days(paris("2026-03-28T02:30"), 1) == paris("2026-03-30T02:30")


def test_250_business_days_are_counted_over_new_year() -> None:
    # 250 of Monday to Friday are 50 weeks; the three closed weekdays in between (1 May, 24 and 25 December)
    fair = OFFICE.model_copy(update={"dates": {date(2026, 12, 24): ()}})
    assert fair.business_days(paris("2026-04-13T10:00"), 250) == paris("2027-04-01T10:00")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-21T10:15", 15, "2026-04-05T10:15"),  # 359 hours
        ("2026-10-20T10:15", 15, "2026-11-04T10:15"),  # 361 hours
        ("2026-03-28T02:30", 1, "2026-03-29T03:00"),  # skipped: the instant of the change
        ("2026-10-24T02:30", 1, "2026-10-25T02:30"),  # shown twice: the first
    ],
)
def test_local_days_keep_the_wall_clock_time(start: str, days: int, due: str) -> None:
    assert OFFICE.local_days(paris(start), days) == paris(due)


def test_fifteen_local_days_over_a_clock_change_are_not_360_hours() -> None:
    start = paris("2026-03-21T10:15")
    assert OFFICE.local_days(start, 15) - start == 359 * HOUR
    assert OFFICE.local_days(start, 0) == start


def test_a_local_day_that_never_was_is_the_instant_of_the_change() -> None:
    apia = always("Pacific/Apia")  # went from the 29th of December 2011 to the 31st
    start = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    assert apia.local_days(start, 1) == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert apia.business_days(start, 1) == datetime(2011, 12, 31, 12, tzinfo=ZoneInfo("Pacific/Apia"))


@pytest.mark.parametrize("zone", [PARIS, UTC, timezone(timedelta(hours=1)), ZoneInfo("Pacific/Chatham")], ids=str)
def test_what_comes_out_is_in_utc_with_its_microseconds_wherever_it_came_from(zone: tzinfo) -> None:
    start = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC).astimezone(zone)
    assert OFFICE.add(start, HOUR) == paris("2026-11-23T11:00:00.123456")
    assert OFFICE.is_open(start)
    assert OFFICE.between(start, start + HOUR) == HOUR
    for found in (
        OFFICE.add(start, HOUR),
        OFFICE.sub(start, HOUR / 2),
        OFFICE.next_open(start),
        OFFICE.business_days(start, 3),
        OFFICE.local_days(start, 3),
    ):
        assert found.tzinfo is UTC
        assert found.microsecond == 123456


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001
    aware = naive.replace(tzinfo=UTC)
    for ask in (
        lambda: OFFICE.add(naive, HOUR),
        lambda: OFFICE.sub(naive, HOUR),
        lambda: OFFICE.between(naive, aware),
        lambda: OFFICE.between(aware, naive),
        lambda: OFFICE.is_open(naive),
        lambda: OFFICE.next_open(naive),
        lambda: OFFICE.next_close(naive),
        lambda: OFFICE.business_days(naive, 1),
        lambda: OFFICE.local_days(naive, 1),
        lambda: list(OFFICE.openings(naive, aware)),
    ):
        with pytest.raises(ValueError, match="has no time zone; give an aware datetime"):
            ask()


def test_going_the_wrong_way_is_refused() -> None:
    start = paris("2026-11-23T10:00")
    with pytest.raises(ValueError, match=r"cannot be negative .* use sub\(\)"):
        OFFICE.add(start, -HOUR)
    with pytest.raises(ValueError, match=r"cannot be negative .* use add\(\)"):
        OFFICE.sub(start, -HOUR)
    with pytest.raises(ValueError, match="business days cannot be negative"):
        OFFICE.business_days(start, -1)
    with pytest.raises(ValueError, match="local days cannot be negative"):
        OFFICE.local_days(start, -1)


def test_a_search_that_can_find_nothing_ends_and_says_so() -> None:
    fair = Calendar(name="fair", zone="Europe/Paris", hours={}, dates={date(2026, 3, 1): (("10:00", "12:00"),)})
    start = paris("2026-02-01T10:00")
    assert fair.add(start, 2 * HOUR) == paris("2026-03-01T12:00")
    with pytest.raises(NeverOpen, match='calendar "fair" has no 3:00:00 within'):
        fair.add(start, 3 * HOUR)
    with pytest.raises(NeverOpen, match="has no 2 business days within"):
        fair.business_days(start, 2)
    with pytest.raises(NeverOpen):
        fair.sub(start, HOUR)
    with pytest.raises(NeverOpen):
        fair.next_close(paris("2030-01-01T10:00"))
    assert fair.between(start, paris("2036-03-01T12:00")) == 2 * HOUR
    for endless in (timedelta(days=100_000), timedelta.max):
        with pytest.raises(NeverOpen):
            OFFICE.add(start, endless)
        with pytest.raises(NeverOpen):
            OFFICE.sub(start, endless)
        with pytest.raises(NeverOpen):
            always().add(start, endless)


def test_an_instant_outside_the_years_that_can_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="years 2 to 9998"):
        OFFICE.next_open(datetime.max.replace(tzinfo=UTC))
    with pytest.raises(ValueError, match="years 2 to 9998"):
        OFFICE.is_open(datetime.min.replace(tzinfo=UTC))


def test_an_opening_at_the_very_minute_to_which_clocks_never_came_is_the_second_one() -> None:
    """St. John's, 7 November 2010: at one minute past midnight clocks went back to 23:01 of the day before."""
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "sat"), (("00:00", "24:00"),))
    calendar = Calendar(name="odd", zone="America/St_Johns", hours={**days, "sun": (("00:01", "01:00"),)})
    thursday_midnight = datetime(2010, 11, 4, 2, 30, tzinfo=UTC)
    # Two business days later is Sunday (Friday is closed); its opening, 00:01, is 3:31 UTC: at 2:31 it was 23:01 again.
    assert calendar.business_days(thursday_midnight, 2) == datetime(2010, 11, 7, 3, 31, tzinfo=UTC)
