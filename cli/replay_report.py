"""What a replay found, as tables for people and as JSON for scripts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import mean, median
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from domain.words import ClockKind
from foresight.carrying import Outcome
from foresight.figures import ClockLine, Figures
from foresight.recorded import Reading

BAD_SHOWN = 20
"""Bad rows printed; the JSON has them all."""


@dataclass(frozen=True)
class Replayed:
    """A finished replay: what was read, what became of it, and the figures."""

    log: str
    title: str
    agreement: str
    revision: str
    years: int
    reading: Reading
    outcomes: list[Outcome]
    figures: Figures
    history_events: dict[str, int]
    messages: dict[str, int]
    ended_at: datetime
    seconds: float


def as_json(done: Replayed) -> dict[str, Any]:
    """The whole report as plain data."""
    reading, outcomes = done.reading, done.outcomes
    refused = [outcome for outcome in outcomes if outcome.code]
    applied = [outcome.late for outcome in outcomes if not outcome.code]
    return {
        "log": done.log,
        "title": done.title,
        "agreement": done.agreement,
        "revision": done.revision,
        "moved_by_years": done.years,
        "tickets_in_log": reading.tickets_in_log,
        "rows_in_log": reading.rows,
        "tickets": len(reading.tickets),
        "commands": {
            "asked": len(outcomes),
            "accepted": len(applied),
            "accepted_instead": dict(Counter(outcome.instead for outcome in outcomes if outcome.instead)),
            "evaluated_first": sum(outcome.evaluated for outcome in outcomes),
            "assigned_at_once": sum(outcome.assigned for outcome in outcomes),
            "refused": len(refused),
            "refused_by_reason": dict(Counter(outcome.code for outcome in refused).most_common()),
            "refused_by_step": dict(Counter(f"{o.step.step.type}: {o.code}" for o in refused).most_common()),
            "by_step": dict(Counter(outcome.step.step.type for outcome in outcomes).most_common()),
            "worst_behind_the_log_seconds": round(max(applied, default=0.0), 3),
            "worst_ahead_of_the_log_seconds": round(max(0.0, -min(applied, default=0.0)), 3),
        },
        "refusals": [
            {"ticket": o.ticket, "line": o.step.line, "activity": o.step.activity, "step": o.step.step.type,
             "code": o.code, "why": o.why}
            for o in refused
        ],
        "figures": done.figures.model_dump(mode="json"),
        "history_events": _spread(list(done.history_events.values())),
        "longest_histories": dict(Counter(done.history_events).most_common(5)),
        "messages": done.messages,
        "rows_without_command": dict(reading.silent.most_common()),
        "bad_rows": [{"line": bad.line, "reason": bad.reason} for bad in reading.bad],
        "virtual_end": done.ended_at.isoformat(),
        "seconds": round(done.seconds, 1),
    }  # fmt: skip


def _spread(values: list[int]) -> dict[str, float]:
    if not values:
        return {}
    return {"mean": round(mean(values), 1), "median": median(values), "max": max(values), "sum": sum(values)}


def page(done: Replayed) -> RenderableType:
    """The report as tables."""
    report = as_json(done)
    commands, figures = report["commands"], done.figures
    parts: list[RenderableType | None] = [
        Text.assemble(("\n" + done.title, "bold"), f" under {done.agreement} ({done.revision})"),
        _pairs(
            ("tickets", f"{report['tickets']} of {report['tickets_in_log']} in the log"),
            ("commands", f"{commands['accepted']} accepted, {commands['refused']} refused"),
            ("evaluated first", f"{commands['evaluated_first']} tickets, as the agreement wants before it answers; "
                                "the log does not say it"),
            ("given to somebody", f"{commands['assigned_at_once']} times, as the agreement wants where the log left it "
                                  "in a queue"),
            ("reopened", f"{figures.reopenings} times, {figures.tickets_reopened} tickets; "
                         f"{figures.refusals} resolutions refused"),
            ("stand at the end", _counted(figures.statuses)),
            ("closed by", _counted(figures.closings)),
            ("automatic updates", f"{figures.automatic_updates}; {figures.reminders} reminders of consent"),
            ("history events", "a ticket: mean {mean}, median {median:g}, "
                               "at most {max}".format(**report["history_events"])),
            ("from the log's instants", f"at most {commands['worst_behind_the_log_seconds']} s later, "
                                        f"{commands['worst_ahead_of_the_log_seconds']} s earlier"),
            ("moved by", f"{done.years} years; virtual end {done.ended_at:%Y-%m-%d}"),
            ("took", f"{done.seconds:.0f} s"),
        ),
        _clocks(done),
        _acted(done),
        _counts("Escalated to another level", figures.functional),
        _counts("Somebody higher was told (hierarchic)", figures.hierarchic),
        _refused(done),
        _counts("Messages", done.messages),
        _counts("Rows without a command, by the mapping", report["rows_without_command"]),
        _bad(done),
        Text("Texts, root causes, and whatever else the log does not hold, were supplied by the mapping.", "dim"),
    ]  # fmt: skip
    return Group(*(part for part in parts if part is not None))


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing"


def _pairs(*pairs: tuple[str, str]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for name, value in pairs:
        table.add_row(Text(name, "dim"), value)
    return Padding(table, (0, 0, 1, 2))


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def _titled(title: str, table: Table) -> RenderableType:
    return Group(Text(title, "bold"), Padding(table, (0, 0, 1, 2)))


def _clocks(done: Replayed) -> RenderableType | None:
    if not done.figures.clocks:
        return None
    table = _table("clock", "severity", "met", "missed", "missed, not done", "cancelled", "running", "kept")
    table.columns[1].justify = "left"
    for line in done.figures.clocks:
        table.add_row(
            line.kind, line.severity, *(str(n) if n else "-" for n in
            (line.met, line.missed, line.open_late, line.cancelled, line.running)), _kept(line),
        )  # fmt: skip
    return _titled("Clocks", table)


def _kept(line: ClockLine) -> str:
    if line.kind == ClockKind.consent:
        return "-"  # the client's own time: letting it pass breaks no promise of ours
    decided = line.met + line.missed + line.open_late
    return f"{line.met / decided:.0%}" if decided else "-"


def _acted(done: Replayed) -> RenderableType | None:
    if not done.figures.acted:
        return None
    table = _table("by time itself", "times", "median", "worst")
    for kind, acted in done.figures.acted.items():
        table.add_row(kind, str(acted.count), f"{acted.median:.3f}", f"{acted.worst:.3f}")
    return _titled("Acted after its due instant (seconds)", table)


def _refused(done: Replayed) -> RenderableType | None:
    refused = Counter((o.code, o.step.step.type, o.why) for o in done.outcomes if o.code)
    if not refused:
        return None
    table = _table("why", "command", "times", "for example")
    for (code, step, why), count in refused.most_common(25):
        example = next(o for o in done.outcomes if (o.code, o.step.step.type, o.why) == (code, step, why))
        table.add_row(f"{code}: {why}", step, str(count), f"line {example.step.line}")
    return _titled("Refused commands", table)


def _counts(title: str, counts: dict[str, int]) -> RenderableType | None:
    if not counts:
        return None
    table = _table("", "times")
    table.show_header = False
    for name, count in counts.items():
        table.add_row(name, str(count))
    return _titled(title, table)


def _bad(done: Replayed) -> RenderableType | None:
    bad = done.reading.bad
    if not bad:
        return None
    table = _table("line", "why")
    table.columns[1].justify = "left"
    for row in bad[:BAD_SHOWN]:
        table.add_row(str(row.line), row.reason)
    if len(bad) > BAD_SHOWN:
        table.add_row("...", f"{len(bad) - BAD_SHOWN} more; --json lists them all")
    return _titled(f"Bad rows: {len(bad)}, not replayed", table)
