"""Days off: public holidays by country and region (the `holidays` library), and feasts by name (`dateutil`)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter
from dateutil.relativedelta import MO, relativedelta
from holidays import country_holidays, list_localized_countries, list_supported_countries

CYCLE = 28
"""Years after which weekdays and leap days repeat (inside 1901 to 2099)."""


def countries() -> dict[str, list[str]]:
    """Regions by country code (ISO 3166, two letters)."""
    return {code: regions for code, regions in list_supported_countries().items() if len(code) == 2}


def problem(country: str, region: str | None) -> tuple[str, str] | None:
    """What is wrong with a country and region, as (key, message), or None."""
    known = countries()
    if country not in known:
        near = difflib.get_close_matches(country.upper(), known, n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        return "country", (
            f'no public holidays are known for "{country}"{hint} '
            f"Allowed are the two-letter codes of {len(known)} countries (FR, CH, DE ...), or `none`"
        )
    if region is not None and region not in known[country]:
        allowed = ", ".join(known[country]) or "none: leave `region` out"
        return "region", f'"{region}" is no region of {country} whose holidays are known; allowed: {allowed}'
    return None


@lru_cache(maxsize=256)
def named(country: str, region: str | None, first: int, last: int, language: str = "") -> tuple[tuple[date, str], ...]:
    """Holidays of the years `first` to `last`, in order, named in `language` where the library speaks it."""
    spoken = [code for code in list_localized_countries().get(country, []) if language and code.startswith(language)]
    found = country_holidays(country, subdiv=region, years=range(first, last + 1), language=next(iter(spoken), None))
    return tuple(sorted((day, name) for day, name in found.items() if first <= day.year <= last))


def dates(country: str, region: str | None, first: int, last: int, shift_years: int = 0) -> tuple[date, ...]:
    """Holidays of the years `first` to `last`; with a shift, those of the years that much earlier, moved."""
    return tuple(moved(day, shift_years) for day, _ in named(country, region, first - shift_years, last - shift_years))


def moved(day: date, shift_years: int) -> date:
    """The same month and day `shift_years` later. ValueError unless weekdays and leap days stay in place."""
    if shift_years % CYCLE or (
        shift_years and not (1901 <= day.year <= 2099 and 1901 <= day.year + shift_years <= 2099)
    ):
        raise ValueError(
            f"moving {day} by {shift_years} years would move its weekday; allowed are multiples of {CYCLE} "
            "inside the years 1901 to 2099"
        )
    return day.replace(year=day.year + shift_years)


FEASTS: dict[str, Callable[[int], date]] = {
    "new_year": lambda year: date(year, 1, 1),
    "good_friday": lambda year: easter(year) - timedelta(days=2),
    "easter_monday": lambda year: easter(year) + timedelta(days=1),
    "labor_day": lambda year: date(year, 9, 1) + relativedelta(weekday=MO(1)),
    "christmas_day": lambda year: date(year, 12, 25),
    "boxing_day": lambda year: date(year, 12, 26),
}
"""Days off that an agreement names by themselves (OL-05); `labor_day` is that of the United States and Canada."""


def each(names: Iterable[str], first: int, last: int, shift_years: int = 0) -> tuple[date, ...]:
    """The named days of the years `first` to `last`; with a shift, those of the years that much earlier, moved."""
    years = range(first - shift_years, last - shift_years + 1)
    return tuple(sorted(moved(FEASTS[name](year), shift_years) for name in names for year in years))
