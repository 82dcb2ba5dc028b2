"""What stands in a cell of a CSV file, so that no spreadsheet runs it."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula; the wide signs are made narrow where one reads Japanese."""


def cell(value: object) -> object:
    """The value as it is written: an apostrophe before what people wrote and a spreadsheet would run; numbers stay."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
