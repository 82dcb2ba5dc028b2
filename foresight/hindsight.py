"""What was known at each instant, and nothing else: a value of the end never reaches an earlier row.

Exports of ticket systems often repeat a ticket's final values on each of its rows: `resolved_at`, the last priority,
the last group. A rule that looks at such a column would know on the first day how the ticket ends.

Two things hold that off. A column under `columns.final` is empty on every row of a ticket but its last. And a column
that the mapping names and that holds an instant after its own row is refused, until the mapping says what it is: a
final value (`final`), or a plan that people knew by then (`planned`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from foresight.mapping import Mapping
from foresight.rows import LogError, Row

Recorded = list[tuple[datetime, Row]]
Reader = Callable[[str], datetime | None]
"""A text as an instant, as the log writes its own; None for what is no time."""
_SHORTEST = len("2025-03-31")


def known_then(recorded: Recorded, mapping: Mapping, read: Reader) -> Recorded:
    """The rows of one ticket, without what nobody could know yet. LogError names line and column of a leak."""
    final = mapping.columns.final
    if final and len(recorded) > 1:
        blank = dict.fromkeys(final, "")
        recorded = [*((at, Row(row.line, {**row.values, **blank})) for at, row in recorded[:-1]), recorded[-1]]
    watched = mapping.named - {mapping.columns.ticket, mapping.columns.at, *final, *mapping.columns.planned}
    for at, row in recorded:
        for column in _later(row, at, watched, read):
            raise LogError(
                f"line {row.line}: column {column} holds {row.values[column]}, which is after the row itself "
                f"({row.values[mapping.columns.at]}): nobody knew it then. Leave it out of the mapping, or list it "
                "under columns.final (a final value, used on the ticket's last row only) or columns.planned (a plan)."
            )
    return recorded


def _later(row: Row, at: datetime, watched: Iterable[str], read: Reader) -> Iterable[str]:
    for column in watched:
        value = row.values.get(column, "")
        # A look at its first signs spares nearly every value the attempt to read it.
        told = read(value) if len(value) >= _SHORTEST and value[:2].isdigit() else None
        if told is not None and told > at:
            yield column
