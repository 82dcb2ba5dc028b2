"""What `escalade reconcile` prints: what differs, what mending will do, what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.reconciling.looking import Untold
from domain.reconciling import Difference, Finding

SHOWN = 60
"""Rows on the screen; --json has them all."""

MEANING: Mapping[Difference, str] = {
    Difference.no_run: "not over by the record, and no run keeps it",
    Difference.engine_behind: "the record knows more than the engine",
    Difference.no_record: "the engine keeps it, and the record does not know it",
    Difference.record_behind: "the engine knows more than the record",
    Difference.record_torn: "events are missing in the record, and the engine has forgotten them",
}
MENDING: Mapping[Difference, str] = {
    Difference.no_run: "begin a run from the record",
    Difference.engine_behind: "end its run, begin one from the record",
    Difference.no_record: "record it from the engine's histories",
    Difference.record_behind: "record what is missing from the engine's histories",
    Difference.record_torn: "none: take the events from a later backup",
}

ONE_BY_ONE = "none by itself; with --mend --ticket NUMBER: end its run, begin one from the record, if that has it"


def found_page(findings: Sequence[Finding], untold: Sequence[Untold], looked: int) -> RenderableType:
    """What was found, before anything is mended."""
    if not findings and not untold:
        return Text(f"{looked} tickets looked at: engine and record agree.", "green")
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("ticket", "engine", "record", "what differs", "mending"):
        table.add_column(column, no_wrap=column in ("ticket", "engine", "record"))
    for one in findings[:SHOWN]:
        row = (
            Text(f"defect {one.ticket}" if one.defect else one.ticket, "bold"),
            _number(one.engine),
            _number(one.record),
        )
        table.add_row(*row, MEANING[one.difference], MENDING[one.difference])
    for unread in untold[:SHOWN]:
        table.add_row(
            Text(unread.ticket, "bold"), "?", "?", Text(f"cannot be told: {unread.why}", "red"), Text(ONE_BY_ONE)
        )
    counts = Counter(one.difference for one in findings)
    parts = [f"{number} × {MEANING[difference]}" for difference, number in sorted(counts.items())]
    parts += [f"{len(untold)} could not be compared"] if untold else []
    more = len(findings) + len(untold) - SHOWN
    rest = [Text(f"… and {more} more; --json has them all", "dim")] if more > 0 else []
    return Group(table, *rest, Text(f"{looked} tickets looked at: {'; '.join(parts)}.", "yellow"))


def mended_page(mended: int, kept_back: int, left: Mapping[str, str]) -> RenderableType:
    """What came of mending. `left`: why, by ticket."""
    lines: list[RenderableType] = [Text(f"{mended} tickets mended.", "green" if not left else "yellow")]
    if kept_back:
        lines.append(
            Text(
                f"{kept_back} messages are recorded again and kept back: they may have gone out before. "
                "They stand among the failed ones, to be sent again where they did not."
            )
        )
    lines += [Text(f"{ticket}: {why}", "red") for ticket, why in left.items()]
    return Group(*lines)


def as_json(
    findings: Iterable[Finding], untold: Iterable[Untold], looked: int, done: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "looked_at": looked,
        "differences": [{**one.model_dump(mode="json"), "meaning": MEANING[one.difference]} for one in findings],
        "not_compared": [{"ticket": one.ticket, "why": one.why} for one in untold],
        "mended": done,
    }


def _number(last: int) -> str:
    return f"to {last}" if last else "none"
