"""What migrations do to tables that may be large, in the form that lets the service go on (PostgreSQL).

A migration that uses these commits several times. It may be interrupted in between and begins again, so each of its
steps is one that can be repeated. SQLite has one writer at a time anyway and does all in one transaction.

Migrations are history: what stands here keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


def column(table: str, added: sa.Column[Any]) -> None:
    """Adds a column: nullable, or with a constant default, which PostgreSQL keeps without writing a row."""
    if not added.nullable and added.server_default is None:
        raise ValueError(
            f"{table}.{added.name}: rows that are there, and processes that do not know it, need a default"
        )
    op.add_column(table, added, if_not_exists=True if _serving() else None)


def index(name: str, table: str, columns: Sequence[str], *, where: str | None = None) -> None:
    """Builds an index while rows are read and written; `where` makes it one of some rows."""
    only: dict[str, Any] = {} if where is None else {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    if not _serving():
        op.create_index(name, table, list(columns), **only)
        return
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        # Building waits for transactions that were there before it, and nobody waits behind it meanwhile.
        before = connection.execute(sa.text("SELECT current_setting('lock_timeout')")).scalar_one()
        connection.execute(sa.text("SET lock_timeout = 0"))
        try:
            if _left_half_built(connection, name):
                op.drop_index(name, table, postgresql_concurrently=True)
            op.create_index(name, table, list(columns), postgresql_concurrently=True, if_not_exists=True, **only)
        finally:
            connection.execute(sa.text("SELECT set_config('lock_timeout', :before, false)"), {"before": before})


def drop_index(name: str, table: str) -> None:
    """Drops an index while rows are read and written."""
    if not _serving():
        op.drop_index(name, table)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)


def commit() -> None:
    """Commits what was done so far: after each batch of rows, so that none stays locked for long."""
    if _serving():
        with op.get_context().autocommit_block():
            pass


def _left_half_built(connection: sa.Connection, name: str) -> bool:
    """Whether a build was interrupted: such an index is kept up by every writer and used by nobody."""
    found = sa.text("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid")
    return connection.execute(found, {"name": name}).first() is not None


def _serving() -> bool:
    return op.get_context().dialect.name == "postgresql"
