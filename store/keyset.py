"""Keyset paging over any table: a cursor names the place after which the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, literal, tuple_

from store.types import NEVER, UtcInstant, UtcInstantOrNever


@dataclass(frozen=True)
class Keyset:
    """An order of a list: its name, and columns that together are unique; `downwards` is from the last one on."""

    name: str
    columns: tuple[Column[Any], ...]
    downwards: bool = False

    @property
    def ordering(self) -> list[ColumnElement[Any]]:
        """What a query in this order is ordered by."""
        return [column.desc() if self.downwards else column.asc() for column in self.columns]

    def beyond(self, cursor: str) -> ColumnElement[bool]:
        """The condition for what comes after `cursor`. ValueError when it is not of a list in this order."""
        values = zip(self._read(cursor), self.columns, strict=True)
        return self._after(*(literal(value, column.type) for value, column in values))

    @property
    def beyond_place(self) -> ColumnElement[bool]:
        """The same of a place that is given with the query: `place`."""
        return self._after(*(bindparam(f"after_{n}", type_=column.type) for n, column in enumerate(self.columns)))

    def place(self, cursor: str) -> dict[str, Any]:
        """The parameters of `beyond_place`. ValueError when the cursor is not of a list in this order."""
        return {f"after_{n}": value for n, value in enumerate(self._read(cursor))}

    def cursor_at(self, row: Mapping[Any, Any]) -> str:
        """The cursor of the page that begins after `row`."""
        values = [self._list, *(_written(row[column.name], column) for column in self.columns)]
        return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")

    @property
    def _list(self) -> str:
        # Every list has a "newest": a cursor must not lead into another one.
        return f"{self.columns[-1].table.name}.{self.name}"

    def _after(self, *place: ColumnElement[Any]) -> ColumnElement[bool]:
        here = tuple_(*self.columns)
        return here < tuple_(*place) if self.downwards else here > tuple_(*place)

    def _read(self, cursor: str) -> list[Any]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if name != self._list or len(values) != len(self.columns):
                raise ValueError
            return [_value(value, column) for value, column in zip(values, self.columns, strict=True)]
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
            raise ValueError(
                f"the cursor does not belong to a list ordered by {self.name}: begin at the first page, without one"
            ) from None


def _written(value: Any, column: Column[Any]) -> Any:
    if value is None and isinstance(column.type, UtcInstantOrNever):
        value = NEVER
    return value.isoformat() if isinstance(value, datetime) else value


def _value(value: Any, column: Column[Any]) -> Any:
    if isinstance(column.type, UtcInstant):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    if not isinstance(value, column.type.python_type) or isinstance(value, bool):
        raise ValueError
    if isinstance(value, int) and abs(value) >= 2**31:  # no number of ours, and more than a column can be asked for
        raise ValueError
    if isinstance(value, str) and b"\0" in value.encode():  # which fails for half a sign, a lone surrogate
        raise ValueError
    return value
