"""Two ways of doing a thing, by turns: what each takes when nothing else is going on."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

WARM = 12
"""Calls before it counts: the driver prepares a statement at its sixth, and the server may plan it anew until then."""
QUICKEST = 3
LEAST, MOST, SECONDS = 30, 400, 2.5
"""Rounds, and how long they may take; the least is always done."""


class Taken(NamedTuple):
    """Milliseconds of both, by turns."""

    answer: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.answer / self.bare


def by_turns(answer: Callable[[], Any], bare: Callable[[], Any], seconds: float = SECONDS) -> Taken:
    """The mean of each one's quickest calls. Whatever else runs on the machine only adds: so these tell what the work
    itself takes, also where the median tells how busy the machine was.
    """
    for _ in range(WARM):
        answer()
        bare()
    took: tuple[list[float], list[float]] = ([], [])
    until = time.perf_counter() + seconds
    while len(took[0]) < LEAST or (len(took[0]) < MOST and time.perf_counter() < until):
        for act, times in zip((answer, bare), took, strict=True):
            begun = time.perf_counter()
            act()
            times.append((time.perf_counter() - begun) * 1000)
    return Taken(*(statistics.fmean(sorted(times)[:QUICKEST]) for times in took))
