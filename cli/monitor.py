"""`escalade monitor ...`: checks monitors' files, and shows what one would make of a body."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.monitoring.files import Monitor
from api.monitoring.monitors import READERS
from api.monitoring.reading_files import MonitorError, load
from api.monitoring.senders.shape import Unclear, Unreadable
from cli.client import ClientError
from domain.episodes import Reported

app = typer.Typer(name="monitor", no_args_is_help=True, help="Monitors' files: check, and try with a body.")

LARGEST = 4 * 1024 * 1024


@app.callback()
def _only() -> None:
    """Keeps `check` a command of its own while it is the only one."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A monitor's file (YAML).")],
    body: Annotated[
        Path | None, typer.Option(help="A body as the sender posts it; shows what it would become.")
    ] = None,
    content_type: Annotated[str, typer.Option(help="The body's type.")] = "application/json",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Say whether a file can be used, or what is wrong and where; with a body, what Escalade would make of it."""
    try:
        monitor = load(file).monitor
    except MonitorError as error:
        raise ClientError(str(error)) from None
    if body is None:
        typer.echo(json.dumps(_summary(monitor)) if as_json else f"{file}: {monitor.monitor}, {monitor.format}: well")
        return
    found = _read(monitor, body, content_type)
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], indent=2, ensure_ascii=False))
    else:
        _show(found)
    if any(isinstance(one, Unclear) for one in found):
        raise typer.Exit(1)


def _read(monitor: Monitor, body: Path, content_type: str) -> list[Reported | Unclear]:
    try:
        posted = body.read_bytes()
    except OSError as error:
        raise ClientError(f"{body}: cannot be read: {error.strerror}") from None
    if len(posted) > LARGEST:
        raise ClientError(f"{body}: is longer than {LARGEST // 1024 // 1024} MiB, which no door takes")
    try:
        return READERS[monitor.format](posted, {"content-type": content_type}, monitor, datetime.now(UTC))
    except Unreadable as unreadable:
        raise ClientError(f"{body}: {unreadable}") from None


def _summary(monitor: Monitor) -> dict[str, str]:
    return {"monitor": monitor.monitor, "format": monitor.format, "source": monitor.source}


def _plain(one: Reported | Unclear) -> dict[str, object]:
    if isinstance(one, Unclear):
        return {"unclear": one.why, "name": one.name}
    return one.model_dump(mode="json")


def _show(found: list[Reported | Unclear]) -> None:
    console = Console(highlight=False)
    if not found:
        console.print("The body holds no alert, as the file finds them.")
    for one in found:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        for name, value in _plain(one).items():
            table.add_row(name, Text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
        console.print(table)
        console.print()
