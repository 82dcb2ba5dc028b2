"""The late report as a picture and as a page: what the API tells, laid out in lanes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from cli.late_view import COLUMNS, FIRED, WHY, cells, span, sums, title
from foresight.late_page import LateTable, late_page
from foresight.late_picture import late_svg
from foresight.late_sheet import Late, late_sheet
from foresight.message_words import called, reader

Rows = dict[str, list[dict[str, Any]]]
"""The rows of each kind: `fired`, `promises`, `messages`."""
_TITLES = {"fired": "What fired late", "promises": "Promises that were missed", "messages": "Messages that were late"}
_LANES = {
    "promise": "Due instants", "update": "Status updates", "warning": "Warnings", "escalation": "Ladder",
    "reminder": "Reminders", "commitment": "Commitments", "quote": "Quotes", "closing": "Closings",
    "archiving": "Archivings",
}  # fmt: skip
_MISSED = {"Missed meanwhile": ("not_sent", "not_noticed", "warned_late"), "Missed anyway": ("anyway",)}


def picture(report: dict[str, Any], rows: Rows, now: datetime, zone: tzinfo) -> str:
    """The SVG: a lane for each kind of thing that fired, two for missed promises, one for messages."""
    found = report["summary"]
    lanes: list[tuple[str, int, Sequence[Late]]] = []
    for kind, name in _LANES.items():
        shown = [_fired(one) for one in rows["fired"] if one["fired"] == kind]
        lanes.append((name, max(found["by_kind"].get(kind, 0), len(shown)), shown))
    for name, reasons in _MISSED.items():
        shown = [_missed(one) for one in rows["promises"] if one["why"] in reasons]
        lanes.append((name, max(sum(found["promises"].get(why, 0) for why in reasons), len(shown)), shown))
    messages = rows["messages"]
    lanes.append(("Messages", max(found["messages"]["count"], len(messages)), [_message(one) for one in messages]))
    gaps = [(_at(gap["since"]), _at(gap["until"]), _gap(gap)) for gap in found["gaps"]]
    # What is still to be done has been late until now, however long the period goes on.
    period = (_at(report["from_at"]), max(_at(report["from_at"]), min(_at(report["to_at"]), now)))
    return late_svg(late_sheet(lanes, gaps, period, zone), title(report, zone))


def page(report: dict[str, Any], rows: Rows, now: datetime, zone: tzinfo) -> str:
    """The page: sums, picture, and every row that was asked for."""
    tables = [LateTable(_TITLES[kind], COLUMNS[kind], cells(kind, rows[kind], zone)) for kind in COLUMNS]
    told = [line.plain for line in sums(report["summary"], zone)]
    called = f"times in {_at(report['from_at']).astimezone(zone):%Z}"
    return late_page(title(report, zone), called, told, picture(report, rows, now, zone), tables)


def _fired(one: dict[str, Any]) -> Late:
    told = f"{one['ticket']}: {FIRED[one['fired']]}{_of(one['clock'])}, {span(one['late'])} late"
    return Late(_at(one["due"]), _at(one["at"]), f"{told}; {one['organisation']}, {one['subject']}")


def _missed(one: dict[str, Any]) -> Late:
    due = _at(one["due"])
    so_far = "" if one["ended_at"] else " so far"
    told = f"{one['ticket']}: {one['kind']} missed, {span(one['late'])} late{so_far}; {WHY[one['why']]}"
    done = due + timedelta(seconds=one["late"]) if one["ended_at"] else None
    return Late(due, done, f"{told}; {one['organisation']}, {one['subject']}", "missed")


def _message(one: dict[str, Any]) -> Late:
    sent = _at(one["sent_at"]) if one["sent_at"] else None
    to = reader(one["to_kind"], one["to_id"], "en")
    told = f"{one['ticket']}: {called(one['template'], 'en')} to {to} by {one['way']}"
    late = f"{span(one['late'])} late{'' if sent else ', not sent yet'}"
    return Late(_at(one["due"]), sent, f"{told}, {late}", "late" if sent else "open")


def _gap(gap: dict[str, Any]) -> str:
    return f"nothing fired: {gap['fired']} late on {gap['tickets']} tickets"


def _of(clock: str | None) -> str:
    return f" ({clock})" if clock else ""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
