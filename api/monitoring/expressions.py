"""JMESPath, as a monitor's file writes it: short, checked when the file is read, never an error when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

LONGEST = 500
"""Characters of one expression."""


class Expression:
    """An expression that compiles. It looks things up and has no loops of its own: its cost is bounded by the body."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"is longer than {LONGEST} characters; an expression looks something up, no more")
        try:
            self._compiled = jmespath.compile(text)
        except (JMESPathError, RecursionError) as error:
            raise ValueError(f'"{text[:80]}" is no JMESPath: {" ".join(str(error).split())[:200]}') from None
        for name in _functions(self._compiled.parsed):
            if name not in Functions.FUNCTION_TABLE:
                known = ", ".join(sorted(Functions.FUNCTION_TABLE))
                raise ValueError(f'"{text[:80]}": there is no function {name}; there are {known}')
        self.text = text

    def find(self, data: Any) -> Any:
        """What it finds. ValueError when it cannot be asked of this data (a length of a number)."""
        try:
            return self._compiled.search(data)
        except (JMESPathError, RecursionError, TypeError, ArithmeticError) as error:
            raise ValueError(f'"{self.text}" does not fit: {" ".join(str(error).split())[:200]}') from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema(min_length=1))
        return core_schema.union_schema([core_schema.is_instance_schema(cls), from_text], mode="left_to_right")


def _functions(node: Any) -> Iterator[str]:
    """Names of the functions that an expression calls."""
    if isinstance(node, dict):
        if node.get("type") == "function_expression":
            yield str(node["value"])
        for child in node.get("children", ()):
            yield from _functions(child)
