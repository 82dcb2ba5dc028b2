"""A clock as it was stored: read once, however many lists it is in."""

from __future__ import annotations

from functools import lru_cache

from domain.clock import Clock

KNOWN = 4_000
"""Clocks that a process keeps: those of the pages that a desk looks at all day, a few thousand bytes each."""


@lru_cache(maxsize=KNOWN)
def clock(body: str | bytes) -> Clock:
    """The clock of this JSON. It never changes, as its text does not: a changed one is another text."""
    return Clock.model_validate_json(body)
