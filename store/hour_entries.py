"""Time entries as lists show them: written with the recording that carries them, in its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import field_validator
from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain import events as ev
from domain.base import Instant, Model
from domain.events import Event
from domain.record import Summary
from domain.words import Cover, Work
from store import listing
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import hour_entries as table

MOST = listing.MOST
"""Entries on a page, at most."""


class EntryOrder(StrEnum):
    """Both newest first: when the work was done, when it was logged."""

    began_at = "began_at"
    logged_at = "logged_at"


_ORDERS = {
    EntryOrder.began_at: Keyset("began_at", (table.c.began_at, table.c.ticket, table.c.number), downwards=True),
    EntryOrder.logged_at: Keyset("logged_at", (table.c.logged_at, table.c.ticket, table.c.number), downwards=True),
}


class Entry(Model):
    """One intervention, in minutes: as worked, as counted, and what of it is charged to `cover`."""

    ticket: str
    number: int
    organisation: str
    contract: str
    work: Work
    member: str
    began_at: Instant
    logged_at: Instant
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str


class EntryFilter(Model):
    """Everything given must hold. `to` instants are exclusive."""

    organisation: str
    ticket: str | None = None
    cover: Cover | None = None
    work: Work | None = None
    began_from: Instant | None = None
    began_to: Instant | None = None
    logged_from: Instant | None = None
    logged_to: Instant | None = None

    @field_validator("organisation", "ticket")
    @classmethod
    def _sayable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("contains a NUL character, which PostgreSQL cannot look for")
        return value


class Page(Model):
    """Entries, and the cursor of the page after them; None after the last."""

    entries: tuple[Entry, ...]
    next: str | None


def find(
    db: Database,
    wanted: EntryFilter,
    order: EntryOrder = EntryOrder.began_at,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """One page of the entries that `wanted` describes. ValueError for a cursor that is not of such a list."""
    rows, following = page(db, select(table).where(*_conditions(wanted)), _ORDERS[order], cursor, limit)
    found = tuple(Entry.model_validate({name: row[name] for name in Entry.model_fields}) for row in rows)
    return Page(entries=found, next=following)


def write(connection: Connection, summary: Summary, told: Iterable[Event]) -> None:
    """The entries that these events log or charge otherwise; the same events again change nothing."""
    for event in told:
        fact = event.fact
        if isinstance(fact, ev.TimeLogged):
            dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
            insert = dialect.insert(table).values(_row(summary, event, fact))
            others = {column.name: insert.excluded[column.name] for column in table.columns}
            connection.execute(insert.on_conflict_do_update(index_elements=["ticket", "number"], set_=others))
        elif isinstance(fact, ev.HoursMoved):
            for number, charged in fact.charged.items():
                here = update(table).where(table.c.ticket == summary.id, table.c.number == number)
                connection.execute(here.values(cover=str(fact.cover), charged=charged))


def forget(connection: Connection, ticket: str, first: int = 1) -> None:
    """Takes away the entries that were logged by event number `first` or later."""
    connection.execute(delete(table).where(table.c.ticket == ticket, table.c.sequence >= first))


def _row(summary: Summary, event: Event, fact: ev.TimeLogged) -> dict[str, Any]:
    return {
        "ticket": summary.id,
        "number": fact.entry,
        "sequence": event.sequence,
        "organisation": summary.organisation,
        "contract": summary.contract,
        "work": str(fact.work),
        "member": event.by.id,
        "began_at": fact.began_at,
        "logged_at": event.at,
        "worked": fact.worked,
        "counted": fact.counted,
        "charged": fact.charged,
        "cover": str(fact.cover),
        # PostgreSQL's text cannot hold a NUL, and a row that cannot be written would hold the ticket up for ever.
        "text": fact.text.replace("\0", "\ufffd"),
    }


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.organisation == wanted.organisation]
    for name in ("ticket", "cover", "work"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(table.c[name] == str(value))
    for name in ("began", "logged"):
        begins, ends = getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to")
        if begins is not None:
            conditions.append(table.c[f"{name}_at"] >= begins)
        if ends is not None:
            conditions.append(table.c[f"{name}_at"] < ends)
    return conditions
