"""The report of a backtest as one self-contained page: figures, bars, what differs."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.telling import duration
from foresight.backtest import Backtest, Difference
from foresight.bars import by_hour, shares
from foresight.page import TEMPLATES
from foresight.report import overall
from foresight.spread import Spread
from foresight.totals import Totals

NAMES = {
    "response": "First response", "update": "Status updates", "resolution": "Resolution", "internal": "Internal",
    "consent": "Consent", "call": "Call to the client",
}  # fmt: skip


def backtest_page(log: str, found: Backtest, differences: Sequence[Difference], notes: Sequence[str]) -> str:
    """The page. `differences` are the ones shown; `notes` what was supplied, changed or guessed."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters.update(spread=_spread, percent=_percent, span=_span)
    return made.get_template("backtest.html").render(
        log=log,
        found=found,
        names=NAMES,
        overall=overall,
        differences=differences,
        notes=notes,
        missed=Markup(_missed(found)),
        hours={name: Markup(_hours(name, one)) for name, one in found.totals.items()},
    )


def _missed(found: Backtest) -> str:
    rows = []
    for clock in NAMES:
        for name, totals in found.totals.items():
            line = dict(overall(totals)).get(clock)
            if line is not None and line.decided:
                missed = line.decided - line.endings["met"]
                title = f"{NAMES[clock]} · {name}" if len(found.totals) > 1 else NAMES[clock]
                rows.append((title, line.missed_share, f"{title}: {missed} of {line.decided} missed"))
    return shares(rows, "Promises that were missed")


def _hours(name: str, totals: Totals) -> str:
    work = sorted(totals.work.items(), key=lambda one: -sum(one[1]))[:5]
    return by_hour(work, f"What staff did, by hour of the day and group · {name}")


def _spread(spread: Spread) -> str:
    if not spread.count:
        return "–"
    return f"{duration(spread.quantile(0.5) or 0)} / {duration(spread.quantile(0.9) or 0)}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _span(seconds: int) -> str:
    return duration(seconds)
