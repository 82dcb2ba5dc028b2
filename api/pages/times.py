"""Instants, spans and shares as people read them on a page."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_percent
from babel.units import format_unit
from markupsafe import Markup, escape

_TERRITORY = {"en": "en_GB", "fr": "fr_FR"}  # day before month and a 24-hour clock
_SHORT = timedelta(days=6)
_TOLD = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) (UTC|[A-Z][A-Za-z]+/[A-Za-z_+/-]+[A-Za-z])")
"""An instant as a sentence of the rules tells it: 2026-03-02 09:00 Europe/Paris."""
KNOWN = 4_000
"""Instants and days whose words are kept: a page of the board has hundreds, nearly all of which it had before."""


@cache
def locale(language: str) -> Locale:
    """The locale that a language is written in here."""
    return Locale.parse(_TERRITORY.get(language, language))


@lru_cache(maxsize=KNOWN)
def exact(at: datetime, language: str, zone: str) -> str:
    """Day, date, time of day and zone: "Monday, 2 March 2026 at 09:00 CET"."""
    return format_datetime(at, "full", tzinfo=ZoneInfo(zone), locale=locale(language))


def near(at: datetime, now: datetime, language: str, zone: str) -> str:
    """As short as it stays clear: the time of day today, with the day's name this week, the date otherwise."""
    return _near(at, _today(now, zone), language, zone)


@lru_cache(maxsize=16)
def _today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=KNOWN)
def _near(at: datetime, today: date, language: str, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    clock = _clock(there.hour, there.minute, language)
    if there.date() == today:
        return clock
    if abs(there.date() - today) <= _SHORT:
        return f"{_day(there.date(), 'EEE', language)} {clock}"
    pattern = "d MMM" if there.year == today.year else "d MMM y"
    return f"{_day(there.date(), pattern, language)} {clock}"


@cache
def _clock(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale(language))


@lru_cache(maxsize=KNOWN)
def _day(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=locale(language))


def instant(at: datetime | None, now: datetime, language: str, zone: str) -> Markup:
    """A `<time>` element: short to read, exact on hover and for machines. Empty for no instant."""
    if at is None:
        return Markup("")
    return _time(at, exact(at, language, zone), near(at, now, language, zone))


def day(at: datetime | None, language: str, zone: str) -> Markup:
    """A `<time>` element of a day, for what is bought or holds by the day: exact on hover. Empty for no instant."""
    if at is None:
        return Markup("")
    return _time(at, exact(at, language, zone), day_words(at, language, zone))


def day_words(at: datetime, language: str, zone: str) -> str:
    """The day alone: "2 Mar 2026"."""
    return _day(at.astimezone(ZoneInfo(zone)).date(), "d MMM y", language)


def _time(at: datetime, exactly: str, words: str) -> Markup:
    return Markup(f'<time datetime="{at.isoformat()}" title="{escape(exactly)}">{escape(words)}</time>')


def readable(sentence: str, now: datetime, language: str, zone: str) -> str:
    """A sentence of the rules with its instants as the page tells all others: "due Mon 09:00"."""

    def told(found: re.Match[str]) -> str:
        try:
            at = datetime.fromisoformat(found[1]).replace(tzinfo=ZoneInfo(found[2]))
        except (ValueError, KeyError):  # somebody's own words, or a zone that is not known here
            return found[0]
        return near(at, now, language, zone)

    return _TOLD.sub(told, sentence)


def size(octets: int, language: str) -> str:
    """How large a file is: "1.5 MB", in French "1,5 Mo"."""
    unit, count = ("mega", octets / 1_048_576) if octets >= 1_048_576 else ("kilo", max(1, round(octets / 1_024)))
    return format_unit(round(count, 1), f"digital-{unit}byte", length="short", locale=locale(language))


def span(seconds: float, language: str) -> str:
    """A length of time in its two largest units: "2 hours 5 minutes"."""
    left = abs(int(seconds))
    parts = []
    for unit, size in (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60)):
        count, left = divmod(left, size)
        if count:
            parts.append(_unit(count, unit, language))
    return " ".join(parts[:2]) or _unit(1, "duration-minute", language)


@lru_cache(maxsize=KNOWN)
def _unit(count: int, unit: str, language: str) -> str:
    return format_unit(count, unit, locale=locale(language))


def percent(share: float, language: str) -> str:
    """A share of one, to a tenth of a percent: "93.3%", in French "93,3 %"."""
    return _percent(round(share, 3), language)


@lru_cache(maxsize=KNOWN)
def _percent(share: float, language: str) -> str:
    return format_percent(
        share, "#,##0.#\N{NO-BREAK SPACE}%" if language == "fr" else "#,##0.#%", locale=locale(language)
    )


def paragraphs(text: str) -> Markup:
    """What a person wrote, as it was written: line breaks kept, nothing of it interpreted."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n"))) for block in blocks
    )


def month_name(month: str, language: str) -> str:
    """A month as people call it: "March 2026" for "2026-03"."""
    year, number = month.split("-")
    return format_date(date(int(year), int(number), 1), "LLLL y", locale=locale(language))
