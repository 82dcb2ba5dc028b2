"""One language's words: sentences from its catalogue, instants, levels and clocks as people name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_currency
from babel.units import format_unit

from domain.telling import duration

ENGLISH = "en"
_TERRITORY = {ENGLISH: "en_GB"}  # day before month and a 24-hour clock; every other language is its own


class MissingTranslation(LookupError):
    """The catalogue of a language lacks a sentence, or has one that cannot be filled in."""


def mark(msgid: str) -> str:
    """Marks a sentence of a table for the catalogues; `Phrases.say` translates it later."""
    return msgid


_LEVELS = {
    "support": mark("level 1 support"),
    "consulting": mark("consulting"),
    "rnd": mark("R&D"),
}
_CLOCKS = {
    "response": mark("the first response"),
    "update": mark("the next status update"),
    "resolution": mark("the resolution"),
    "consent": mark("the answer to the resolution"),
    "call": mark("the call to the client"),
}
_STATUSES = {
    "new": mark("new"),
    "open": mark("being worked on"),
    "waiting": mark("waiting for the client"),
    "resolved": mark("waiting for consent"),
    "closed": mark("closed"),
    "archived": mark("archived"),
}


class Phrases:
    """How one language says things; `sentences` maps an English sentence to its translation, None for English itself.

    MissingTranslation instead of a mixture of languages: the caller decides what to fall back to.
    """

    def __init__(self, language: str, sentences: Mapping[str, str] | None, zone: str) -> None:
        self.language = language
        self._sentences = sentences
        self._locale = Locale.parse(_TERRITORY.get(language, language))
        self._zone = ZoneInfo(zone)

    def say(self, msgid: str, /, **data: object) -> str:
        """The sentence in this language with `data` filled in; what is filled in is never itself interpreted."""
        text = msgid if self._sentences is None else self._sentences.get(msgid)
        if text is None:
            raise MissingTranslation(f'no "{self.language}" for: {msgid}')
        try:
            return text.format(**data)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise MissingTranslation(f'"{self.language}" cannot be filled in: {text}') from error

    def moment(self, instant: str) -> str:
        """An ISO 8601 instant as a day and a time of the ticket's zone, with the zone's name."""
        day, time, zone = _moment(instant, self._zone, self._locale)
        return self.say("{day}, {time} ({zone})", day=day, time=time, zone=zone)

    def span(self, seconds: float) -> str:
        """A length of time, rounded to its largest unit ("3 hours")."""
        return format_timedelta(timedelta(seconds=seconds), granularity="minute", locale=self._locale)

    def length(self, count: int, unit: Literal["minute", "hour", "day"]) -> str:
        """A length of time in one unit, exactly ("90 minutes")."""
        return format_unit(count, f"duration-{unit}", locale=self._locale)

    def either(self, words: Sequence[str]) -> str:
        """Several words as a list of which one will do ("by e-mail or telephone")."""
        return format_list(words, style="or", locale=self._locale)

    def time(self, minutes: int) -> str:
        """Minutes of work in hours and minutes ("4 h", "1 h 30 min"), the same in every language."""
        return duration(minutes * 60)

    def amount(self, amount: str, currency: str) -> str:
        """An exact amount of money, as this language writes it ("450,00 €")."""
        return format_currency(Decimal(amount), currency, locale=self._locale)

    def level(self, level: str, group: str | None = None) -> str:
        """Who a level (and group) is, fit for "with ..."; one unknown here is named as it is."""
        words = self.say(_LEVELS[level]) if level in _LEVELS else level
        return self.say("{level} (group {group})", level=words, group=group) if group else words

    def clock(self, name: str) -> str:
        """What a clock promises, from its id (`internal-consulting-2`), fit for "the time for ..."."""
        kind, _, rest = name.partition("-")
        if kind == "internal":
            return self.say("the work of {level}", level=self.level(rest.partition("-")[0]))
        return self.say(_CLOCKS[kind]) if kind in _CLOCKS else name

    def status(self, status: str) -> str:
        """A ticket's status in words."""
        return self.say(_STATUSES[status]) if status in _STATUSES else status

    def fact(self, label: str, value: str) -> str:
        """A label and its value."""
        return self.say("{label}: {value}", label=label, value=value)

    def holder(self, data: Mapping[str, Any]) -> str:
        """Who the ticket is with now."""
        return self.level(data["level"], data.get("group"))


@lru_cache(maxsize=1024)  # the due instants of a day come up in many mails, and a locale's patterns are slow to fill
def _moment(instant: str, zone: ZoneInfo, locale: Locale) -> tuple[str, str, str]:
    at = datetime.fromisoformat(instant).astimezone(zone)
    return (
        format_date(at, "full", locale=locale),
        format_time(at, "short", tzinfo=zone, locale=locale),
        get_timezone_name(at, locale=locale),
    )
