"""What contacts and staff wish of our messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.messages import Recipient
from domain.preferences import Preferences
from store.database import Database
from store.tables import preferences as table

Kind = Literal["contact", "staff"]


def read(db: Database, kind: Kind, name: str) -> Preferences:
    """Somebody's wishes; the default ones of who never said any."""
    query = select(table.c.body).where(table.c.kind == kind, table.c.id == name)
    with db.read() as connection:
        body = connection.execute(query).scalar_one_or_none()
    return Preferences() if body is None else Preferences.model_validate_json(body)


def save(db: Database, kind: Kind, name: str, wishes: Preferences, by: str, now: datetime) -> None:
    """They hold from the next message on that nothing was decided about yet."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = {"kind": kind, "id": name, "body": wishes.model_dump_json(), "updated_at": now, "by": by}
    insert = dialect.insert(table).values(row)
    changed = {column: insert.excluded[column] for column in ("body", "updated_at", "by")}
    with db.begin() as connection:
        connection.execute(insert.on_conflict_do_update(index_elements=["kind", "id"], set_=changed))


def of_readers(connection: Connection, readers: Collection[Recipient]) -> dict[Recipient, Preferences]:
    """The wishes of those readers who have any, inside the caller's transaction."""
    names = [one.id for one in readers if one.kind in ("contact", "staff")]
    if not names:
        return {}
    rows = connection.execute(select(table).where(table.c.id.in_(names))).all()
    return {Recipient(kind=row.kind, id=row.id): Preferences.model_validate_json(row.body) for row in rows}
