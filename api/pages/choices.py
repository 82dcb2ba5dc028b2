"""The options of a choice, written in one go: a page may offer every client there is, several hundred of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup, escape

KNOWN = 100
"""Choices that are kept as they were written; each is as long as there are clients or staff."""


def options(names: Mapping[str, str], chosen: str | None = None, without: str | None = None) -> Markup:
    """An `<option>` for each value and its words; `chosen` is selected, `without` left out."""
    return _written(tuple(names.items()), chosen, without)


@lru_cache(maxsize=KNOWN)
def _written(names: tuple[tuple[str, str], ...], chosen: str | None, without: str | None) -> Markup:
    made = (
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in names
        if value != without
    )
    return Markup("".join(made))  # both parts are escaped
