"""The figures of a backtest on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.telling import duration
from foresight.backtest import Backtest, Difference
from foresight.spread import Spread
from foresight.totals import Totals

MOST = 20
"""Differences on the screen."""


def page(log: str, found: Backtest, differences: Sequence[Difference]) -> RenderableType:
    """Figures by agreement, clock and severity; then what differs."""
    head = Text(
        f"{log}: {found.tickets} tickets from {found.read} rows, {found.bad_rows} rows could not be used", "bold"
    )
    parts: list[RenderableType] = [head]
    parts += [Text(f"  line {bad.line}: {bad.reason}", "yellow") for bad in found.bad[:5]]
    if found.bad_rows > 5:
        parts.append(Text(f"  and {found.bad_rows - 5} more; --json and --html list them", "yellow"))
    for name, totals in found.totals.items():
        parts += [Text(f"\n{name}", "bold"), _promises(totals), _rest(totals)]
    if len(found.totals) > 1:
        parts += [Text(f"\n{found.differing} tickets come out otherwise", "bold"), _differences(found, differences)]
    return Group(*parts)


def _promises(totals: Totals) -> Table:
    table = _table(
        "promise", "severity", "kept", "missed", "still late", "share missed", "at first", "late (median, 90th)"
    )
    for (clock, severity), line in sorted(totals.lines.items()):
        table.add_row(
            str(clock), severity or "all", str(line.endings["met"]), str(line.endings["missed"]),
            str(line.endings["open_late"]), _percent(line.missed_share), _percent(line.missed_at_first_share),
            _spread(line.late),
        )  # fmt: skip
    return table


def _rest(totals: Totals) -> Text:
    minutes = ", ".join(f"{cover} {count} min" for cover, count in totals.minutes.items()) or "none"
    told = [
        f"to another level {totals.functional.total()}, somebody higher told {totals.hierarchic.total()}",
        f"reopened {totals.reopenings}, resolutions refused {totals.refusals}",
        f"automatic updates {totals.automatic_updates}",
        f"charged: {minutes}; steps of the log refused: {totals.refused_steps.total()} of {totals.steps}",
    ]
    return Text("\n".join(told), "dim")


def _differences(found: Backtest, differences: Sequence[Difference]) -> Table:
    table = _table("ticket", "promise", *found.totals, "why")
    for one in differences[:MOST]:
        sides = [(side.ending.replace("_", " ") if side else "–") for side in (one.first, one.second)]
        table.add_row(one.ticket, one.clock, *sides, one.why)
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _spread(spread: Spread) -> str:
    if not spread.count:
        return "–"
    return f"{duration(spread.quantile(0.5) or 0)}, {duration(spread.quantile(0.9) or 0)}"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(
            column, overflow="fold", justify="left" if number < 2 else "right" if len(columns) > 6 else "left"
        )
    return table
