"""The late report as one self-contained page: the sums, the picture, and a table of each kind of row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from foresight.page import TEMPLATES


@dataclass(frozen=True)
class LateTable:
    """Rows as they are read, under the names of their columns."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]


def late_page(title: str, zone: str, sums: Sequence[str], picture: str, tables: Sequence[LateTable]) -> str:
    """The page; it loads nothing. `picture` is an SVG element, everything else is text."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("late.html").render(
        title=title, zone=zone, sums="\n".join(sums), picture=Markup(picture), tables=tables
    )
