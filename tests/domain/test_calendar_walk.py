"""Calendars against a walk over every UTC minute, across both clock changes of ten zones."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WEEK, Calendar, NeverOpen
from domain.opening import index_of

MINUTE = timedelta(minutes=1)
SPAN = 6 * 1440  # minutes walked: three days on each side of a change

# Zone, and a UTC instant near each of two changes.
CHANGES = [
    ("Europe/Paris", "2026-03-29T01", "2026-10-25T01"),
    ("America/New_York", "2026-03-08T07", "2026-11-01T06"),
    ("Australia/Lord_Howe", "2026-04-04T15", "2026-10-03T15"),  # by half an hour
    ("America/Sao_Paulo", "2018-02-18T02", "2018-11-04T03"),  # at midnight
    ("Asia/Kolkata", "2026-01-01T00", "1945-10-14T18"),  # an ordinary New Year; the last change
    ("Pacific/Apia", "2011-12-30T10", "2012-03-31T14"),  # a date that never was
    ("Asia/Tehran", "2022-03-21T20", "2022-09-21T19"),  # at midnight, the last ones
    ("Africa/Cairo", "2026-04-23T22", "2026-10-29T21"),  # at midnight
    ("America/St_Johns", "2011-03-13T03", "2010-11-07T02"),  # one minute after midnight
    ("Pacific/Chatham", "2026-04-04T14", "2026-09-26T14"),  # at 2:45
]
CASES = [(zone, datetime.fromisoformat(at + ":00+00:00")) for zone, *both in CHANGES for at in both]


@lru_cache
def walls(zone: str, near: datetime) -> list[tuple[date, int]]:
    """Local date and minute of the day of each UTC minute walked."""
    tz, first = ZoneInfo(zone), near - SPAN // 2 * MINUTE
    local = [(first + i * MINUTE).astimezone(tz) for i in range(SPAN)]
    return [(wall.date(), wall.hour * 60 + wall.minute) for wall in local]


def clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


# Boundaries crowd where clocks change; whole days and split days come often.
TIMES = st.one_of(st.sampled_from([0, 1, 60, 90, 120, 150, 165, 180, 225, 1380, 1439, 1440]), st.integers(0, 1440))
DAYS = st.one_of(
    st.just(((0, 1440),)),
    st.lists(TIMES, max_size=6, unique=True).map(
        lambda times: tuple(zip(sorted(times)[::2], sorted(times)[1::2], strict=False))
    ),
)
Spans = tuple[tuple[int, int], ...]


def hours(spans: Spans) -> tuple[tuple[str, str], ...]:
    return tuple((clock_time(start), clock_time(end)) for start, end in spans)


def minutes_of(spans: Spans) -> bytearray:
    """1 for each open minute of a day."""
    minutes = bytearray(1440)
    for start, end in spans:
        minutes[start:end] = b"\1" * (end - start)
    return minutes


@st.composite
def calendars(draw: st.DrawFn, zone: str, near: datetime) -> tuple[Calendar, bytes]:
    """A calendar, and whether each minute walked is open."""
    week = draw(st.lists(DAYS, min_size=7, max_size=7).filter(any))
    dates = sorted({day for day, _ in walls(zone, near)})
    closed = draw(st.sets(st.sampled_from(dates), max_size=2))
    own = draw(st.dictionaries(st.sampled_from(dates), DAYS, max_size=2))
    spans = {day: own.get(day, () if day in closed else week[day.weekday()]) for day in dates}
    minutes = {day: minutes_of(spans[day]) for day in dates}
    calendar = Calendar(
        name="drawn",
        zone=zone,
        hours=dict(zip(WEEK, map(hours, week), strict=True)),
        closed=tuple(closed),
        dates={day: hours(spans) for day, spans in own.items()},
    )
    return calendar, bytes(minutes[day][minute] for day, minute in walls(zone, near))


@pytest.mark.parametrize(("zone", "near"), CASES, ids=[f"{zone}-{at:%Y-%m}" for zone, at in CASES])
def test_each_operation_agrees_with_a_walk_over_every_minute(zone: str, near: datetime) -> None:
    first = near - SPAN // 2 * MINUTE

    @settings(max_examples=20, deadline=None, database=None)
    @given(calendars(zone, near), st.integers(0, SPAN - 1), st.integers(0, SPAN))
    def agrees(drawn: tuple[Calendar, bytes], at: int, other: int) -> None:
        calendar, is_open = drawn
        start, end = first + at * MINUTE, first + other * MINUTE
        assert calendar.is_open(start) is bool(is_open[at])
        assert calendar.between(start, end) == sum(is_open[at:other]) * MINUTE
        ahead = [i for i in range(at, SPAN) if is_open[i]]
        behind = [i for i in range(at) if is_open[i]]
        if ahead:
            assert calendar.next_open(start) == first + ahead[0] * MINUTE
            budget = other % len(ahead) + 1
            assert calendar.add(start, budget * MINUTE) == first + (ahead[budget - 1] + 1) * MINUTE
            shut = next((i for i in range(ahead[0], SPAN) if not is_open[i]), None)
            assert shut is None or calendar.next_close(start) == first + shut * MINUTE
        if behind:
            budget = other % len(behind) + 1
            assert calendar.sub(start, budget * MINUTE) == first + behind[-budget] * MINUTE
            assert calendar.sub(start, timedelta()) == first + (behind[-1] + 1) * MINUTE
        pieces = list(calendar.openings(first, first + SPAN * MINUTE))
        assert sum((b - a for a, b in pieces), timedelta()) == sum(is_open) * MINUTE
        assert all(a < b for a, b in pieces)
        assert all(left[1] < right[0] for left, right in pairwise(pieces))

    agrees()


@pytest.mark.parametrize(("zone", "near"), CASES, ids=[f"{zone}-{at:%Y-%m}" for zone, at in CASES])
def test_business_days_land_on_the_nth_open_date_inside_its_hours(zone: str, near: datetime) -> None:
    first = near - SPAN // 2 * MINUTE

    @settings(max_examples=20, deadline=None, database=None)
    @given(calendars(zone, near), st.integers(0, SPAN - 1), st.integers(1, 4))
    def lands(drawn: tuple[Calendar, bytes], at: int, days: int) -> None:
        calendar, is_open = drawn
        local = walls(zone, near)
        base = next((i for i in range(at, SPAN) if is_open[i]), None)
        if base is None:
            return
        open_dates = sorted({local[i][0] for i in range(SPAN) if is_open[i] and local[i][0] > local[base][0]})
        if len(open_dates) <= days:  # the last date walked may be cut
            return
        target = open_dates[days - 1]
        of_target = [i for i in range(SPAN) if is_open[i] and local[i][0] == target]
        if [local[i][1] for i in of_target] != sorted({local[i][1] for i in of_target}):
            return  # a date on which wall times come twice: proven by hand elsewhere
        later = [i for i in of_target if local[i][1] >= local[base][1]]
        # The first open minute of the date from that wall time on, otherwise the date's last closing.
        landing = later[0] if later else of_target[-1] + 1
        assert calendar.business_days(first + at * MINUTE, days) == first + landing * MINUTE

    lands()


# hypothesis wants its bounds naive and puts the zone on itself
INSTANTS = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
BUDGETS = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=300))
ANY = st.sampled_from(CASES).flatmap(lambda case: calendars(*case)).map(lambda drawn: drawn[0])


@settings(max_examples=100, deadline=None, database=None)
@given(ANY, INSTANTS, BUDGETS, BUDGETS)
def test_adding_and_measuring_undo_each_other_to_the_microsecond(
    calendar: Calendar, start: datetime, budget: timedelta, more: timedelta
) -> None:
    due = calendar.add(start, budget)
    assert calendar.between(start, due) == budget
    assert calendar.between(calendar.sub(start, budget), start) == budget
    if more:
        assert calendar.add(due, more) == calendar.add(start, budget + more)
    later = start + more
    measured = calendar.between(start, later)
    assert calendar.next_open(calendar.add(start, measured)) == calendar.next_open(later)
    assert measured <= more
    assert calendar.between(later, start) == timedelta()


@settings(max_examples=40, deadline=None, database=None)
@given(ANY, st.lists(INSTANTS, min_size=2, max_size=6), BUDGETS)
def test_an_answer_does_not_depend_on_what_was_asked_before(
    calendar: Calendar, asked: list[datetime], budget: timedelta
) -> None:
    warm = [calendar.add(at, budget) for at in asked]
    for at, known in zip(reversed(asked), reversed(warm), strict=True):
        index_of.cache_clear()
        assert calendar.model_copy().add(at, budget) == known


def test_a_century_without_an_opening_is_given_up() -> None:
    once = Calendar(name="fair", zone="Asia/Tehran", hours={}, dates={date(2026, 3, 1): (("10:00", "12:00"),)})
    with pytest.raises(NeverOpen, match='"fair" has no opening'):
        once.next_open(datetime(2026, 3, 2, tzinfo=UTC))
