"""A calendar: when an organisation is open, and arithmetic in its opening time (design decisions 4 and 5).

Real elapsed time inside local opening hours: a day of 23 hours has 23. A budget exhausted exactly at closing
is due at closing; a zero budget rolls to the next open instant; a reversed interval is zero.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator, model_validator

from domain.local_day import day_of
from domain.opening import SEARCH_YEARS, Index, Plan, Spans, index_of, instant

T = TypeVar("T")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = tuple[tuple[str, str], ...]

ZERO = timedelta()
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


class NeverOpen(ValueError):
    """No opening is left: the calendar does not hold that much time within the years that are searched."""


class NeverCloses(ValueError):
    """Asked for the closing of a calendar that stays open for ever."""


@lru_cache(maxsize=1024)
def _seconds(words: str) -> int:
    if not _TIME.fullmatch(words):
        raise ValueError(f'"{words}" is no time of day: write "HH:MM" from "00:00" to "24:00"')
    return int(words[:2]) * 3600 + int(words[3:]) * 60


@lru_cache(maxsize=1024)
def _spans(hours: Hours) -> Spans:
    """The `hours` of one day in seconds. ValueError that names the span and what is allowed."""
    spans: list[tuple[int, int]] = []
    for opens, closes in sorted(hours, key=lambda span: _seconds(span[0])):
        start, end = _seconds(opens), _seconds(closes)
        if end <= start:
            raise ValueError(
                f'"{opens}-{closes}" must end after it starts; a night is two spans: '
                f'"{opens}-24:00", and "00:00-{closes}" on the next day'
            )
        if spans and start < spans[-1][1]:
            raise ValueError(f'"{opens}-{closes}" overlaps the span before it; spans of a day must not')
        if spans and start == spans[-1][1]:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return tuple(spans)


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of the database
        raise ValueError(f'"{zone}" is no known time zone; an IANA name such as "Europe/Paris" is') from None
    return zone


class Calendar(BaseModel):
    """A dated snapshot of opening hours, carried by a ticket; an edited agreement does not touch it.

    Half-open spans of local wall time, "HH:MM", "24:00" being the next midnight. A weekday that is missing is
    closed. `closed` holds public holidays, already expanded, and own closed dates; `dates` holds dates with
    hours of their own, and wins over both.

    Every instant that goes in must be aware (ValueError otherwise); every instant that comes out is in
    `datetime.UTC`, microseconds kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    # A slot, not a field or a private attribute: a copy with other hours starts without it.
    __slots__ = ("_found",)
    if TYPE_CHECKING:
        _found: Index

    name: str
    zone: Annotated[str, AfterValidator(_known_zone)]
    hours: dict[Weekday, Hours]
    closed: tuple[date, ...] = ()
    dates: dict[date, Hours] = {}

    @field_validator("closed")
    @classmethod
    def _sorted(cls, closed: tuple[date, ...]) -> tuple[date, ...]:
        return tuple(sorted(set(closed)))

    @model_validator(mode="after")
    def _opens(self) -> Self:
        index = self._index
        if not any(index.plan.week):
            # Not enough that a date has hours: a clock change can skip all of them.
            own = [datetime.fromordinal(day) for day, spans in index.plan.dates if spans]
            if not own or index.later(min(own).replace(tzinfo=UTC) - timedelta(days=2), ZERO) is None:
                raise ValueError(f'calendar "{self.name}" is never open: give some weekday or date its hours')
        return self

    @property
    def _plan(self) -> Plan:
        """The content as integers. ValueError that names the day and what is allowed."""
        return Plan(
            zone=self.zone,
            week=tuple(self._day(day, self.hours.get(day, ())) for day in WEEK),
            closed=frozenset(day.toordinal() for day in self.closed),
            dates=tuple((day.toordinal(), self._day(day, self.dates[day])) for day in sorted(self.dates)),
        )

    def _day(self, day: Weekday | date, hours: Hours) -> Spans:
        try:
            return _spans(hours)
        except ValueError as error:
            raise ValueError(f'calendar "{self.name}", {day}: {error}') from None

    @property
    def _index(self) -> Index:
        try:
            return self._found
        except AttributeError:
            object.__setattr__(self, "_found", index_of(self._plan))
            return self._found

    def add(self, start: datetime, budget: timedelta) -> datetime:
        """The instant at which `budget` of opening time has passed since `start`.

        NeverOpen if the calendar does not hold it; ValueError if the budget is negative.
        """
        if start.tzinfo is not UTC:
            start = _utc(start)
        if budget.days < 0:
            raise ValueError(f"a budget cannot be negative ({budget}); use sub() to go back")
        try:
            # `Window.later` written out: each clock of each ticket is measured here.
            window = self._found.window
            day, ends, shift = start.toordinal() - window.first_day, window.ends, window.shift
            if day >= 0:  # else before the window
                i = window.by_day[day]
                while ends[i] <= start:
                    i += 1
                begin = window.starts[i]
                point = (start if start > begin else begin) - shift[i] + budget
                return point + shift[bisect_left(window.closes, point, i)]
        except (AttributeError, IndexError, OverflowError):  # a fresh copy, or after the window
            pass
        return self._must(self._index.later(start, _bounded(budget)), start, budget)

    def sub(self, end: datetime, budget: timedelta) -> datetime:
        """The instant from which `budget` of opening time passes until `end`: the mirror of `add`.

        Exhausted exactly at an opening it is that opening; a zero budget rolls back to the last open moment.
        """
        if budget.days < 0:
            raise ValueError(f"a budget cannot be negative ({budget}); use add() to go forward")
        at = _utc(end)
        return self._must(self._index.earlier(at, _bounded(budget)), at, budget)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Opening time in [start, end); zero if `end` is not after `start`."""
        begin = start if start.tzinfo is UTC else _utc(start)
        until = end if end.tzinfo is UTC else _utc(end)
        if until <= begin:
            return ZERO
        window = self._index.reach(begin.year, until.year)
        return window.point(until) - window.point(begin)

    def next_open(self, at: datetime) -> datetime:
        """The first open instant at or after `at`. NeverOpen if there is none."""
        return self.add(at, ZERO)

    def next_close(self, at: datetime) -> datetime:
        """The end of the opening that holds `at`, or of the next one. NeverOpen, NeverCloses."""
        opening = self.next_open(at)
        found = self._index.close(opening)
        if found is None:
            raise NeverCloses(f'calendar "{self.name}" stays open for ever after {opening:%Y-%m-%d}')
        return found

    def is_open(self, at: datetime) -> bool:
        """Whether the local wall time of `at` is inside a span. A closing instant is closed."""
        moment = _utc(at)
        window = self._index.reach(moment.year, moment.year)
        i = bisect_right(window.ends, moment)
        return i < len(window.ends) and window.starts[i] <= moment

    def openings(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The openings in [start, end), cut at its bounds, in order; touching ones are one."""
        begin, until = _utc(start), _utc(end)
        if until <= begin:
            return
        yield from self._index.reach(begin.year, until.year).openings(begin, until)

    def business_days(self, start: datetime, days: int) -> datetime:
        """The same local time on the `days`-th date with opening time after that of `start`.

        A `start` outside hours counts from the next opening. On the target date the time moves inside the
        hours: to the next opening of that date, or to its last closing. Zero days is the next open instant.
        """
        if days < 0:
            raise ValueError(f"business days cannot be negative ({days})")
        at = self.next_open(start)
        if days == 0:
            return at
        index, wall = self._index, self._wall(at)
        found = self._must(index.nth_day(at, wall.toordinal(), days), at, f"{days} business days")
        day = day_of(index, found)
        if day.steady:
            target = day.begins + (wall - datetime.fromordinal(wall.toordinal()))
        else:
            target = max(day.begins, instant(self.zone, datetime.combine(datetime.fromordinal(found), wall.time())))
        moved = at
        for opens, closes in day.openings:
            if target < closes:
                return max(target, opens)
            moved = closes
        return moved

    def local_days(self, start: datetime, days: int) -> datetime:
        """The same wall-clock time `days` local dates later, whatever the clock change; hours play no part.

        A time that a clock change skips is the instant of the change, one shown twice the first of the two.
        """
        if days < 0:
            raise ValueError(f"local days cannot be negative ({days})")
        at = _utc(start)
        return instant(self.zone, self._wall(at) + timedelta(days=days)) if days else at

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, fold=0)

    def _must(self, found: T | None, at: datetime, what: timedelta | str) -> T:
        if found is None:
            raise NeverOpen(
                f'calendar "{self.name}" has no {what or "opening"} within {SEARCH_YEARS} years of '
                f"{at:%Y-%m-%d}; give it hours or dates there, or a smaller budget"
            )
        return found


def _bounded(budget: timedelta) -> timedelta:
    """A longer one is not found either, and would leave the range of datetime on the open axis."""
    return min(budget, timedelta(days=366 * (SEARCH_YEARS + 1)))


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} has no time zone; give an aware datetime, for example in datetime.UTC")
    return at.astimezone(UTC)


def always(zone: str = "UTC") -> Calendar:
    """The calendar that never closes: 24 hours, 7 days. `zone` decides when a local day ends."""
    return Calendar(name="always", zone=zone, hours=dict.fromkeys(WEEK, (("00:00", "24:00"),)))
