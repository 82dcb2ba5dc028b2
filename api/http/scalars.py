"""Truth values, numbers and texts are told apart, as the OpenAPI document says: pydantic would read 0 as `false`.

A page's form has only texts, so whoever reads one says so (`FORM` as the validation's context).
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

FORM = {"form": True}
"""The context in which a text may stand for a number or a truth value."""


def check_scalar(model: type[BaseModel], field: str, value: Any, context: Any) -> None:
    """A ValueError where `value` is a truth value, number or text, and the field takes only another of the three."""
    takes = _kinds(model, field)
    if not takes & {bool, int, float}:
        return
    if isinstance(value, bool):
        wrong = bool not in takes
    elif isinstance(value, int | float):
        wrong = not takes & {int, float}
    else:
        wrong = isinstance(value, str) and str not in takes and context is not FORM
    if wrong:
        named = "true or false" if bool in takes else "a number"
        raise ValueError(f"has to be {named}, not {'a text' if isinstance(value, str) else repr(value).lower()}")


@cache
def _kinds(model: type[BaseModel], field: str) -> frozenset[type]:
    """The types that stand anywhere in the field's annotation, except inside a collection."""
    return frozenset(_within(model.model_fields[field].annotation))


def _within(annotation: Any) -> list[type]:
    if annotation is type(None):
        return []
    if isinstance(annotation, type):
        # An enum or a decimal is written as a text.
        return [annotation if annotation in (bool, int, float) else str]
    if getattr(annotation, "__origin__", None) in (dict, tuple, list, frozenset, set):
        return []
    return [kind for part in get_args(annotation)[: _meant(annotation)] for kind in _within(part)]


def _meant(annotation: Any) -> int | None:
    """Of `Annotated[int, ...]` only the first argument is a type."""
    return 1 if hasattr(annotation, "__metadata__") else None
