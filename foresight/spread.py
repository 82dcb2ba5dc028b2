"""How numbers are spread, in bounded memory: median and 90th percentile to the minute, however many there are."""

from __future__ import annotations

from collections import Counter

FINE = 2 * 86_400
"""Seconds up to which a minute is kept apart; beyond, a hundredth of the value: nobody asks for more."""


class Spread:
    """Counts of seconds. What lies beyond `FINE` is rounded to one part in a hundred."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.count = 0
        self.total = 0

    def add(self, seconds: float, times: int = 1) -> None:
        """One more number, or `times` of it."""
        self._counts[_rounded(seconds)] += times
        self.count += times
        self.total += int(seconds) * times

    def quantile(self, share: float) -> int | None:
        """The smallest kept number that at least `share` of all do not exceed; None when there are none."""
        wanted, passed = share * self.count, 0
        for seconds in sorted(self._counts):
            passed += self._counts[seconds]
            if passed >= wanted:
                return seconds
        return None

    @property
    def kept(self) -> int:
        """How many different numbers are held in memory."""
        return len(self._counts)


def _rounded(seconds: float) -> int:
    whole = int(seconds)
    if whole < FINE:
        return whole - whole % 60
    size = int(10 ** max(2, len(str(whole)) - 3))
    return whole - whole % size
