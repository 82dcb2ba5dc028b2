"""One local date of a calendar: business days end on the same few dates again and again, so they are kept."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from domain.opening import ONE_DAY, Index, instant, offsets

KEPT = 4096


class Day(NamedTuple):
    """A local date: its beginning, its openings, and whether it has one UTC offset from end to end."""

    begins: datetime
    openings: tuple[tuple[datetime, datetime], ...]
    steady: bool


def day_of(index: Index, ordinal: int) -> Day:
    """The date with that ordinal, on the calendar of `index`."""
    found: Day | None = index.days.get(ordinal)
    if found is None:
        if len(index.days) >= KEPT:
            index.days = {}  # a new one: another thread may be reading the old one
        found = index.days[ordinal] = _build(index, ordinal)
    return found


def _build(index: Index, ordinal: int) -> Day:
    zone, midnight = index.plan.zone, datetime.fromordinal(ordinal)
    # Where clocks go back over midnight the evening before comes again; the date is what follows it.
    begins, ends = instant(zone, midnight, last=True), instant(zone, midnight + ONE_DAY)
    stretches = offsets(zone, begins.year)
    # Of 24 hours: one whose first hour is skipped has one offset as well, and does not begin at midnight.
    steady = ends - begins == ONE_DAY and any(
        since <= begins.timestamp() and ends.timestamp() <= until for since, until, _ in stretches
    )
    return Day(begins, tuple(index.reach(begins.year, ends.year).openings(begins, ends)), steady)
