"""Opening hours as an agreement writes them: `{mon-fri: "09:00-12:30, 13:30-17:00"}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = tuple[tuple[str, str], ...]
"""Half-open local intervals, `("09:00", "12:30")`; "24:00" is the next midnight."""

_SPAN = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
_DAYS_FORM = 'a day ("mon"), a run of days ("mon-fri") or several ("mon, wed, fri"), from ' + ", ".join(DAYS)
_SPANS_FORM = '"09:00-18:00" or "09:00-12:30, 13:30-17:00", with 24:00 for the next midnight'


def days(words: str) -> tuple[str, ...]:
    """The days meant by "mon-fri" or "mon, wed"; a run may pass Sunday ("sat-mon"). ValueError otherwise."""
    found: list[str] = []
    for part in words.split(","):
        first, _, last = (bit.strip() for bit in part.partition("-"))
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f'"{words}" names no days; allowed is {_DAYS_FORM}')
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += [DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1)]
    return tuple(found)


def spans(words: str) -> Spans:
    """The openings of one day, in order. ValueError says what is allowed."""
    found: list[tuple[str, str]] = []
    for part in words.split(","):
        match = _SPAN.fullmatch(part.strip())
        if not match or not all(_is_time(time) for time in match.groups()):
            raise ValueError(f'"{words}" are no opening hours; allowed are {_SPANS_FORM}')
        opens, closes = match.groups()
        if opens >= closes:
            raise ValueError(
                f'"{part.strip()}" closes before it opens; for hours past midnight write two days, '
                f'"{opens}-24:00" and "00:00-{closes}" on the next'
            )
        if found and opens < found[-1][1]:
            raise ValueError(f'"{words}" overlaps or goes back in time; write the openings of a day in order, apart')
        found.append((opens, closes))
    return tuple(found)


def week(hours: Mapping[str, str]) -> dict[str, Spans]:
    """Openings by day, in the order of the week; days that are not mentioned are closed."""
    by_day = {day: spans(words) for named, words in hours.items() for day in days(named)}
    return {day: by_day[day] for day in DAYS if day in by_day}


def problems(hours: Mapping[str, str]) -> list[tuple[tuple[str | int, ...], str]]:
    """All that is wrong with a week, each with the key it stands at."""
    wrong: list[tuple[tuple[str | int, ...], str]] = []
    seen: dict[str, str] = {}
    for named, words in hours.items():
        try:
            for day in days(named):
                if day in seen:
                    wrong.append(
                        (
                            (named,),
                            f"{day} has hours already, under `{seen[day]}`; give each day its hours once",
                        )
                    )
                seen[day] = named
        except ValueError as error:
            wrong.append(((named,), str(error)))
        try:
            spans(words)
        except ValueError as error:
            wrong.append(((named,), str(error)))
    return wrong


def _is_time(text: str) -> bool:
    hour, minute = int(text[:2]), int(text[3:])
    return (hour < 24 and minute < 60) or text == "24:00"
