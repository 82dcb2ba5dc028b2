"""What a drill puts to something else in the database of a demo, and back (cli/drill). Nothing else may."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Update, column, select, table, update

from store.database import Database
from store.tables import agreements

WRONG_REVISION = "0001"
WRONG_AGREEMENT = "agreement: olcare\nseverities: {}\n"
_revision = table("alembic_version", column("version_num"))
_olcare = (agreements.c.name == "olcare", agreements.c.current)


class Value(StrEnum):
    """The schema's revision, or the document of an agreement that is current."""

    revision = "revision"
    agreement = "agreement"


def spoil(db: Database, value: Value) -> str:
    """Puts it to what is wrong; what it was before. SQLAlchemy's NoResultFound where there is none."""
    if value is Value.revision:
        query, wrong = select(_revision.c.version_num), WRONG_REVISION
    else:
        query, wrong = select(agreements.c.document).where(*_olcare), WRONG_AGREEMENT
    with db.begin() as connection:
        before: str = connection.execute(query).scalar_one()
        connection.execute(_put(value, wrong))
    return before


def put_back(db: Database, value: Value, before: str) -> None:
    """Puts it to what it was."""
    with db.begin() as connection:
        connection.execute(_put(value, before))


def _put(value: Value, to: str) -> Update:
    if value is Value.revision:
        return update(_revision).values(version_num=to)
    return update(agreements).where(*_olcare).values(document=to)
