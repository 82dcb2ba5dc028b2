"""The base of values that thousands of tickets hold alike, such as an agreement's terms: equal ones are one object."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, model_validator

from domain.base import Model

KEPT = 256
"""Values remembered for each model: agreements times revisions that are in use at one time, and their regions."""


class Shared(Model):
    """Immutable value that is read from JSON once and then handed out again to whoever reads the same.

    A worker keeps thousands of tickets in its memory, each with the terms of its agreement (45 kB as objects), and
    reads them again whenever a ticket comes back from its history.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _one_of_equal(cls, written: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(written, dict):
            return read(written)
        try:
            known = _place(cls, json.dumps(written))
        except TypeError:  # put together in Python from other models, not read
            return read(written)
        if not known:
            known.append(read(written))
        first: Self = known[0]
        return first


@lru_cache(maxsize=KEPT)
def _place(model: type[Shared], written: str) -> list[Any]:
    """Where the value that was read from this text is kept; empty for one that has not been read yet."""
    return []
