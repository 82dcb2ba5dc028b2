"""Programmes, regions and feasts: what a file may say of them, and what they come to."""

from __future__ import annotations

from datetime import date

import pytest

from agreements import feasts, published
from domain.errors import DomainError
from tests.agreements.samples import refused, terms_of

# By hand, from printed calendars.
DAYS = {
    2026: ["01-01", "04-03", "04-06", "09-07", "12-25", "12-26"],
    2031: ["01-01", "04-11", "04-14", "09-01", "12-25", "12-26"],
    2032: ["01-01", "03-26", "03-29", "09-06", "12-25", "12-26"],
}


@pytest.mark.parametrize("year", [*DAYS])
def test_days_off_known_by_name_fall_where_they_do(year: int) -> None:
    found = feasts.each(feasts.FEASTS, year, year)
    assert [f"{day:%m-%d}" for day in found] == DAYS[year]


def test_in_a_replayed_log_they_keep_the_day_of_the_year_that_was_recorded() -> None:
    assert feasts.each(["good_friday"], 2038, 2038, shift_years=28) == (date(2038, 4, 2),)  # that of 2010


def test_a_region_replaces_hours_zone_and_languages_and_keeps_the_rest() -> None:
    home, away = terms_of("olcare"), terms_of("olcare", region="americas")
    assert (home.region, home.zone, home.languages) == ("emea", "Europe/Paris", ("en", "de", "fr", "nl"))
    assert (away.region, away.zone, away.languages) == ("americas", "America/Toronto", ("en", "fr", "es"))
    assert away.calendars["local"].zone == "America/Toronto"
    assert away.severities == home.severities
    assert (away.language("de"), home.language("de")) == ("en", "de")


def test_a_programme_moves_only_what_counts_on_the_local_hours() -> None:
    gold = terms_of("olcare", programme="gold")
    assert gold.extended is not None
    p1 = gold.extended.severities["p1"]
    assert p1.response is not None
    assert p1.response.on == "extended hours"
    assert gold.severities["p1"].response is not None
    assert gold.severities["p1"].response.on == "local"
    assert not gold.extended.holds_for("planetpress")
    assert not gold.extended.holds_for(None)
    assert terms_of("olcare").extended is None


@pytest.mark.parametrize("choice", [{"programme": "diamond"}, {"region": "moon"}])
def test_what_is_not_offered_is_refused_with_what_is(choice: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refusal:
        terms_of("trackforce", **choice)
    assert refusal.value.code == f"unknown_{next(iter(choice))}"
    assert "it offers: none" in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("is: standard", "is: gould", "default_programme.is", "did you mean gold"),
        ("is: emea", "is: europe", "default_region.is", "allowed: emea, americas, asia_pacific"),
        ("[labor_day, christmas_day", "[labour_day, christmas_day", "suspended", "did you mean labor_day"),
        ("instead_of: local", "instead_of: locals", "instead_of", "calendar of this agreement"),
        ('{mon-fri: "00:00-24:00"}', '{mon-fri: "00:00-25:00"}', "extended.hours", "25:00"),
        ("zone: America/Toronto", "zone: America/Torronto", "regions.americas.zone", "America/Toronto"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_at_its_place(old: str, new: str, path: str, said: str) -> None:
    text = published()["olcare"].read_text(encoding="utf-8").replace(old, new, 1)
    found = refused(text, name="olcare")
    assert [(path in one.path, said in one.message) for one in found] == [(True, True)], found
