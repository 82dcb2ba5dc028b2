"""What is wrong with a mapping or a scenario: each problem with its place, and what is allowed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import FileRefused, Path, Problem, written
from domain.wrong_fields import explained
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
        found = sorted(set(explained(error, data)), key=lambda one: (line(one[0]), str(one)))
        raise refused([Problem(file, line(path), written(path), message) for path, message in found]) from None
