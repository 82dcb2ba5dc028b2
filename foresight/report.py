"""The report of a backtest: as plain data, for JSON and for what shows it."""

from __future__ import annotations

from typing import Any

from foresight.backtest import Backtest
from foresight.spread import Spread
from foresight.totals import EVERY_SEVERITY, Line, Totals

COLUMNS = (
    "agreement", "ticket", "clock", "number", "severity", "promise", "started_at", "due", "ending", "done_at", "late",
    "stood", "at_first", "first_done_at", "late_at_first",
)  # fmt: skip
"""Of the CSV with every verdict; seconds where a number is a length of time."""


def as_data(found: Backtest) -> dict[str, Any]:
    """Everything that was added up."""
    return {
        "rows": found.read,
        "bad_rows": found.bad_rows,
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in found.bad],
        "tickets": found.tickets,
        "only_noted": found.silent,
        "differing_tickets": found.differing,
        "differences": [
            {"clock": clock, "first": first, "second": second, "promises": count}
            for (clock, first, second), count in found.turned.most_common()
        ],
        "agreements": {name: _totals(totals) for name, totals in found.totals.items()},
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "tickets": totals.tickets,
        "not_served": dict(totals.unserved.most_common()),
        "events": totals.events,
        "promises": [
            {"clock": str(clock), "severity": severity or "all", **line_data(line)}
            for (clock, severity), line in sorted(totals.lines.items())
        ],
        "statuses": dict(totals.statuses.most_common()),
        "closings": dict(totals.closings.most_common()),
        "functional_escalations": dict(totals.functional.most_common()),
        "hierarchic_escalations": dict(totals.hierarchic.most_common()),
        "reopenings": totals.reopenings,
        "resolutions_refused": totals.refusals,
        "automatic_updates": totals.automatic_updates,
        "minutes_charged": dict(totals.minutes),
        "opened_by_hour": totals.opened,
        "work_by_hour": totals.work,
        "steps": totals.steps,
        "steps_refused": dict(totals.refused_steps.most_common()),
        "supplied": dict(totals.supplied.most_common()),
        "zone": totals.zone,
    }


def line_data(line: Line) -> dict[str, Any]:
    """One kind of promise in numbers; seconds where a number is a length of time."""
    return {
        **{name: line.endings[name] for name in ("met", "missed", "cancelled", "open_late", "running")},
        "missed_share": _share(line.missed_share),
        "missed_at_first_share": _share(line.missed_at_first_share),
        "late": _spread(line.late),
        "late_at_first": _spread(line.late_at_first),
        "paused": line.paused,
        "stood": _spread(line.stood),
    }


def overall(totals: Totals) -> list[tuple[str, Line]]:
    """The lines over every severity, by clock."""
    return [(str(clock), line) for (clock, severity), line in totals.lines.items() if severity == EVERY_SEVERITY]


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _spread(spread: Spread) -> dict[str, int | None] | None:
    if not spread.count:
        return None
    return {"count": spread.count, "median": spread.quantile(0.5), "p90": spread.quantile(0.9)}
