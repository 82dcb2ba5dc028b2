"""What the tables share: their metadata, and columns that recur."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, Text

from store.types import UtcInstant

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_uq",
    }
)


def words(name: str, *, optional: bool = False, **more: Any) -> Column[str]:
    """A text."""
    return Column(name, Text, nullable=optional, **more)


def instant(name: str, *, optional: bool = False) -> Column[Any]:
    """An instant, in UTC."""
    return Column(name, UtcInstant, nullable=optional)


def organisation(*, optional: bool = False) -> Column[str]:
    """A reference to an organisation."""
    return Column("organisation", Text, ForeignKey("organisations.id"), nullable=optional)


def ticket(*, optional: bool = False) -> Column[str]:
    """A reference to a ticket."""
    return Column("ticket", Text, ForeignKey("tickets.id"), nullable=optional)
