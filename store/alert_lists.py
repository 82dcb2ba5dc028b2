"""Reading what monitors reported: every alert with what became of it. And keeping what is nobody's, or too early."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import field_validator
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.alerts import Outcome
from domain.base import Instant, Model
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page, within
from store.tables import alert_episodes as t

MOST = listing.MOST
"""Alerts on a page, at most."""
NOBODYS_FOR = timedelta(days=30)
NOBODYS_MOST = 10_000
"""How long, and how many, alerts are kept that belong to no organisation: whoever may post could fill the disk."""


class AlertRow(Model):
    """An episode as it was reported first, what became of it, and when it was last heard of. `times`: how often."""

    id: str
    organisation: str | None = None
    source: str
    fingerprint: str
    started_at: Instant
    ended_at: Instant | None = None
    monitor: str
    by: str
    severity: str | None = None
    service: str | None = None
    subject: str
    labels: dict[str, str]
    ticket: str | None = None
    outcome: Outcome
    reason: str | None = None
    received_at: Instant
    seen_at: Instant
    times: int

    @field_validator("labels", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str | bytes) else value


class AlertFilter(Model):
    """Everything given must hold. `to_at` is exclusive; `from_at` and `to_at` are of when it was first reported."""

    organisation: str | None = None
    source: str | None = None
    fingerprint: str | None = None
    outcome: Outcome | None = None
    ticket: str | None = None
    firing: bool | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None


class AlertOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    AlertOrder.newest: Keyset("newest", (t.c.received_at, t.c.id), downwards=True),
    AlertOrder.oldest: Keyset("oldest", (t.c.received_at, t.c.id)),
}


def find(
    db: Database,
    wanted: AlertFilter,
    order: AlertOrder = AlertOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[AlertRow], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(*(t.c[name] for name in AlertRow.model_fields))
    query = query.where(*equal(t, wanted, "organisation", "source", "fingerprint", "outcome", "ticket"))
    if wanted.firing is not None:
        query = query.where(t.c.ended_at.is_(None) if wanted.firing else t.c.ended_at.is_not(None))
    query = query.where(*within(t.c.received_at, wanted))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [AlertRow.model_validate(row) for row in rows], following


def skip(db: Database, row: AlertRow, now: datetime) -> None:
    """Keeps an alert that comes to nothing, with its reason; reported again, it is one row. Old ones of nobody go."""
    dialect: Any = sqlite if db.sqlite else postgresql
    values = {
        **dict.fromkeys(("place", "told_at", "end_told_at")),
        "labels": json.dumps(row.labels, ensure_ascii=False), "outcome": str(Outcome.skipped), "group_key": "",
        "counts": False, "last_word": False, "placed_at": now, "times": 1,
        **{name: getattr(row, name) for name in AlertRow.model_fields if name not in ("labels", "outcome", "times")},
    }  # fmt: skip
    values["ending"] = "listed" if row.ended_at else None
    made = dialect.insert(t).values(values)
    again = {"seen_at": now, "times": t.c.times + 1, "reason": row.reason}
    with db.begin() as connection:
        connection.execute(
            made.on_conflict_do_update(index_elements=["id"], set_=again, where=t.c.outcome == str(Outcome.skipped))
        )
        if row.organisation is None:
            nobodys = t.c.organisation.is_(None)
            connection.execute(delete(t).where(nobodys, t.c.received_at < now - NOBODYS_FOR))
            newest = select(t.c.id).where(nobodys).order_by(t.c.received_at.desc(), t.c.id.desc())
            beyond = select(newest.offset(NOBODYS_MOST).limit(1_000).subquery().c.id)
            connection.execute(delete(t).where(t.c.id.in_(beyond)))
