"""A plain list of the board: headings, rows of cells, the way to what follows; one template shows them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request


@dataclass(frozen=True)
class Act:
    """A button in a table: what it posts to, and the hidden fields; `label` is a sentence of the catalogue."""

    label: str
    address: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """What stands in a place of a table. `say`: the text is a sentence of the catalogue; `chip` is its colour."""

    text: str = ""
    address: str | None = None
    at: datetime | None = None
    chip: str | None = None
    say: bool = False
    number: bool = False
    more: str = ""
    until: datetime | None = None
    """With `at`: a span."""
    act: Act | None = None
    day: datetime | None = None
    """Of what holds or is bought by the day."""


@dataclass(frozen=True)
class Section:
    """A table of a page, with its heading and what is said when there is nothing in it."""

    heads: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    nothing: str
    title: str = ""
    more: str | None = None
    """The address where all of it is listed."""


def link(text: str, address: str) -> Cell:
    """A text that leads somewhere."""
    return Cell(text, address=address)


def moment(at: datetime | None) -> Cell:
    """An instant; empty for none."""
    return Cell(at=at)


def day(at: datetime | None) -> Cell:
    """A day; empty for none."""
    return Cell(day=at)


def count(number: int, chip: str | None = None) -> Cell:
    """A number, marked when there is something to it."""
    return Cell(str(number), number=True, chip=chip if number else None)


def page_after(request: Request, cursor: str | None) -> str | None:
    """The address of the same list from there on."""
    if cursor is None:
        return None
    url = request.url.include_query_params(cursor=cursor)
    return f"{url.path}?{url.query}"
