"""`escalade late`: after an outage, what should have fired, when it did, how late, and what that cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from cli import late_pictures, late_view
from cli.client import Api, As, ClientError, Where, WithKey, connect
from cli.since import EXPECTED, instant

PAGE = 200
PICTURED = 1_000
"""Rows of each kind in a picture, where --limit does not ask for more: it says how many there are besides."""


class Rows(StrEnum):
    """Which rows are shown below the sums."""

    fired = "fired"
    promises = "promises"
    messages = "messages"


_DOORS = {Rows.fired: "", Rows.promises: "/promises", Rows.messages: "/messages"}
_SECONDS = typer.Option("--later-than", help='What is worth telling: "60 s", "5 min".', metavar="SPAN")


def late(
    since: Annotated[str, typer.Option(help=f"From when: {EXPECTED}.", metavar="WHEN")],
    until: Annotated[str | None, typer.Option(help="Until when; now.", metavar="WHEN")] = None,
    later_than: Annotated[str, _SECONDS] = "60 s",
    rows: Annotated[Rows, typer.Option("--rows", help="Rows: what fired, missed promises, or messages.")] = Rows.fired,
    organisation: Annotated[str | None, typer.Option("--organisation", "-o")] = None,
    level: Annotated[str | None, typer.Option(help="support, consulting or rnd.")] = None,
    group: Annotated[str | None, typer.Option(help="Empty: without one.")] = None,
    fired: Annotated[
        str | None,
        typer.Option(
            help="promise, update, warning, escalation, reminder, commitment, quote, closing or archiving.",
            metavar="KIND",
        ),
    ] = None,
    why: Annotated[
        str | None, typer.Option(help="With --rows promises: not_sent, not_noticed, warned_late or anyway.")
    ] = None,
    order: Annotated[str, typer.Option(help="oldest, newest or worst.")] = "oldest",
    limit: Annotated[int, typer.Option(min=0, help="Rows at most; 0: all.")] = 50,
    api: Where = None,
    key: WithKey = None,
    role: As = "operations",
    as_json: Annotated[bool, typer.Option("--json", help="Print sums and rows as JSON.")] = False,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the picture here.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one self-contained page here.")] = None,
) -> None:
    """Say what fired late since WHEN: the gaps, how late, which missed promises that explains, which messages."""
    now = datetime.now(UTC).astimezone()
    begin, end, seconds = _asked(since, until, later_than, now)
    if fired and rows is not Rows.fired:
        raise ClientError("--fired is about what fired: leave --rows out")
    if why and rows is not Rows.promises:
        raise ClientError("--why is about missed promises: add --rows promises")
    asked: dict[str, Any] = {
        "from_at": begin.isoformat(),
        "to_at": end.isoformat(),
        "later_than": seconds,
        "organisation": organisation,
        "level": level,
        "group": group,
    }
    called = connect(api, key, role)
    report = called.get("/v1/reports/late", **asked, fired=fired, order=order, limit=1)
    own = {Rows.fired: {"fired": fired, "order": order}, Rows.promises: {"why": why}, Rows.messages: {}}

    def every(kind: Rows, most: int) -> list[dict[str, Any]]:
        return _all(called, f"/v1/reports/late{_DOORS[kind]}", {**asked, **own[kind]}, most)

    if svg is not None or html is not None:
        drawn = {str(kind): every(kind, max(limit, PICTURED) if limit else 0) for kind in Rows}
        _write(svg, lambda: late_pictures.picture(report, drawn, now, begin.tzinfo or UTC))
        _write(html, lambda: late_pictures.page(report, drawn, now, begin.tzinfo or UTC))
    found = every(rows, limit)
    if as_json:
        told = {name: report[name] for name in ("from_at", "to_at", "later_than", "summary")}
        typer.echo(json.dumps({**told, str(rows): found}, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(late_view.page(report, str(rows), found, begin.tzinfo))
    for file in (svg, html):
        if file is not None:
            console.print(Text(f"written: {file}", "dim"), soft_wrap=True)


def _write(file: Path | None, made: Callable[[], str]) -> None:
    """ClientError where it cannot be written."""
    if file is None:
        return
    try:
        file.write_text(made(), encoding="utf-8")
    except OSError as error:
        raise ClientError(f"{file} cannot be written: {error.strerror}") from None


def _asked(since: str, until: str | None, later_than: str, now: datetime) -> tuple[datetime, datetime, float]:
    try:
        begin = instant(since, now)
        end = instant(until, now) if until else now
        seconds = (now - instant(later_than, now)).total_seconds()
    except ValueError as error:
        raise ClientError(str(error)) from None
    if end <= begin:
        raise ClientError(f"--until {end:%Y-%m-%d %H:%M} is not after --since {begin:%Y-%m-%d %H:%M}")
    return begin, end, seconds


def _all(called: Api, path: str, query: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """Page by page, up to `limit` rows; 0: all."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        wanted = PAGE if not limit else min(PAGE, limit - len(found))
        page = called.get(path, **query, limit=wanted, cursor=cursor)
        found += page["items"]
        cursor = page.get("next")
        if cursor is None or (limit and len(found) >= limit):
            return found
