"""Shares, sizes and instants as they are read in each language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.pages.times import percent, readable, size


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (0.933, "93.3%", "93,3\N{NO-BREAK SPACE}%"),
        (1.0, "100%", "100\N{NO-BREAK SPACE}%"),
        (0.0, "0%", "0\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_share_has_the_decimal_sign_of_its_language(share: float, english: str, french: str) -> None:
    assert (percent(share, "en"), percent(share, "fr")) == (english, french)


NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "valid until 27 Dec 05:06, then over"), ("fr", "valid until 27 déc. 05:06, then over")],
)
def test_an_instant_in_a_sentence_of_the_rules_reads_as_every_other_on_the_page(language: str, told: str) -> None:
    sentence = "valid until 2026-12-27 05:06 Europe/Paris, then over"
    assert readable(sentence, NOON, language, "Europe/Paris") == told


def test_an_instant_of_another_zone_is_told_in_the_pages() -> None:
    assert readable("due 2026-03-02 12:00 UTC.", NOON, "en", "Europe/Paris") == "due 13:00."


@pytest.mark.parametrize("words", ["2026-02-30 09:00 Europe/Paris", "2026-03-02 09:00 Nowhere/Atall", "On 2026-03-02"])
def test_what_only_looks_like_an_instant_stays_as_it_was_written(words: str) -> None:
    assert readable(words, NOON, "fr", "Europe/Paris") == words


def test_a_files_size_is_told_in_the_readers_units() -> None:
    said = [size(octets, "fr").replace("\N{NARROW NO-BREAK SPACE}", " ") for octets in (12, 2_048, 1_572_864)]
    assert said == ["1 ko", "2 ko", "1,5 Mo"]
    assert size(1_572_864, "en") == "1.5 MB"
