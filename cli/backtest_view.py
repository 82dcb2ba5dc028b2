"""The figures of a backtest on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.telling import duration
from foresight.backtest import Backtest, Difference
from foresight.backtest_page import ENDINGS, SUPPLIED
from foresight.totals import Totals

MOST, REASONS = 20, 3
"""Differences, and reasons of what was refused, on the screen."""
_LONG = 10 * 3600


def page(log: str, found: Backtest, differences: Sequence[Difference], notes: Sequence[str] = ()) -> RenderableType:
    """Figures by agreement, clock and severity; then what differs."""
    unused = f"{found.bad_rows:,} row{'s' if found.bad_rows != 1 else ''} could not be used"
    head = f"{log}: {found.tickets:,} tickets from {found.read:,} rows, {unused}"
    parts: list[RenderableType] = [Text(head, "bold"), *(Text(note, "dim") for note in notes)]
    parts += [Text(f"  line {bad.line}: {bad.reason}", "yellow") for bad in found.bad[:5]]
    if found.bad_rows > 5:
        parts.append(Text(f"  and {found.bad_rows - 5:,} more; --json and --html list them", "yellow"))
    for name, totals in found.totals.items():
        parts += [Text(f"\n{name}", "bold"), _promises(totals), _rest(totals)]
    if len(found.totals) > 1:
        parts += [Text(f"\n{found.differing:,} tickets come out otherwise", "bold")]
        parts += [_turned(found), Text(""), _differences(found, differences)] if found.turned else []
    return Group(*parts)


def _promises(totals: Totals) -> Table:
    table = _table("promise", "kept", "missed", "not done", "share", "at first", "late: half", "90 %")
    clock = None
    for (kind, severity), line in sorted(totals.lines.items()):
        several = sum(of == kind for of, _ in totals.lines) > 2
        if severity and not several:
            continue  # of a single severity its line says the same once more
        name, clock = (f"  {severity}" if kind == clock else str(kind)), kind
        table.add_row(
            Text(name, "" if severity else "bold"), f"{line.endings['met']:,}",
            f"{line.endings['missed'] + line.endings['open_late']:,}", f"{line.endings['open_late']:,}",
            _percent(line.missed_share), _percent(line.missed_at_first_share),
            _span(line.late.quantile(0.5)), _span(line.late.quantile(0.9)),
        )  # fmt: skip
    return table


def _rest(totals: Totals) -> Text:
    minutes = ", ".join(f"{cover} {count:,} min" for cover, count in totals.minutes.items()) or "none"
    refused = ", ".join(f"{why.replace('_', ' ')} {n:,}" for why, n in totals.refused_steps.most_common(REASONS))
    told = [
        f"to another level {totals.functional.total():,}, somebody higher told {totals.hierarchic.total():,}",
        f"reopened {totals.reopenings:,}, resolutions refused {totals.refusals:,}, "
        f"automatic updates {totals.automatic_updates:,}",
        f"charged: {minutes}; steps of the log refused: {totals.refused_steps.total():,} of {totals.steps:,}"
        + (f" ({refused})" if refused else ""),
    ]
    told += [f"not in the log, so put in: {SUPPLIED[what]} {n:,}" for what, n in totals.supplied.most_common()]
    told += [f"not served ({what.replace('_', ' ')}): {n:,} tickets" for what, n in totals.unserved.most_common()]
    return Text("\n".join(told), "dim")


def _turned(found: Backtest) -> Table:
    table = _table("promise", *found.totals, "promises", right=("promises",))
    for (clock, first, second), count in found.turned.most_common():
        table.add_row(clock, ENDINGS[first], ENDINGS[second], f"{count:,}")
    return table


def _differences(found: Backtest, differences: Sequence[Difference]) -> Table:
    table = _table("ticket", "promise", *found.totals, "why", right=())
    for one in differences[:MOST]:
        sides = [(ENDINGS[side.ending] if side else "–") for side in (one.first, one.second)]
        table.add_row(one.ticket, one.clock, *sides, one.why)
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _span(seconds: int | None) -> str:
    """From ten hours on without minutes, so that a line of a terminal holds it."""
    if not seconds:
        return "–"
    return duration(seconds) if seconds < _LONG else f"{round(seconds / 3600):,} h"


def _table(*columns: str, right: Sequence[str] | None = None) -> Table:
    """`right`: the columns of numbers; all but the first where it is not said."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        number_of = column in right if right is not None else number > 0
        table.add_column(column, overflow="fold", justify="right" if number_of else "left", no_wrap=column != "why")
    return table
