"""Bringing the rows of one database into another: a world that was filled once, on PostgreSQL too."""

from __future__ import annotations

from sqlalchemy import insert, select, text

from store.database import Database
from store.tables import metadata


def pour(source: Database, target: Database) -> None:
    """Empties `target`, which has the schema, and gives it every row of `source`."""
    with source.read() as reading, target.begin() as writing:
        writing.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
