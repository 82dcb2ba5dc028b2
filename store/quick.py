"""A query that is asked all day: written by SQLAlchemy once, then said to the driver as it stands.

For a page of fifty rows, writing the statement anew and wrapping each row costs more than the database takes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Dialect, Select, literal_column
from sqlalchemy.exc import DBAPIError

from store.database import Database
from store.types import NEVER, UtcInstantOrNever

Query = Select[*tuple[Any, ...]]


def first(query: Query, most: int) -> Query:
    """The query's first rows. Their number stands in the text: PostgreSQL would plan anew each time to learn it."""
    return query.limit(literal_column(str(int(most))))


class Quick:
    """A query whose values are named parameters (`bindparam`). Safe to share between threads. `query`: what it says."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self._names = tuple(str(column.key) for column in query.selected_columns)
        self._never = tuple(
            str(column.key) for column in query.selected_columns if isinstance(column.type, UtcInstantOrNever)
        )
        self._written: tuple[str, dict[str, Any]] | None = None

    def rows(self, db: Database, **values: Any) -> list[dict[str, Any]]:
        """Its rows by the columns' names; each is the caller's own."""
        with db.read() as connection:
            if db.sqlite:
                return [dict(zip(self._names, row, strict=True)) for row in connection.execute(self.query, values)]
            found = self._said(connection, values)
        names, never = self._names, self._never
        rows = [dict(zip(names, row, strict=True)) for row in found]
        for row in rows:
            for name in never:
                if row[name] == NEVER:
                    row[name] = None
        return rows

    def _said(self, connection: Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        dialect = connection.dialect
        text, parameters = self._written or self._write(dialect)
        cursor = connection.connection.cursor(binary=True)  # instants need no parsing so
        try:
            cursor.execute(text, {**parameters, **values})
            return list(cursor.fetchall())
        except dialect.loaded_dbapi.Error as error:
            # What fails is told as SQLAlchemy tells it: the API answers a lost database by its exceptions.
            if dialect.is_disconnect(error, None, cursor):
                connection.invalidate(error)
            raise DBAPIError.instance(text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True) from error
        finally:
            cursor.close()

    def _write(self, dialect: Dialect) -> tuple[str, dict[str, Any]]:
        compiled = self.query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._written = str(compiled), dict(compiled.params)
        return self._written
