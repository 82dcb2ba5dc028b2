"""What a picture of lateness shows: what was due against what was done, a lane per kind, and the gaps between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from heapq import heappop, heappush

_MARGIN = 0.03
_SHORTEST = timedelta(minutes=10)
MOST_ROWS = 10
"""Lines of a lane: what comes on top of that lies over the line that has been free for longest."""


@dataclass(frozen=True)
class Late:
    """One thing that came late: due when, done when (None: not yet), what it says of itself, and how it shows.

    `look`: `late` (it was done), `missed` (a promise was broken), `open` (it is still to be done).
    """

    due: datetime
    done: datetime | None
    told: str
    look: str = "late"


@dataclass(frozen=True)
class LateLane:
    """One kind, with its rows in lines that overlap as little as may be: (line, what came late). `count`: of all."""

    name: str
    count: int
    lines: int
    rows: tuple[tuple[int, Late], ...]


@dataclass(frozen=True)
class LateSheet:
    """Everything of the picture; `gaps` are the times in which nothing fired, each with what it says of itself."""

    since: datetime
    until: datetime
    ends: datetime
    """What is not done yet has been late until then; the axis goes a little further."""
    zone: tzinfo
    """By whose wall clock the axis is written; `since` says what it is called."""
    lanes: tuple[LateLane, ...]
    gaps: tuple[tuple[datetime, datetime, str], ...]


def late_sheet(
    lanes: Sequence[tuple[str, int, Sequence[Late]]],
    gaps: Sequence[tuple[datetime, datetime, str]],
    period: tuple[datetime, datetime],
    zone: tzinfo,
) -> LateSheet:
    """`lanes`: name, how many there are in all, those that are shown.

    The axis spans what came late, not all of the period in which it was looked for; where nothing was late, the period.
    """
    rows = [row for _, _, found in lanes for row in found]
    instants = [at for row in rows for at in (row.due, row.done or period[1])] + [at for one in gaps for at in one[:2]]
    since, until = min(instants, default=period[0]), max(instants, default=period[1])
    room = max((until - since) * _MARGIN, _SHORTEST / 2)
    laid = tuple(_lane(name, count, found, until) for name, count, found in lanes if found)
    return LateSheet(since - room, until + room, until, zone, laid, tuple(gaps))


def _lane(name: str, count: int, found: Sequence[Late], end: datetime) -> LateLane:
    """Each row on the first line that is free when it falls due."""
    ends: list[tuple[datetime, int, int]] = []
    placed: list[tuple[int, Late]] = []
    for number, row in enumerate(sorted(found, key=lambda one: one.due)):
        if ends and (ends[0][0] <= row.due or len(ends) == MOST_ROWS):
            line = ends[0][2]
            heappop(ends)
        else:
            line = len(ends)
        # The number: of lines that are free at one time, the one that was used longest ago.
        heappush(ends, (row.done or end, number, line))
        placed.append((line, row))
    return LateLane(name, count, len(ends), tuple(placed))
