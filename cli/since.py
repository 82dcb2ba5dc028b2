"""An instant as somebody writes it on the command line: a time, a date, or how long ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "week": 604_800, "weeks": 604_800}
_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d|days?|weeks?)(?:\s+ago)?")
_TODAY = re.compile(r"(\d{1,2}):(\d{2})")
EXPECTED = 'write a time ("2026-03-02 09:00", "09:00") or how long ago ("90 min", "4 h", "2 days")'


def instant(text: str, now: datetime) -> datetime:
    """The instant, with an offset. Without one it is by the clock of `now`; a bare time of day is the last one gone by.

    ValueError, which says what can be written.
    """
    said = text.strip()
    ago = _AGO.fullmatch(said)
    try:
        if ago:
            return now - timedelta(seconds=float(ago[1]) * _UNITS[ago[2]])
        today = _TODAY.fullmatch(said)
        if today:
            at = now.replace(hour=int(today[1]), minute=int(today[2]), second=0, microsecond=0)
            return at if at <= now else at - timedelta(days=1)
        found = datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        raise ValueError(f'"{text}" is no time: {EXPECTED}') from None
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
