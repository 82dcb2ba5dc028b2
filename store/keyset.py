"""Keyset paging over any table: a cursor names the place after which the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, literal, tuple_

from store.types import UtcInstant


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
        place = tuple_(*(literal(value, column.type) for value, column in values))
        here = tuple_(*self.columns)
        return here < place if self.downwards else here > place

    def cursor_at(self, row: Mapping[Any, Any]) -> str:
        """The cursor of the page that begins after `row`."""
        values = [row[column.name] for column in self.columns]
        plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        written = json.dumps([self.name, *plain], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(written).decode().rstrip("=")

    def _read(self, cursor: str) -> list[Any]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if name != self.name or len(values) != len(self.columns):
                raise ValueError
            return [_value(value, column) for value, column in zip(values, self.columns, strict=True)]
        except (binascii.Error, ValueError, TypeError, RecursionError):
            raise ValueError(
                f"the cursor does not belong to a list ordered by {self.name}: begin at the first page, without one"
            ) from None


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
    if isinstance(value, str) and "\0" in value:
        raise ValueError
    return value
