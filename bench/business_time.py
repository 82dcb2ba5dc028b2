"""Opening-time arithmetic against what is public: `python -m bench business_time`.

`add` on an office of split days with public holidays, from the same start, over three spans. Each figure is the best
of many short rounds in which the contenders take turns, so a busy machine slows all of them alike.
"""

import timeit
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import businesstimedelta as btd
import holidays
import pytz  # type: ignore[import-untyped]
import workclock
from rich.console import Console
from rich.table import Table

from bench.figure import Figure
from bench.goals import GOALS
from domain.calendar import WEEK, Calendar
from domain.opening import Index, index_of, offsets

ZONE = "Europe/Paris"
CLOSED = sorted(holidays.country_holidays("FR", years=range(2026, 2028)))
OFFICE = Calendar(
    name="office",
    zone=ZONE,
    hours=dict.fromkeys(WEEK[:5], (("09:00", "12:30"), ("13:30", "18:00"))),
    closed=tuple(CLOSED),
)
DAY = timedelta(hours=8)  # of opening time
SPANS = {"4 h": timedelta(hours=4), "15 days": 15 * DAY, "250 days": 250 * DAY}
START = datetime(2026, 3, 11, 10, 17, tzinfo=UTC)
FLAT = GOALS["add_flat"].value  # 250 days may cost this much more than 4 h
FASTER = GOALS["add"].value  # times faster than the fastest package at 15 days

Add = Callable[[datetime, timedelta], datetime]


class Row(NamedTuple):
    """One measured fact. `ratio` is the other's time over ours, or 250 days over 4 h of the same contender."""

    what: str
    span: str
    microseconds: float  # 0 for a flatness
    ratio: float
    goal: str  # "" where none is set
    holds: bool
    agrees: bool  # gives the same instant as we do


def peer_workclock() -> Add:
    morning, afternoon = workclock.WorkDay(time(9), time(12, 30)), workclock.WorkDay(time(13, 30), time(18))
    return workclock.Schedule([morning, afternoon, workclock.Holidays(CLOSED)], time_zone=ZoneInfo(ZONE)).add


def peer_businesstimedelta() -> Add:
    tz = pytz.timezone(ZONE)
    day = btd.WorkDayRule(time(9), time(18), [0, 1, 2, 3, 4], tz=tz)
    lunch = btd.LunchTimeRule(time(12, 30), time(13, 30), [0, 1, 2, 3, 4], tz=tz)
    # It fails after the last holiday it knows, so it gets one more, far off.
    rules = btd.Rules([day, lunch, btd.HolidayRule([*CLOSED, date(2029, 1, 1)], tz=tz)])

    def add(start: datetime, budget: timedelta) -> datetime:
        found: datetime = start + btd.BusinessTimeDelta(rules, timedelta=budget)
        return found

    return add


def walk() -> Add:
    """Minute by minute, the definition itself."""
    tz, closed = ZoneInfo(ZONE), frozenset(CLOSED)
    opening = frozenset([*range(9 * 60, 12 * 60 + 30), *range(13 * 60 + 30, 18 * 60)])
    minute = timedelta(minutes=1)

    def add(start: datetime, budget: timedelta) -> datetime:
        at, left = start, budget
        while left:
            wall = at.astimezone(tz)
            if wall.weekday() < 5 and wall.hour * 60 + wall.minute in opening and wall.date() not in closed:
                left -= minute
            at += minute
        return at

    return add


def best(rounds: int, calls: dict[str, Callable[[], object]], seconds: float = 0.004) -> dict[str, float]:
    """Microseconds of one call of each, best of the rounds; at most `seconds` a turn, one call at least."""
    found = {name: timeit.timeit(call, number=1) for name, call in calls.items()}
    turns = {name: max(1, int(seconds / took)) for name, took in found.items()}
    for _ in range(rounds):
        for name, call in calls.items():
            if found[name] < 0.2:  # a walk over a year is measured once
                took = timeit.timeit(call, number=turns[name]) / turns[name]
                found[name] = min(found[name], took)
    return {name: took * 1e6 for name, took in found.items()}


def run(rounds: int = 60) -> list[Row]:
    """Every row of the table. About ten seconds."""
    peers = {"workclock": peer_workclock(), "businesstimedelta": peer_businesstimedelta(), "a walk": walk()}
    contenders: dict[str, Add] = {"ours": OFFICE.add, **peers}
    calls: dict[str, Callable[[], object]] = {
        f"{name}, {span}": partial(add, START, budget)
        for name, add in contenders.items()
        for span, budget in SPANS.items()
    }
    instants = {key: call() for key, call in calls.items()}
    took = best(rounds, calls)
    rows = []
    for name in contenders:
        for span in SPANS:
            micros, ours = took[f"{name}, {span}"], took[f"ours, {span}"]
            ratio, agrees = micros / ours, instants[f"{name}, {span}"] == instants[f"ours, {span}"]
            hard = name == "workclock" and span == "15 days"
            least, goal = (FASTER, f"at least {FASTER}") if hard else (1, "over 1")
            if name == "ours":
                least, goal = 0, ""
            rows.append(Row(f"add, {name}", span, micros, ratio, goal, ratio > least, agrees))
    for name in contenders:
        ratio = took[f"{name}, 250 days"] / took[f"{name}, 4 h"]
        goal = f"at most {FLAT}" if name == "ours" else ""
        rows.append(Row(f"flatness, {name}", "250 days / 4 h", 0, ratio, goal, not goal or ratio <= FLAT, True))
    return rows + cost_of_a_first_use(rounds)


def cost_of_a_first_use(rounds: int) -> list[Row]:
    """What a ticket pays once: reading its snapshot, and the first question in a worker that has just started."""
    text = OFFICE.model_dump_json()

    def cold() -> None:
        offsets.cache_clear()
        index = Index(OFFICE._index.plan)
        index.later(START, DAY)

    took = best(
        rounds,
        {
            "snapshot read, known content": lambda: Calendar.model_validate_json(text),
            "first use, nothing cached": cold,
            "the same content again": lambda: index_of(OFFICE._index.plan).later(START, DAY),
        },
    )
    return [Row(name, "", micros, 0, "", True, True) for name, micros in took.items()]


def figures(quick: bool) -> list[Figure]:
    """The rows that have a goal; all of them in the part's own table."""
    rows = run(10 if quick else 60)
    table = Table(title="Opening-time arithmetic")
    for heading, side in (("what", "left"), ("span", "left"), ("µs", "right"), ("ratio", "right"), ("goal", "left")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for row in rows:
        verdict = row.goal and f"{row.goal}: {'pass' if row.holds else 'FAIL'}"
        micros = f"{row.microseconds:,.2f}" if row.microseconds else ""
        ratio = f"{row.ratio:,.2f}" if row.ratio else ""
        table.add_row(row.what, row.span, micros, ratio, verdict if row.agrees else f"{verdict} (another instant)")
    Console().print(table)
    took = {(row.what, row.span): row for row in rows}
    found = []
    for name, goal in (("workclock", "add"), ("businesstimedelta", "")):
        ours, theirs = took["add, ours", "15 days"], took[f"add, {name}", "15 days"]
        rival = f"{name} (times as long)"
        both = ours.microseconds, theirs.microseconds
        found.append(Figure("15 opening days added", both[0], "µs", both[1], rival, goal, theirs.ratio, theirs.agrees))
    long, short = (took["add, ours", span].microseconds for span in ("250 days", "4 h"))
    return [*found, Figure("250 opening days added", long, "µs", short, "4 opening hours", "add_flat")]
