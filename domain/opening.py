"""The index of real openings behind a calendar.

A calendar's wall-clock spans are cut, year by year, into real UTC intervals, and laid end to end on an
*open axis*: a line on which only opening time passes. An instant becomes a point of the axis by one binary
search, a budget is an addition on it, and a second binary search leads back. The cost does not depend on the
span.

Nothing here reads a clock. What is cached follows from its key alone: a hit or a miss never changes a result.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
Spans = tuple[tuple[int, int], ...]  # seconds after local midnight, half-open, sorted, touching ones merged

DAY = 86_400
ONE_DAY = timedelta(days=1)
EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 2, 9998  # one inside datetime's own: a local date may lie in the next year
SEARCH_YEARS = 100  # no promise is longer; building them stays under the engine's limit for one step
KEPT_YEARS = 64  # a window that would grow wider is replaced: one odd instant must not fill the memory


class Plan(NamedTuple):
    """A calendar's content as integers, the key under which its index is shared. Days are ordinals."""

    zone: str
    week: tuple[Spans, ...]  # seven, Monday first
    closed: frozenset[int]
    dates: tuple[tuple[int, Spans], ...]  # win over `closed` and over the week


class Year(NamedTuple):
    openings: list[tuple[datetime, datetime]]  # UTC, sorted, cut at the bounds of the UTC year
    days: list[int]  # local dates (ordinals) on which some real time is open, sorted


class Window:
    """Consecutive UTC years laid on the open axis. Never changed once built, so threads may share it.

    Element 0 of each list is an empty opening at the window's beginning: a search that answers 0 means
    "earlier".
    """

    __slots__ = (
        *("first", "last", "starts", "ends", "opens", "closes", "shift"),
        *("days", "first_day", "by_day"),
    )

    def __init__(self, first: int, last: int, years: list[Year]) -> None:
        self.first, self.last = first, last
        axis = datetime(first, 1, 1, tzinfo=UTC)
        self.starts, self.ends = [axis], [axis]  # real instants
        self.opens, self.closes = [axis], [axis]  # the same on the open axis
        self.shift = [timedelta()]  # real instant = point of the axis + shift of its opening
        self.days: list[int] = []
        for year in years:
            for start, end in year.openings:
                if len(self.ends) > 1 and self.ends[-1] == start:
                    self.ends[-1] = end
                else:
                    self.starts.append(start)
                    self.ends.append(end)
            # the local date that straddles New Year in UTC may stand in both years
            self.days += [day for day in year.days if not self.days or day > self.days[-1]]
        for start, end in zip(self.starts[1:], self.ends[1:], strict=True):
            self.opens.append(axis)
            self.shift.append(start - axis)
            axis += end - start
            self.closes.append(axis)
        midnight, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
        self.first_day = midnight.toordinal()
        self.by_day: list[int] = []  # for each UTC date, the first opening that ends after its beginning
        i = 0
        while midnight < end:
            while i < len(self.ends) and self.ends[i] <= midnight:
                i += 1
            self.by_day.append(i)
            midnight += ONE_DAY

    def point(self, at: datetime) -> datetime:
        """The point of the open axis that `at` stands on."""
        i = bisect_right(self.ends, at)
        return self.closes[-1] if i == len(self.ends) else max(at, self.starts[i]) - self.shift[i]

    def later(self, at: datetime, budget: timedelta) -> datetime | None:
        """The first instant with `budget` of opening time after `at`; None if it lies beyond the window."""
        i = bisect_right(self.ends, at)
        if i == len(self.ends):
            return None
        point = max(at, self.starts[i]) - self.shift[i] + budget
        j = bisect_left(self.closes, point, i)
        return point + self.shift[j] if j < len(self.closes) else None

    def earlier(self, at: datetime, budget: timedelta) -> datetime | None:
        """The last instant with `budget` of opening time up to `at`; None if it lies before the window."""
        i = bisect_left(self.starts, at) - 1
        if i < 1:
            return None
        point = min(at, self.ends[i]) - self.shift[i] - budget
        j = bisect_right(self.opens, point, 1, i + 1) - 1
        return point + self.shift[j] if j > 0 and point >= self.opens[1] else None

    def openings(self, begin: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Those between two instants of the window, cut at them."""
        for i in range(bisect_right(self.ends, begin), bisect_left(self.starts, until)):
            yield max(begin, self.starts[i]), min(until, self.ends[i])

    def close(self, at: datetime) -> datetime | None:
        """The end of the opening that holds `at` or of the next one; None if it lies beyond the window."""
        i = bisect_right(self.ends, at)
        beyond = i == len(self.ends) or self.ends[i] >= datetime(self.last + 1, 1, 1, tzinfo=UTC)
        return None if beyond else self.ends[i]

    def nth_day(self, day: int, n: int) -> int | None:
        """The n-th date with opening time after the date `day`; None if it lies beyond the window."""
        i = bisect_right(self.days, day) + n - 1
        return self.days[i] if i < len(self.days) else None


class Index:
    """The window of one plan, grown as instants are asked for. None where a search ends in vain."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.window = Window(FIRST_YEAR, FIRST_YEAR - 1, [])
        self._years: dict[int, Year] = {}
        self.days: dict[int, Any] = {}  # domain.local_day
        own_years = [datetime.fromordinal(day).year for day, spans in plan.dates if spans]
        other_years = [datetime.fromordinal(day).year for day in (*plan.closed, *dict(plan.dates))]
        weekly = any(plan.week)
        self.first_open_year = FIRST_YEAR if weekly else min(own_years, default=LAST_YEAR) - 1
        self.last_open_year = LAST_YEAR if weekly else max(own_years, default=FIRST_YEAR) + 1
        never_closes = all(spans == ((0, DAY),) for spans in plan.week)
        self.last_close_year = max(other_years, default=FIRST_YEAR) + 1 if never_closes else LAST_YEAR

    def reach(self, first: int, last: int) -> Window:
        """A window that holds the UTC years `first` to `last`. ValueError outside FIRST_YEAR, LAST_YEAR."""
        window = self.window
        if window.first <= first and last <= window.last:
            return window
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise ValueError(f"instants must lie in the years {FIRST_YEAR} to {LAST_YEAR}, not {first}-{last}")
        if window.first <= window.last:
            low, high = min(first, window.first), max(last, window.last)
            if high - low < KEPT_YEARS:
                first, last = low, high
        # Two threads may build the same years at the same time: equal values, the later one stays.
        known = self._years
        years = {year: known.get(year) or build_year(self.plan, year) for year in range(first, last + 1)}
        window = Window(first, last, list(years.values()))
        self._years, self.window = years, window
        return window

    def later(self, at: datetime, budget: timedelta) -> datetime | None:
        """The first instant with `budget` of opening time after `at`."""
        limit = max(at.year, self.last_open_year)
        return self._search(at.year, limit, lambda window: window.later(at, budget))

    def earlier(self, at: datetime, budget: timedelta) -> datetime | None:
        """The last instant with `budget` of opening time up to `at`."""
        window = self.window
        found = window.earlier(at, budget) if window.first <= at.year <= window.last else None
        if found is not None:
            return found
        limit = min(at.year, self.first_open_year)
        return self._search(at.year, limit, lambda window: window.earlier(at, budget))

    def close(self, at: datetime) -> datetime | None:
        """The end of the opening that holds `at`, or of the next one."""
        limit = max(at.year, min(self.last_open_year, self.last_close_year))
        return self._search(at.year, limit, lambda window: window.close(at))

    def nth_day(self, at: datetime, day: int, n: int) -> int | None:
        """The n-th date with opening time after the date `day`, which is the local date of `at`."""
        window = self.window
        found = window.nth_day(day, n) if window.first <= at.year <= window.last else None
        if found is not None:
            return found
        limit = max(at.year, self.last_open_year)
        return self._search(at.year, limit, lambda window: window.nth_day(day, n))

    def _search(self, year: int, limit: int, found: Callable[[Window], T | None]) -> T | None:
        """`found` in windows that grow from `year` towards `limit`, in doubling strides."""
        limit = min(max(limit, year - SEARCH_YEARS, FIRST_YEAR), year + SEARCH_YEARS, LAST_YEAR)
        way = 1 if limit >= year else -1
        reached, stride = year, 1
        while True:
            answer = found(self.reach(min(year, reached), max(year, reached)))
            if answer is not None or reached == limit:
                return answer
            reached += way * min(stride, abs(limit - reached))
            stride *= 2


@lru_cache(maxsize=128)
def index_of(plan: Plan) -> Index:
    """The index that calendars of equal content share: each ticket decodes its own copy."""
    return Index(plan)


def build_year(plan: Plan, year: int) -> Year:
    """The real openings of one UTC year.

    In a stretch of constant UTC offset a local date is plain arithmetic, so each date's spans are cut to each
    stretch: an instant is open exactly when its local wall time is inside a span. What a clock change skips
    never was open, what it repeats is open twice.
    """
    own, week, closed = dict(plan.dates), plan.week, plan.closed
    pieces: list[tuple[int, int]] = []
    days: set[int] = set()
    for begin, until, offset in offsets(plan.zone, year):
        for day in range((begin + offset) // DAY, (until - 1 + offset) // DAY + 1):
            ordinal = day + EPOCH_ORDINAL
            spans = own.get(ordinal)
            if spans is None:
                spans = () if ordinal in closed else week[(ordinal - 1) % 7]
            midnight = day * DAY - offset
            for opens, closes in spans:
                start, end = max(midnight + opens, begin), min(midnight + closes, until)
                if start >= end:
                    continue
                days.add(ordinal)
                if pieces and pieces[-1][1] == start:
                    pieces[-1] = pieces[-1][0], end
                else:
                    pieces.append((start, end))
    at = datetime.fromtimestamp
    return Year([(at(start, UTC), at(end, UTC)) for start, end in pieces], sorted(days))


@lru_cache(maxsize=1024)
def offsets(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches (begin, until, UTC offset) of one UTC year, in seconds; instants since 1970."""
    tz = ZoneInfo(zone)
    begin, end = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in (year, year + 1))
    stretches = []
    known, offset = begin, _offset(tz, begin)
    for probe in (*range(begin + DAY, end - 1, DAY), end - 1):
        while _offset(tz, probe) != offset:
            change = first_change(tz, known, probe)
            stretches.append((begin, change, offset))
            begin, known, offset = change, change, _offset(tz, change)
        known = probe
    return (*stretches, (begin, end, offset))


def first_change(tz: ZoneInfo, before: int, after: int) -> int:
    """The second at which the offset stops being that of `before`; it has changed by `after`."""
    offset = _offset(tz, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(tz, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(tz: ZoneInfo, at: int) -> int:
    delta = datetime.fromtimestamp(at, tz).utcoffset() or timedelta()
    return delta.days * DAY + delta.seconds


def instant(zone: str, wall: datetime, *, last: bool = False) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` (naive).

    A time shown twice is the first of the two, or the `last`; a time that a clock change skips is the instant of
    the change.
    """
    tz = ZoneInfo(zone)
    # Both: the very instant at which clocks go back shows its time at the second one only.
    for fold in (1, 0) if last else (0, 1):
        shown = wall.replace(tzinfo=tz, fold=fold).astimezone(UTC)
        if shown.astimezone(tz).replace(tzinfo=None) == wall:
            return shown
    # Skipped. With the offset after the change (fold=1) it lies before the change, with the other after it.
    found, before = (wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    return datetime.fromtimestamp(first_change(tz, int(before.timestamp()), int(found.timestamp()) + 1), UTC)
