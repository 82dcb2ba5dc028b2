"""Pieces of an agreement's tables: a rule's source, a table of the house's form, a list in words."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from agreements.schema.parts import Cited


def words(names: Iterable[object]) -> str:
    """A list as people write it, with spaces in its words."""
    return ", ".join(str(name).replace("_", " ") for name in names)


def source(rule: Cited) -> Text:
    """The clause in green, what was assumed in yellow."""
    said = [Text(", ".join(rule.clause), "green")] if rule.clause else []
    if rule.assumed:
        said.append(Text("assumed" if rule.assumed is True else f"assumed: {rule.assumed}", "yellow"))
    return Text("\n").join(said)


def table(title: str, *columns: str, lines: bool = False) -> Table:
    """An empty table with these columns."""
    made = Table(
        title=f"\n{title}",
        title_justify="left",
        title_style="bold",
        header_style="dim",
        border_style="dim",
        box=box.HORIZONTALS if lines else box.SIMPLE_HEAD,
        show_lines=lines,
        pad_edge=False,
    )
    for column in columns:
        made.add_column(column)
    return made
