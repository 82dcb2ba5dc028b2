"""The report of a backtest as one self-contained page: figures, bars, what differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.telling import duration
from foresight.backtest import Backtest, Difference
from foresight.bars import Bar, by_hour, grouped, round_axis
from foresight.page import TEMPLATES
from foresight.report import overall
from foresight.totals import Line, Totals

NAMES = {
    "response": "First response", "update": "Status updates", "resolution": "Resolution", "internal": "Internal time",
    "call": "Call to the client", "consent": "Client’s consent",
}  # fmt: skip
ENDINGS = {
    "met": "kept", "missed": "missed", "open_late": "missed, still not done", "cancelled": "cancelled",
    "running": "still running", "": "not promised",
}  # fmt: skip
SUPPLIED = {
    "named_ahead": "somebody named at a handover that the log left in a queue (the log’s next name)",
    "evaluated_first": "evaluated before the first response, as the agreement wants it",
}
_OURS = tuple(name for name in NAMES if name != "consent")
"""What we promise; consent is the client’s, and where it is missed the ticket closes by silence."""


def backtest_page(log: str, found: Backtest, differences: Sequence[Difference], notes: Sequence[str]) -> str:
    """The page. `differences` are the ones shown; `notes` what was supplied, changed or guessed."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters.update(percent=_percent, span=_span, at=_at)
    most = max([0, *(sum(hours) for one in found.totals.values() for hours in zip(*one.work.values(), strict=True))])
    return made.get_template("backtest.html").render(
        log=log,
        found=found,
        names=NAMES,
        endings=ENDINGS,
        supplied=SUPPLIED,
        ordered=_ordered,
        differences=differences,
        notes=notes,
        missed=Markup(_missed(found)),
        lateness=Markup(_lateness(found)),
        hours={name: Markup(_hours(name, one, most)) for name, one in found.totals.items()},
    )


def _ordered(totals: Totals) -> list[tuple[str, list[tuple[str, Line]]]]:
    """Promise by promise: its line over every severity (""), then each severity's where there are several."""
    told = []
    for clock in NAMES:
        lines = sorted((severity, line) for (kind, severity), line in totals.lines.items() if kind == clock)
        told.append((clock, lines if len(lines) > 2 else lines[:1]))
    return [one for one in told if one[1]]


def _lines(found: Backtest, clock: str) -> list[tuple[int, str, Line]]:
    told = [(number, name, dict(overall(one)).get(clock)) for number, (name, one) in enumerate(found.totals.items())]
    return [(number, name, line) for number, name, line in told if line is not None and line.decided]


def _missed(found: Backtest) -> str:
    groups = []
    for clock in _OURS:
        bars = []
        for number, name, line in _lines(found, clock):
            missed = line.decided - line.endings["met"]
            label = f"{_percent(line.missed_share)} ({missed:,} of {line.decided:,})"
            bars.append(Bar(number, (line.missed_share or 0) * 100, label, f"{NAMES[clock]} · {name}: {label} missed"))
        if bars:
            groups.append((NAMES[clock], bars))
    axis = [(float(place), f"{place} %") for place in range(0, 101, 25)]
    return grouped(groups, list(found.totals), "Promises missed, share of those decided", axis)


def _lateness(found: Backtest) -> str:
    groups, longest = [], 0.0
    for clock in _OURS:
        bars = []
        for number, name, line in _lines(found, clock):
            if line.late.count:
                median, most = (line.late.quantile(share) or 0 for share in (0.5, 0.9))
                label = f"{duration(median)} / {duration(most)}"
                longest = max(longest, most / 3600)
                told = (
                    f"{NAMES[clock]} · {name}: half are at most {duration(median)} late, 90 % at most {duration(most)}"
                )
                bars.append(Bar(number, median / 3600, label, told, most / 3600))
        if bars:
            groups.append((NAMES[clock], bars))
    if not groups:
        return ""
    title = "By how much they were missed: median, and 90th percentile (lighter)"
    return grouped(groups, list(found.totals), title, round_axis(longest, "h"))


def _hours(name: str, totals: Totals, most: int) -> str:
    work = sorted(totals.work.items(), key=lambda one: -sum(one[1]))
    shown = work[:5]
    if len(work) > 5:
        rest = [sum(hours) for hours in zip(*(hours for _, hours in work[4:]), strict=True)]
        shown = [*work[:4], (f"{len(work) - 4} others", rest)]
    return by_hour(shown, f"What staff did, by hour of the day ({totals.zone}) and group · {name}", "steps", most)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _span(seconds: int | None) -> str:
    return duration(seconds) if seconds else "–"


def _at(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
