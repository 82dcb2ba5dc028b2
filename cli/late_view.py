"""The late report on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.telling import duration
from foresight.message_words import called, reader

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
COLUMNS = {
    "fired": ("ticket", "what", "due", "fired", "late", "client", "level", "subject"),
    "promises": ("ticket", "promise", "due", "noticed late", "done late", "why", "client", "level", "subject"),
    "messages": ("ticket", "message", "to", "by", "due", "sent", "late", "last error"),
}
"""What is shown of each kind of row."""
_ELSEWHERE = ("level", "subject")
"""Not on the screen, which has no room for them: --html and --json tell them."""
_SHORT = "%d %b %H:%M:%S"
GAPS = 10
"""Gaps on the screen; JSON has them all."""


def page(report: dict[str, Any], kind: str, rows: Sequence[dict[str, Any]], zone: tzinfo | None) -> RenderableType:
    """Sums first, then the rows; instants by the reader's clock."""
    parts: list[RenderableType] = [Text(title(report, zone), "bold"), *sums(report["summary"], zone)]
    if rows:
        shown = [number for number, name in enumerate(COLUMNS[kind]) if name not in _ELSEWHERE]
        table = _table(*(COLUMNS[kind][number] for number in shown))
        for row in cells(kind, rows, zone, _SHORT):
            table.add_row(*(Text(row[number]) for number in shown))
        parts += [Text(), table]
    return Group(*parts)


def title(report: dict[str, Any], zone: tzinfo | None) -> str:
    """What was asked for, in one line."""
    since, until = _at(report["from_at"], zone), _at(report["to_at"], zone)
    return f"What was late by more than {span(report['later_than'])}, {since} to {until}"


def sums(found: dict[str, Any], zone: tzinfo | None) -> list[Text]:
    """The sums, a line each."""
    told: list[Text] = []
    if not found["fired"]:
        told.append(Text("Everything that was due fired in time.", "green"))
    else:
        how = f"median {span(found['median'])}, worst {span(found['worst'])}"
        told.append(Text(f"{found['fired']} things fired late on {found['tickets']} tickets: {how}", "red"))
        told += [Text(f"  {count:>5}  {FIRED[name]}") for name, count in sorted(found["by_kind"].items())]
        told += [
            Text(
                f"  out from {_at(gap['since'], zone)} to {_at(gap['until'], zone)}: {gap['fired']} late "
                f"on {gap['tickets']} tickets",
                "yellow",
            )
            for gap in found["gaps"][:GAPS]
        ]
        if len(found["gaps"]) > GAPS:
            told.append(Text(f"  and {len(found['gaps']) - GAPS} more gaps; --json has them", "yellow"))
    if found["waiting"]:
        wait = "ticket still waits" if found["waiting"] == 1 else "tickets still wait"
        told.append(Text(f"{found['waiting']} {wait} for something that is due", "bold red"))
    told.append(Text(f"Promises missed: {sum(found['promises'].values())}"))
    told += [Text(f"  {found['promises'][why]:>5}  {words}") for why, words in WHY.items() if why in found["promises"]]
    sent = found["messages"]
    if sent["count"]:
        how = f"median {span(sent['median'])}, worst {span(sent['worst'])}; {sent['unsent']} not sent yet"
        told.append(Text(f"Messages late: {sent['count']} ({how})"))
    return told


def cells(
    kind: str, rows: Sequence[dict[str, Any]], zone: tzinfo | None, form: str = "%Y-%m-%d %H:%M:%S"
) -> list[tuple[str, ...]]:
    """The rows of a kind as they are read, under `COLUMNS`; instants in a form of strftime."""
    write = {"fired": _fired, "promises": _promises, "messages": _messages}[kind]
    return [write(row, zone, form) for row in rows]


def _fired(one: dict[str, Any], zone: tzinfo | None, form: str) -> tuple[str, ...]:
    what = f"{one['fired']} ({one['clock']})" if one["clock"] else one["fired"]
    return (
        one["ticket"], what, _at(one["due"], zone, form), _at(one["at"], zone, form), span(one["late"]),
        one["organisation"], _place(one), one["subject"],
    )  # fmt: skip


def _promises(one: dict[str, Any], zone: tzinfo | None, form: str) -> tuple[str, ...]:
    noticed = "-" if one["noticed_late"] is None else span(one["noticed_late"])
    done = span(one["late"]) + ("" if one["ended_at"] else " so far")
    return (
        one["ticket"], one["kind"], _at(one["due"], zone, form), noticed, done, one["why"].replace("_", " "),
        one["organisation"], _place(one), one["subject"],
    )  # fmt: skip


def _messages(one: dict[str, Any], zone: tzinfo | None, form: str) -> tuple[str, ...]:
    sent = _at(one["sent_at"], zone, form) if one["sent_at"] else one["state"]
    message, to = called(one["template"], "en"), reader(one["to_kind"], one["to_id"], "en")
    return (
        one["ticket"], message, to, one["way"], _at(one["due"], zone, form), sent, span(one["late"]),
        one["last_error"] or "",
    )  # fmt: skip


def _place(one: dict[str, Any]) -> str:
    return f"{one['level']}/{one['group']}" if one["group"] else str(one["level"])


def span(seconds: float) -> str:
    """Seconds as people say them."""
    return duration(int(seconds))


def _at(text: str, zone: tzinfo | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):{form}}"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in ("ticket", "due", "fired", "sent", "late"))
    return table
