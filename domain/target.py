"""A target: how long a promise may take, in the unit the agreement used (design decision 4).

`parse` reads the words of an agreement file ("2 business days"); a target becomes a due instant at its start,
and a budget of running seconds on one calendar, which a clock can then pause, resume and re-measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from domain.base import Model
from domain.calendar import Calendar

ALWAYS = "always"


class Unit(StrEnum):
    """`elapsed` runs around the clock; `opening` only in opening hours; the last two have no deadline."""

    elapsed = "elapsed"
    opening = "opening"
    business_days = "business_days"
    local_days = "local_days"
    next_release = "next_release"
    best_effort = "best_effort"


DAYS = (Unit.business_days, Unit.local_days)
NO_DEADLINE = (Unit.next_release, Unit.best_effort)


class Target(Model):
    """`amount` is in seconds for `elapsed` and `opening`, in days for the day units, absent without a deadline.

    `earliest` is the lower end of a range ("14 to 28 days"): warned there, missed only after `amount`.
    `on` names the calendar it is counted on (for `local_days`: whose zone), `delivered` the calendar
    whose next opening it waits for when it falls due outside. Source: the clause, or the stated assumption.
    """

    words: str
    unit: Unit
    amount: int | None = None
    earliest: int | None = None
    on: str = ALWAYS
    delivered: str | None = None
    clause: tuple[str, ...] = ()
    assumed: str | None = None

    @property
    def runs_on(self) -> str:
        """Name of the calendar on which its budget runs out."""
        return self.on if self.unit in (Unit.opening, Unit.business_days) else ALWAYS

    def due(self, start: datetime, calendars: Mapping[str, Calendar]) -> datetime | None:
        """Due instant of a clock that starts at `start` and never pauses; None without a deadline."""
        return None if self.amount is None else self._after(self.amount, start, calendars)

    def warned_at(self, start: datetime, calendars: Mapping[str, Calendar]) -> datetime | None:
        """The lower end of a range, as an instant; None when the target is no range."""
        return None if self.earliest is None else self._after(self.earliest, start, calendars)

    def budget(self, start: datetime, calendars: Mapping[str, Calendar]) -> timedelta | None:
        """Running time on `runs_on` from `start` to the due instant, before any wait for delivery hours."""
        if self.amount is None:
            return None
        if self.unit not in DAYS:
            return timedelta(seconds=self.amount)
        return calendars[self.runs_on].between(start, self._count(self.amount, start, calendars))

    def deliver(self, due: datetime, calendars: Mapping[str, Calendar]) -> datetime:
        """Moves a due instant into the delivery hours, where the target has some."""
        return calendars[self.delivered].next_open(due) if self.delivered else due

    def _after(self, amount: int, start: datetime, calendars: Mapping[str, Calendar]) -> datetime:
        return self.deliver(self._count(amount, start, calendars), calendars)

    def _count(self, amount: int, start: datetime, calendars: Mapping[str, Calendar]) -> datetime:
        calendar = calendars[self.on]
        if self.unit is Unit.business_days:
            return calendar.business_days(start, amount)
        if self.unit is Unit.local_days:
            return calendar.local_days(start, amount)
        return calendars[self.runs_on].add(start, timedelta(seconds=amount))


_TEN_YEARS = 3660 * 86_400
_SECONDS = {"s": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
_AMOUNT = re.compile(r"(?:(\d+) to )?(\d+) (s|second|min|minute|h|hour|business day|day|week)s?")
GRAMMAR = '"30 min", "4 h", "2 business days", "7 days", "2 weeks", "14 to 28 days", "next release", "best effort"'


def parse(words: str, *, on: str | None = None, delivered: str | None = None, **source: object) -> Target:
    """Reads a target as an agreement writes it.

    Hours and minutes are elapsed time, or opening time when `on` names a calendar. Days without "business" are
    local days (TF-20). ValueError says what is allowed.
    """
    text = " ".join(words.split())
    fields: dict[str, object] = {"words": text, "on": on or ALWAYS, "delivered": delivered, **source}
    if text in ("next release", "best effort"):
        return Target.model_validate({**fields, "unit": text.replace(" ", "_")})
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise ValueError(f'"{words}" is not a target; allowed are, for example, {GRAMMAR}')
    low, high, unit = found.groups()
    if unit == "business day" and on is None:
        raise ValueError(f'"{words}" needs `on:` with the calendar whose business days count')
    if unit in _SECONDS:
        kind, size = (Unit.opening if on else Unit.elapsed), _SECONDS[unit]
    else:
        kind, size = (Unit.business_days if unit == "business day" else Unit.local_days), 7 if unit == "week" else 1
    if int(high) == 0 or (low is not None and not 0 < int(low) < int(high)):
        raise ValueError(f'"{words}" must be more than zero, and a range must rise, as in "14 to 28 days"')
    if int(high) * (size if unit in _SECONDS else size * 86_400) > _TEN_YEARS:
        raise ValueError(f'"{words}" is longer than ten years; write "best effort" where there is no deadline')
    earliest = None if low is None else int(low) * size
    return Target.model_validate({**fields, "unit": kind, "amount": int(high) * size, "earliest": earliest})
