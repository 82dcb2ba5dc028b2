"""What is wrong with a mapping or a scenario: each problem with its place, and what is allowed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import FileRefused, Path, Problem, written
from foresight.mapping import Mapping
from foresight.scenario import Scenario

Checked = TypeVar("Checked", bound=BaseModel)


class MappingError(FileRefused):
    """A mapping that cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("mapping_refused", problems)


class ScenarioRefused(FileRefused):
    """A scenario that cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("scenario_refused", problems)


def checked(data: Any, *, file: str, line: Callable[[Path], int]) -> Mapping:
    """The mapping in plain data; `line` says where a path stands in the file. MappingError otherwise."""
    if not isinstance(data, dict):
        raise MappingError([Problem(file, 1, "", "is no mapping: it must begin with `log:` and `columns:`")])
    return _checked(Mapping, data, file, line, MappingError)


def checked_scenario(data: Any, *, file: str, line: Callable[[Path], int]) -> Scenario:
    """The scenario in plain data; ScenarioRefused otherwise."""
    if not isinstance(data, dict):
        raise ScenarioRefused([Problem(file, 1, "", "is no scenario: it must begin with `scenario:` and `opened:`")])
    return _checked(Scenario, data, file, line, ScenarioRefused)


def _checked(
    model: type[Checked],
    data: Any,
    file: str,
    line: Callable[[Path], int],
    refused: Callable[[list[Problem]], FileRefused],
) -> Checked:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = sorted(set(_explained(error, data)), key=lambda one: (line(one[0]), str(one)))
        raise refused([Problem(file, line(path), written(path), message) for path, message in found]) from None


def _explained(error: ValidationError, data: Any) -> Iterator[tuple[Path, str]]:
    for detail in error.errors(include_url=False):
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
    return detail["msg"].removeprefix("Value error, ")
