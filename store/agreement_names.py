"""Which revisions new tickets take: names alone, for whoever has read the agreements already."""

from __future__ import annotations

from sqlalchemy import select

from store.database import Database
from store.quick import Quick
from store.tables import agreements

_CURRENT = Quick(
    select(agreements.c.name, agreements.c.revision).where(agreements.c.current).order_by(agreements.c.name)
)


def current_names(db: Database) -> tuple[tuple[str, str], ...]:
    """Name and revision of each agreement as it stands now, by name."""
    return tuple((row["name"], row["revision"]) for row in _CURRENT.rows(db))
