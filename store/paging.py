"""Orders of lists and the cursors into them: keyset paging, which costs the same on every page."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, literal, tuple_

from store.tables import tickets
from store.types import NEVER, UtcInstant, UtcInstantOrNever


class Order(StrEnum):
    """`next_due` soonest first, `opened_at` and `updated` newest first, `severity` most severe, then soonest due.

    `queue`: as the work is taken up, by the programme's rank, then the promise nearest to being missed (OL-03).
    `awaiting`: as a client looks at its own: what waits for the client, then what is open by the promise that is
    nearest, then what is closed.
    `promised_by`: the commitment that is to be kept soonest.
    """

    next_due = "next_due"
    queue = "queue"
    awaiting = "awaiting"
    opened_at = "opened_at"
    severity = "severity"
    updated = "updated"
    promised_by = "promised_by"


_KEYS: dict[Order, tuple[tuple[Column[Any], ...], bool]] = {
    Order.next_due: ((tickets.c.next_due, tickets.c.id), False),
    Order.queue: ((tickets.c.queue_rank, tickets.c.promise_due, tickets.c.id), False),
    Order.awaiting: ((tickets.c.client_rank, tickets.c.promise_due, tickets.c.id), False),
    Order.opened_at: ((tickets.c.opened_at, tickets.c.id), True),
    Order.severity: ((tickets.c.severity_rank, tickets.c.next_due, tickets.c.id), False),
    Order.updated: ((tickets.c.updated_at, tickets.c.id), True),
    Order.promised_by: ((tickets.c.promised_by, tickets.c.id), False),
}
"""Columns of each order, and whether it runs downwards. The id makes every place unique, or a page would skip some."""


def ordering(order: Order) -> list[ColumnElement[Any]]:
    """What a query in this order is ordered by."""
    columns, downwards = _KEYS[order]
    return [column.desc() if downwards else column.asc() for column in columns]


def beyond(cursor: str, order: Order) -> ColumnElement[bool]:
    """The condition for what comes after `cursor`. ValueError when it is not of a list in this order."""
    columns, downwards = _KEYS[order]
    values = zip(_read(cursor, order), columns, strict=True)
    place = tuple_(*(literal(value, column.type) for value, column in values))
    here = tuple_(*columns)
    return here < place if downwards else here > place


def cursor_at(row: Any, order: Order) -> str:
    """The cursor of the page that begins after `row`."""
    values: list[Any] = [str(order)]
    for column in _KEYS[order][0]:
        value = getattr(row, column.name)
        if isinstance(column.type, UtcInstantOrNever) and value is None:
            value = NEVER
        values.append(value.isoformat() if isinstance(value, datetime) else value)
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> list[Any]:
    columns, _ = _KEYS[order]
    try:
        name, *values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if name != order or len(values) != len(columns):
            raise ValueError
        return [_value(value, column) for value, column in zip(values, columns, strict=True)]
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise ValueError(
            f"the cursor does not belong to a list ordered by {order}: begin at the first page, without a cursor"
        ) from None


def _value(value: Any, column: Column[Any]) -> Any:
    if isinstance(column.type, UtcInstant):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    if not isinstance(value, column.type.python_type) or isinstance(value, bool):
        raise ValueError
    if isinstance(value, int) and abs(value) > 1_000_000:
        raise ValueError
    if isinstance(value, str) and "\0" in value:
        raise ValueError
    return value
