"""What a drill puts to something else in the database of a demo, and back (cli/drill). Nothing else may."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import inspect, select, text, update

from store import migrating
from store.database import MIGRATIONS, Database
from store.tables import agreements

_olcare = (agreements.c.name == "olcare", agreements.c.current)


class Value(StrEnum):
    """The schema's revision, or the document of an agreement that is current."""

    revision = "revision"
    agreement = "agreement"


def spoil(db: Database, value: Value) -> Any:
    """Puts it to what is wrong; what `put_back` needs. SQLAlchemy's NoResultFound where there is none."""
    if value is Value.revision:
        return _before_the_newest_migration(db)
    with db.begin() as connection:
        before: str = connection.execute(select(agreements.c.document).where(*_olcare)).scalar_one()
        spoilt = before.replace("\nseverities:", "\nseverity:", 1)
        connection.execute(update(agreements).where(*_olcare).values(document=spoilt))
        return before


def put_back(db: Database, value: Value, before: Any) -> None:
    """Puts it to what it was, whether somebody has mended it meanwhile or not."""
    if value is Value.agreement:
        with db.begin() as connection:
            connection.execute(update(agreements).where(*_olcare).values(document=before))
        return
    db.upgrade()
    with db.begin() as connection:
        for table, rows in before.items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join(f":{place}" for place in range(len(row)))
                values = {str(place): value for place, value in enumerate(row.values())}
                connection.execute(text(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'), values)


def _before_the_newest_migration(db: Database) -> dict[str, list[dict[str, Any]]]:
    """As a deployment leaves it that forgot to prepare. The rows of the tables that the migration had brought."""
    with db.begin() as connection:  # tried, to learn which tables go with it
        trial = connection.begin_nested()
        before = set(inspect(connection).get_table_names())
        migrating.back(connection, str(MIGRATIONS))
        gone = before - set(inspect(connection).get_table_names())
        trial.rollback()
    with db.begin() as connection:
        kept = {
            table: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()]
            for table in sorted(gone)
        }
        migrating.back(connection, str(MIGRATIONS))
    return kept
