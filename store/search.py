"""Finding tickets by words: a table of the words that people wrote, the same on SQLite and PostgreSQL.

Every word that is looked for must begin a word of the ticket's texts or of its client's name as it was then.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Text, and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles

from domain import events as ev
from domain.events import Event
from domain.record import Summary
from store import tables as t

LONGEST = 40
MOST = 200
"""Words that one text adds; a pasted log would otherwise fill the table."""
MOST_LOOKED_FOR = 8
_SPOKEN = ("text", "question", "reason", "description")
_AFTER = "\U0010ffff"


class _Begins(ColumnElement[bool]):
    """That a stored word begins so: a range of the index, compared sign by sign whatever the database's language."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, number: int) -> None:
        self.range = tuple(bindparam(f"word_{number}_{end}", type_=Text) for end in ("from", "to"))


@compiles(_Begins)
def _in_range(begins: _Begins, compiler: Any, **more: Any) -> str:
    word, (low, high) = t.ticket_words.c.word, begins.range
    return str(compiler.process((word >= low) & (word < high), **more))


@compiles(_Begins, "postgresql")
def _in_range_of_signs(begins: _Begins, compiler: Any, **more: Any) -> str:
    word, (low, high) = t.ticket_words.c.word, begins.range
    return str(compiler.process(and_(word.bool_op("~>=~")(low), word.bool_op("~<~")(high)), **more))


def words(text: str) -> list[str]:
    """The words of a text in their order, once each: lower case, without accents, at least two signs long."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    spaced = "".join(sign if sign.isalnum() else " " for sign in plain)
    return list(dict.fromkeys(word[:LONGEST] for word in spaced.split() if len(word) > 1))


def write(connection: Connection, summary: Summary, told: Iterable[Event]) -> None:
    """The words of these events; the same ones again change nothing. In the recording's transaction."""
    texts = [text for event in told for text in _texts(connection, event, summary.product)]
    _put(connection, summary.id, texts)


def write_again(connection: Connection, ticket: str, told: Iterable[Event]) -> None:
    """The words of a ticket afresh, from all of its events as they now stand."""
    connection.execute(delete(t.ticket_words).where(t.ticket_words.c.ticket == ticket))
    product = connection.execute(select(t.tickets.c.product).where(t.tickets.c.id == ticket)).scalar()
    _put(connection, ticket, [text for event in told for text in _texts(connection, event, product)])


def _put(connection: Connection, ticket: str, texts: Iterable[str]) -> None:
    found = dict.fromkeys(word for text in texts for word in words(text)[:MOST])
    if not found:
        return
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = [{"word": word, "ticket": ticket} for word in found]
    connection.execute(dialect.insert(t.ticket_words).on_conflict_do_nothing(), rows)


def looked_for(wanted: str) -> list[str]:
    """The words that `wanted` looks for; nothing is found by signs alone."""
    return words(wanted)[:MOST_LOOKED_FOR] or [_AFTER]


def conditions(number: int) -> list[ColumnElement[bool]]:
    """What holds of a ticket that has so many words, which are given with the query: `values`."""
    return [t.tickets.c.id.in_(select(t.ticket_words.c.ticket).where(_Begins(one))) for one in range(number)]


def values(looked_for: list[str]) -> dict[str, str]:
    """The parameters of `conditions`."""
    ends = (("from", ""), ("to", _AFTER))
    return {f"word_{number}_{end}": word + last for number, word in enumerate(looked_for) for end, last in ends}


def _texts(connection: Connection, event: Event, product: str | None) -> Iterable[str]:
    fact = event.fact
    if isinstance(fact, ev.TicketOpened):
        opening = fact.opening
        yield opening.subject
        yield opening.description
        named = select(t.organisations.c.name).where(t.organisations.c.id == opening.organisation)
        yield connection.execute(named).scalar() or ""
        yield from (
            opening.organisation,
            opening.contact,
            product or "",
            opening.episode.fingerprint if opening.episode else "",
        )
    elif event.by.role != "system" and not isinstance(fact, ev.NoteAdded):
        # Clients search as well: what they cannot read must not be found.
        yield from (value for name in _SPOKEN if isinstance(value := getattr(fact, name, None), str))
