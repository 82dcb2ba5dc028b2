"""`escalade settings`: every setting and its value here."""

from __future__ import annotations

import json
import os
from typing import Any

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.client import settings
from cli.tickets import AsJson
from runtime.settings import PREFIX, Settings


def show_settings(as_json: AsJson = False) -> None:
    """Show every setting, its variable, and its value here; secrets are hidden."""
    chosen = settings()
    rows = [
        (PREFIX + name.upper(), _value(getattr(chosen, name)), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        typer.echo(json.dumps({variable: value for variable, value, _ in rows}, indent=2))
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("variable", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("what it is")
    for variable, value, description in rows:
        own = variable in os.environ
        table.add_row(
            Text(variable, "bold" if own else ""), Text(value or "-", "cyan" if own else ""), Text(description, "dim")
        )
    Console(highlight=False).print(table)


def _value(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return "(hidden)"
    return f"{value.total_seconds():g}" if hasattr(value, "total_seconds") else str(value)
