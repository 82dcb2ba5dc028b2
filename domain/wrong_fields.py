"""What is wrong with the fields of a file that people write: each problem with its path, and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.errors import Path


def explained(error: ValidationError, data: Any) -> Iterator[tuple[Path, str]]:
    """Each problem of `data`: where in it, and a sentence."""
    for detail in error.errors(include_url=False):
        if detail["type"] != "is_instance_of":  # the other branch of a choice says it better
            yield _in_file(detail, data), _message(detail)


def _in_file(detail: ErrorDetails, data: Any) -> Path:
    """The error's place without what only the schema knows (a branch of a choice, "[key]")."""
    path: list[str | int] = []
    for part in detail["loc"]:
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        if inside:
            path.append(part)
            data = data[part]
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    if detail["type"] == "unknown_key":
        path.append(detail["ctx"]["key"])
    return tuple(path)


def _message(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    if kind in ("int_type", "int_parsing"):
        return f'must be a whole number, not "{given}"'
    if kind == "missing":
        return "is missing"
    if kind in ("enum", "literal_error"):
        allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f'"{given}" is not allowed; allowed: {allowed}'
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be a mapping of keys and values"
    if kind == "string_type":
        return "must be text; put it in quotes"
    if kind in ("bool_type", "bool_parsing"):
        return f'must be true or false, not "{given}"'
    if kind in ("too_short", "string_too_short"):
        return "must not be empty"
    if kind == "string_pattern_mismatch" and "A-Za-z0-9" in str(detail["ctx"].get("pattern")):
        return f'"{given}" is no name: letters, digits and . _ @ : + - only, at most 100'
    return detail["msg"].removeprefix("Value error, ")
