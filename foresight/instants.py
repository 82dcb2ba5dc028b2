"""When something of a scenario happens: a wall clock, a time after the step before, or a time before a promise."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.target import ALWAYS, parse
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import ClockKind
from foresight.scenario import wall

_BESIDE = re.compile(r"(?:(?P<span>\d+ (?:s|min|h)) )?(?P<side>before|after|at) (?P<clock>[a-z]+)")


def instant(text: str, zone: str) -> datetime:
    """A wall clock of that zone as an instant; one with an offset as it is. ValueError for what is no time there."""
    at = wall(text)
    found = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    if not at.tzinfo and (there := found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) != at:
        raise ValueError(f'"{text}" does not exist in {zone}: the clocks go forward then; write {there:%Y-%m-%d %H:%M}')
    return found


def later(words: str, since: datetime, terms: Terms, on: str | None) -> datetime:
    """`since` and then "20 min", "4 h" (of opening time where `on` names a calendar), "2 business days", "7 days".

    Business days count on `on`, or on the agreement's first calendar with opening hours. ValueError says what is wrong.
    """
    if on is not None and on not in terms.calendars:
        raise ValueError(f'there is no calendar "{on}"; the agreement has {", ".join(_named(terms)) or "none"}')
    calendar = on or (next(iter(_named(terms)), None) if "business" in words else None)
    due = parse(words, on=calendar).due(since, terms.calendars)
    if due is None:
        raise ValueError(f'"{words}" is no length of time; write "20 min", "4 h", "2 business days" or "7 days"')
    return due


def beside(words: str, state: Ticket) -> datetime | None:
    """ "10 min before response", "5 min after update", "at resolution": from the due instant of a promise.

    None when the words are no such time. ValueError when that promise is not running, or has no deadline.
    """
    found = _BESIDE.fullmatch(words.strip())
    if found is None:
        return None
    if found["clock"] not in list(ClockKind):
        raise ValueError(f'"{found["clock"]}" is no clock; there are {", ".join(ClockKind)}')
    clock = state.clock(ClockKind(found["clock"]))
    due = (clock.due or clock.missed_due) if clock else None
    if due is None:
        raise ValueError(f"the {found['clock']} clock has no due instant then")
    span = _span(found["span"]) if found["span"] else timedelta()
    return due - span if found["side"] == "before" else due + span


def _span(words: str) -> timedelta:
    amount = parse(words).amount
    assert amount is not None  # seconds, minutes and hours have one
    return timedelta(seconds=amount)


def _named(terms: Terms) -> list[str]:
    return [name for name in terms.calendars if name != ALWAYS]
