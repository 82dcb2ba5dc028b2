"""What is wrong with an agreement file: each problem with its place, and what is allowed there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agreements.plain import Path, Reading
from agreements.schema import AgreementFile
from domain.errors import DomainError


@dataclass(frozen=True)
class Problem:
    """`file` as it was named, `line` from 1 (0: the whole file), `path` as in `severities.p1.response.on`."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class AgreementError(DomainError):
    """An agreement file that cannot be used; `problems` are all that were found, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("agreement_refused", "\n".join(str(problem) for problem in problems))
        self.problems = problems


def written(path: Path) -> str:
    """A path as people write it: `ladder[1].of`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


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
