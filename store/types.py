"""Column types that mean the same in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands in a column for "nothing is due": sorts after every real instant in both databases, and needs no NULL rule."""

Document = JSON
"""JSON *text* on our side of the driver (the engine is told not to parse it): pydantic reads and writes it faster.

Not PostgreSQL's jsonb: that sorts the keys of an object, and in an agreement's terms their order is the severities'.
"""


class UtcInstant(TypeDecorator[datetime]):
    """An aware datetime, microseconds kept. PostgreSQL: timestamptz. SQLite: UTC as text of one width, which sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no UTC offset: give an aware datetime")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        at: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return at

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        # PostgreSQL speaks UTC to us (store.database): a call for each of a page's instants would cost more than
        # the query.
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)


class UtcInstantOrNever(UtcInstant):
    """Like `UtcInstant`, None stored as `NEVER`: an order by this column is one walk along a plain index."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return super().process_bind_param(NEVER if value is None else value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return or_none(super().process_result_value(value, dialect))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return or_none if dialect.name == "postgresql" else super().result_processor(dialect, coltype)


def or_none(at: datetime | None) -> datetime | None:
    """The instant, without the one that stands for none."""
    return None if at == NEVER else at
