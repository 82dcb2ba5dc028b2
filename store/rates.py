"""How often somebody came, in windows of time: counted by every API process together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from store.database import Database
from store.tables import rate_counts as table

TOGETHER = 200
"""Rows in one statement."""


class Window(NamedTuple):
    """Whose window, and its number since 1970. The key is `limit:length in seconds:whose`."""

    key: str
    number: int

    @property
    def before(self) -> Window:
        """The one that ended when this one began."""
        return Window(self.key, self.number - 1)

    @property
    def length(self) -> int:
        """Seconds."""
        return int(self.key.split(":")[1])


def add(db: Database, counts: Mapping[Window, tuple[int, datetime]]) -> dict[Window, int]:
    """Adds to these windows (how many, when the count is worth nothing any more); what they and those before hold."""
    dialect: Any = sqlite if db.sqlite else postgresql
    # In one order everywhere: two processes that count the same people must not wait for each other.
    rows: list[dict[str, Any]] = [
        {"key": window.key, "window": window.number, "count": more, "ends_at": ends}
        for window, (more, ends) in sorted(counts.items())
    ]
    found: dict[Window, int] = {}
    with db.begin() as connection:
        for first in range(0, len(rows), TOGETHER):
            part = rows[first : first + TOGETHER]
            new = dialect.insert(table).values(part)
            more = {"count": table.c.count + new.excluded.count}
            connection.execute(new.on_conflict_do_update(index_elements=["key", "window"], set_=more))
            wanted = [(row["key"], row["window"] - past) for row in part for past in (0, 1)]
            query = select(table.c.key, table.c.window, table.c.count)
            for key, number, count in connection.execute(
                query.where(tuple_(table.c.key, table.c.window).in_(wanted))
            ).all():
                found[Window(key, number)] = count
    return found


def forget(db: Database, now: datetime) -> int:
    """Deletes windows that count for nothing any more; how many."""
    with db.begin() as connection:
        return connection.execute(delete(table).where(table.c.ends_at <= now)).rowcount
