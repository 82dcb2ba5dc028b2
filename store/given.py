"""What an organisation has given for good: items of the intake that are not asked for again (1L-15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain import events as ev
from domain.events import Event
from domain.record import Summary
from store.database import Database
from store.tables import organisation_facts as table


def find(db: Database, organisation: str, agreement: str) -> frozenset[str]:
    """Names of the items given under that agreement; what was given is not kept, for it may be a secret."""
    query = select(table.c.item).where(table.c.organisation == organisation, table.c.agreement == agreement)
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


def write(connection: Connection, summary: Summary, told: Iterable[Event]) -> None:
    """What these events give for good, or take back with the answer no; the same events again change nothing.

    In the recording's transaction. A step that is withdrawn later leaves it: the client has said so all the same.
    """
    for event in told:
        fact = event.fact
        if isinstance(fact, ev.TicketOpened):
            items = fact.opening.terms.intake
            standing = {name for name in fact.opening.intake if name in items and items[name].standing}
            _answered(connection, summary, {name: fact.opening.intake[name] for name in standing}, event.at)
        elif isinstance(fact, ev.IntakeSupplied):
            _answered(connection, summary, {name: fact.intake[name] for name in fact.standing}, event.at)


def _answered(connection: Connection, summary: Summary, answers: dict[str, str | bool], at: datetime) -> None:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    for item, answer in answers.items():
        key = {"organisation": summary.organisation, "agreement": summary.agreement, "item": item}
        if answer is False:
            same = [table.c[name] == value for name, value in key.items()]
            connection.execute(delete(table).where(*same))
        else:
            insert = dialect.insert(table).values({**key, "given_at": at})
            connection.execute(insert.on_conflict_do_nothing(index_elements=list(key)))
