"""Quiet hours: when somebody does not want to hear from us of what can wait. Pure; instants in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    SerializerFunctionWrapHandler,
    StringConstraints,
    field_validator,
    model_serializer,
    model_validator,
)

from domain.base import Model

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=4)
"""What waits goes out after this at the latest, however quiet hours follow upon one another."""

_Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class QuietHours(Model):
    """From `since` until `until` on the wall clock of `zone`, on the days on which they begin.

    `until` before `since` is on the next morning; the same as `since` is a whole day later.
    """

    zone: str
    since: _Clock
    until: _Clock
    days: tuple[Day, ...] = DAYS

    @model_serializer(mode="wrap")
    def _leave_defaults_out(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Whoever reads them is told the days, the whole week too: what is absent would say nothing.
        written: dict[str, Any] = write(self)
        return written

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f'"{zone}" is no time zone; give one such as Europe/Paris') from error
        return zone

    @model_validator(mode="after")
    def _begin_some_day(self) -> QuietHours:
        if not self.days:
            raise ValueError("name at least one day on which they begin")
        return self


def quiet_until(hours: Sequence[QuietHours], now: datetime) -> datetime:
    """When what can wait goes out: `now` outside quiet hours, else when they are over; at most `LONGEST` later."""
    at = now
    while at < now + LONGEST:
        ends = [end for one in hours for start, end in _spans(one, at) if start <= at < end]
        if not ends:
            return at
        at = max(ends)
    return now + LONGEST


def _spans(hours: QuietHours, at: datetime) -> list[tuple[datetime, datetime]]:
    """The spans that can hold `at`: those that begin today or yesterday there."""
    zone = ZoneInfo(hours.zone)
    try:
        today = at.astimezone(zone).date()
    except OverflowError:
        return []
    days = (today - timedelta(days=back) for back in (0, 1) if today.toordinal() > back)
    return [_span(hours, day, zone) for day in days if DAYS[day.weekday()] in hours.days]


def _span(hours: QuietHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    since, until = time.fromisoformat(hours.since), time.fromisoformat(hours.until)
    ends = day if since < until or day == date.max else day + timedelta(days=1)
    return _instant(day, since, zone), _instant(ends, until, zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
