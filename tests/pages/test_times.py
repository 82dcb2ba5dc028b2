"""Shares as they are read in each language."""

from __future__ import annotations

import pytest

from api.pages.times import percent


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
