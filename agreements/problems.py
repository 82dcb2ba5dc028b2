"""What is wrong with an agreement file: each problem with its place, and what is allowed there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agreements.plain import Path, Reading
from agreements.schema import AgreementFile
from domain.errors import FileRefused, Problem


class AgreementError(FileRefused):
    """An agreement file that cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("agreement_refused", problems)


def explained(error: ValidationError, reading: Reading) -> Iterator[tuple[Path, str]]:
    """The schema's refusals as (path in the file, message)."""
    for detail in error.errors(include_url=False):
        path = _in_file(detail, reading.data)
        if detail["type"] == "places":
            yield from (((*path, *below), message) for below, message in detail["ctx"]["places"])
        elif detail["type"] == "uncited":
            yield path[:-1], detail["msg"]
        else:
            yield path, _message(detail, path)


def _in_file(detail: ErrorDetails, data: Any) -> Path:
    """The error's location without what only the schema knows (which branch, "[key]")."""
    path: list[str | int] = []
    for part in detail["loc"]:
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        if inside:
            path.append(part)
            data = data[part]
    if detail["type"] in ("missing", "uncited"):
        path.append(detail["loc"][-1])
    return tuple(path)


def _message(detail: ErrorDetails, path: Path) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _keys(path[:-1])
        # `{assumed: this, and that}`: YAML takes what follows the comma for a key of its own.
        hint = "text with a comma inside {...} needs quotes; " if given is None else ""
        return f"is no key of this part; {hint}{_near(path[-1], allowed)}allowed: {', '.join(allowed)}"
    if kind == "missing":
        meaning = _schema_at(path).get("description", "")
        return f"is missing{': ' + meaning if meaning else ''}"
    if kind in ("enum", "literal_error"):
        allowed = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f'"{given}" is not allowed; {_near(given, allowed)}allowed: {", ".join(allowed)}'
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        keys = ", ".join(_keys(path))
        return f"must be a mapping{' with the keys ' + keys if keys else ' of names'}, not {_seen(given)}"
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, as in [first, second], not {_seen(given)}"
    if kind == "string_type":
        return f"must be text, not {_seen(given)}; put it in quotes"
    if kind in ("bool_type", "bool_parsing"):
        return f"must be true or false, not {_seen(given)}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty"
    return detail["msg"].removeprefix("Value error, ")


def _keys(path: Path) -> list[str]:
    """The keys allowed at `path`; the source, which every rule has, comes last."""
    keys = list(_schema_at(path).get("properties", {}))
    return sorted(keys, key=("clause", "assumed").count)


def _near(word: object, allowed: list[str]) -> str:
    near = difflib.get_close_matches(str(word), allowed, n=2)
    return f"did you mean {' or '.join(near)}? " if near else ""


def _seen(given: Any) -> str:
    if given is None:
        return "empty"
    if isinstance(given, dict | list):
        return "a mapping" if isinstance(given, dict) else "a list"
    return f'"{given}"'


@lru_cache(maxsize=1)
def _whole_schema() -> dict[str, Any]:
    return AgreementFile.model_json_schema()


def _schema_at(path: Path) -> dict[str, Any]:
    """The JSON Schema of what stands at `path`; empty where the schema knows nothing."""
    node = _resolved(_whole_schema(), None)
    for part in path:
        inside = node.get("properties", {})
        found = inside.get(part) if part in inside else node.get("additionalProperties", node.get("items"))
        if not isinstance(found, dict):
            return {}
        node = _resolved(found, found.get("description"))
    return node


def _resolved(node: dict[str, Any], description: str | None) -> dict[str, Any]:
    """Follows references, and in a choice the branch that has keys or items."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[-1]
        node = _resolved(_whole_schema()["$defs"][name], None)
    for branch in node.get("anyOf", ()):
        found = _resolved(branch, None)
        if {"properties", "additionalProperties", "items"} & found.keys():
            node = found
            break
    return {**node, "description": description} if description else node
