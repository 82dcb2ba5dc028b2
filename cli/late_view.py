"""The late report on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.telling import duration

FIRED = {
    "promise": "due instant of a promise", "update": "status update by Escalade", "warning": "warning to staff",
    "escalation": "step of the ladder", "reminder": "reminder of the consent", "commitment": "promised instant",
    "quote": "end of a quote", "closing": "closing for want of an answer", "archiving": "end of reopening",
}  # fmt: skip
WHY = {
    "not_sent": "an update that Escalade would have sent in time",
    "not_noticed": "due while nothing fired: nobody was told",
    "warned_late": "noticed in time, but a warning before it came late",
    "anyway": "everything fired in time",
}
GAPS = 10
"""Gaps on the screen; JSON has them all."""


def page(report: dict[str, Any], kind: str, rows: Sequence[dict[str, Any]], zone: tzinfo | None) -> RenderableType:
    """Sums first, then the rows; instants by the reader's clock."""
    sums = report["summary"]
    since, until = _at(report["from_at"], zone), _at(report["to_at"], zone)
    head = Text(f"What was late by more than {_span(report['later_than'])}, {since} to {until}", "bold")
    parts: list[RenderableType] = [head, *_sums(sums, zone)]
    if rows:
        parts += [Text(), {"fired": _fired, "promises": _promises, "messages": _messages}[kind](rows, zone)]
    return Group(*parts)


def _sums(sums: dict[str, Any], zone: tzinfo | None) -> list[Text]:
    told: list[Text] = []
    if not sums["fired"]:
        told.append(Text("Everything that was due fired in time.", "green"))
    else:
        how = f"median {_span(sums['median'])}, worst {_span(sums['worst'])}"
        told.append(Text(f"{sums['fired']} things fired late on {sums['tickets']} tickets: {how}", "red"))
        told += [Text(f"  {count:>5}  {FIRED[name]}") for name, count in sorted(sums["by_kind"].items())]
        told += [
            Text(
                f"  out from {_at(gap['since'], zone)} to {_at(gap['until'], zone)}: {gap['fired']} late "
                f"on {gap['tickets']} tickets",
                "yellow",
            )
            for gap in sums["gaps"][:GAPS]
        ]
        if len(sums["gaps"]) > GAPS:
            told.append(Text(f"  and {len(sums['gaps']) - GAPS} more gaps; --json has them", "yellow"))
    if sums["waiting"]:
        told.append(Text(f"{sums['waiting']} tickets still wait for something that is due", "bold red"))
    told.append(Text(f"Promises missed: {sum(sums['promises'].values())}"))
    told += [Text(f"  {sums['promises'][why]:>5}  {words}") for why, words in WHY.items() if why in sums["promises"]]
    sent = sums["messages"]
    if sent["count"]:
        how = f"median {_span(sent['median'])}, worst {_span(sent['worst'])}; {sent['unsent']} not sent yet"
        told.append(Text(f"Messages late: {sent['count']} ({how})"))
    return told


def _fired(rows: Sequence[dict[str, Any]], zone: tzinfo | None) -> Table:
    table = _table("ticket", "what", "due", "fired", "late", "client", "level", "subject")
    for one in rows:
        what = f"{one['fired']} ({one['clock']})" if one["clock"] else one["fired"]
        table.add_row(
            one["ticket"], what, _at(one["due"], zone), _at(one["at"], zone), _span(one["late"]),
            one["organisation"], _place(one), one["subject"],
        )  # fmt: skip
    return table


def _promises(rows: Sequence[dict[str, Any]], zone: tzinfo | None) -> Table:
    table = _table("ticket", "promise", "due", "noticed late", "done late", "why", "client", "level", "subject")
    for one in rows:
        noticed = "-" if one["noticed_late"] is None else _span(one["noticed_late"])
        done = _span(one["late"]) + ("" if one["ended_at"] else " so far")
        table.add_row(
            one["ticket"], one["kind"], _at(one["due"], zone), noticed, done, one["why"].replace("_", " "),
            one["organisation"], _place(one), one["subject"],
        )  # fmt: skip
    return table


def _messages(rows: Sequence[dict[str, Any]], zone: tzinfo | None) -> Table:
    table = _table("ticket", "message", "to", "by", "due", "sent", "late", "last error")
    for one in rows:
        sent = _at(one["sent_at"], zone) if one["sent_at"] else one["state"]
        table.add_row(
            one["ticket"], one["template"], f"{one['to_kind']} {one['to_id']}", one["way"], _at(one["due"], zone), sent,
            _span(one["late"]), one["last_error"] or "",
        )  # fmt: skip
    return table


def _place(one: dict[str, Any]) -> str:
    return f"{one['level']}/{one['group']}" if one["group"] else str(one["level"])


def _span(seconds: float) -> str:
    return duration(int(seconds))


def _at(text: str, zone: tzinfo | None) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in ("due", "fired", "sent", "late"))
    return table
