"""Which tickets a list is of: what may be asked, as a query that is written once for each kind of list."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import field_validator
from sqlalchemy import ColumnElement, FromClause, Text, bindparam, literal_column, or_, select, text
from sqlalchemy import exists as sql_exists

from domain.base import Instant, Model
from domain.words import Level, Status
from store import search
from store import tables as t
from store.paging import KEYS, Order
from store.quick import Query, Quick, first
from store.types import UtcInstant

_EQUAL = (
    "organisation", "contact", "level", "group", "assignee", "severity", "agreement", "episode", "defect",
    "commitment", "service",
)  # fmt: skip


class TicketFilter(Model):
    """Everything given must hold; nothing given is every ticket. `group` and `assignee` of "" mean without one."""

    organisation: str | None = None
    contact: str | None = None
    status: tuple[Status, ...] = ()
    level: Level | None = None
    group: str | None = None
    assignee: str | None = None
    severity: str | None = None
    agreement: str | None = None
    episode: str | None = None
    defect: str | None = None
    """Linked to that defect, waiting for it or freed by its release."""
    commitment: str | None = None
    service: str | None = None
    text: str | None = None
    """Contained in the subject, whatever its case (in SQLite: of letters without accents)."""
    opened_from: Instant | None = None
    opened_to: Instant | None = None
    """Exclusive, so that one day's list ends where the next one's begins."""
    overdue_at: Instant | None = None
    """Overdue at this instant (store.tickets.overdue)."""
    open: bool = False
    """Only those that still need something from somebody (`OPEN`)."""
    search: str | None = None
    """Words, each of which begins a word of the ticket's texts or of its client's name (store.search)."""

    @field_validator(*(name for name in _EQUAL if name != "level"), "text", "search")
    @classmethod
    def _sayable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("contains a NUL character, which PostgreSQL cannot look for")
        return value


class _Kind(NamedTuple):
    """What of a filter decides how its query is written; the rest are values. `spans` are of `_SPANS`."""

    equal: tuple[str, ...]
    without: tuple[str, ...]
    status: tuple[Status, ...]
    spans: tuple[str, ...]
    open: bool
    words: int
    order: Order
    further: bool
    most: int


_SPANS: dict[str, ColumnElement[bool]] = {}


def listed(wanted: TicketFilter, order: Order, cursor: str | None, limit: int) -> tuple[Quick, dict[str, Any]]:
    """The query of such a list and its values. ValueError for a cursor that is not of a list in this order."""
    given = {name: value for name in _EQUAL if (value := getattr(wanted, name)) is not None}
    spans = {name: value for name in _SPANS if (value := getattr(wanted, name))}
    words = search.looked_for(wanted.search) if wanted.search else []
    kind = _Kind(
        equal=tuple(name for name, value in given.items() if value != ""),
        without=tuple(name for name, value in given.items() if value == ""),
        status=tuple(sorted(set(wanted.status))),
        spans=tuple(spans),
        open=wanted.open,
        words=len(words),
        order=order,
        further=cursor is not None,
        most=limit,
    )
    values: dict[str, Any] = {name: str(given[name]) for name in kind.equal}
    values |= spans | search.values(words)
    if "text" in spans:
        values["text"] = f"%{_plain(spans['text'])}%"
    if cursor is not None:
        values |= KEYS[order].place(cursor)
    return _written(kind), values


def is_open() -> ColumnElement[bool]:
    """The condition of the partial indexes, word for word: a parameter in it would hide them from the planner."""
    return text(t.IS_OPEN)  # type: ignore[return-value]  # a text is a condition wherever one may stand


def is_overdue(now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
    """With a promise past its due instant: missed and still to be done, or not even acted upon."""
    late = sql_exists().where(
        t.clocks.c.ticket == t.tickets.c.id, t.clocks.c.verdict.is_(None), t.clocks.c.missed_due.is_not(None)
    )
    return or_(t.tickets.c.next_due < now, late)


_SPANS |= {
    "text": t.tickets.c.subject.ilike(bindparam("text", type_=Text), escape="/"),
    "opened_from": t.tickets.c.opened_at >= bindparam("opened_from", type_=UtcInstant),
    "opened_to": t.tickets.c.opened_at < bindparam("opened_to", type_=UtcInstant),
    "overdue_at": is_overdue(bindparam("overdue_at", type_=UtcInstant)),
}


@lru_cache(maxsize=500)  # what may be asked together is more than anybody asks
def _written(kind: _Kind) -> Quick:
    columns = t.tickets.c
    conditions = [columns[name] == bindparam(name, type_=Text) for name in kind.equal]
    conditions += [columns[name].is_(None) for name in kind.without]
    conditions += [_SPANS[name] for name in kind.spans]
    if kind.status:
        # Written out, as in `is_open`; they are words of ours.
        conditions.append(columns.status.in_([literal_column(f"'{status}'", Text) for status in kind.status]))
    if kind.open:
        conditions.append(is_open())
    conditions += search.conditions(kind.words)
    if kind.further:
        conditions.append(KEYS[kind.order].beyond_place)
    if not kind.words:
        return Quick(_page(t.tickets, t.tickets, kind).where(*conditions))
    # Of the many tickets that a search walks along and drops, only the index is read; the rows are those of the page.
    page = t.tickets.alias("page")
    walked = _page(t.tickets, t.tickets.c.id, kind).where(*conditions)
    return Quick(_page(page, page, kind).where(page.c.id.in_(walked)))


def _page(table: FromClause, shown: Any, kind: _Kind) -> Query:
    keys = KEYS[kind.order]
    ordering = [table.c[column.name].desc() if keys.downwards else table.c[column.name] for column in keys.columns]
    return first(select(shown).order_by(*ordering), kind.most)


def _plain(text: str) -> str:
    """The text as a pattern that stands for itself."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
