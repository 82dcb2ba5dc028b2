"""The command line `escalade`: every command, and how its refusals are said."""

from __future__ import annotations

import json
import os
from typing import Any

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from cli import agreement, directory, keys, monitor, tickets, up
from cli.backtest import backtest
from cli.client import ClientError, settings
from cli.doctor import doctor
from cli.drill import command as drill
from cli.erase import erase
from cli.late import late
from cli.lint import lint_
from cli.reconciling.command import reconcile
from cli.replay import replay
from cli.sign_in import sign_in_link
from cli.simulate import simulate
from cli.tickets import AsJson
from runtime.settings import PREFIX, Settings


class _Said(TyperGroup):
    """A refusal is a sentence and exit code 1, never a stack of calls."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ClientError as error:
            Console(stderr=True, highlight=False).print(Text(str(error), "red"), soft_wrap=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="escalade",
    cls=_Said,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they hold keys
    help="Escalade keeps the promises of a support agreement: each ticket is a durable Temporal workflow.",
)
app.command()(up.up)
app.command("open")(tickets.open_)
app.command()(tickets.show)
app.command("list")(tickets.list_)
app.command()(tickets.timeline)
app.command()(tickets.forecast)
app.command()(replay)
app.command()(reconcile)
app.command()(simulate)
app.command()(backtest)
app.command("lint")(lint_)
app.command()(late)
app.command()(erase)
app.add_typer(agreement.app, name="agreement")
app.add_typer(directory.app, name="directory")
app.add_typer(keys.app, name="key")
app.add_typer(drill.app, name="drill")
app.add_typer(monitor.app, name="monitor")
app.command()(doctor)
app.command("sign-in-link")(sign_in_link)
app.command()(up.prepare)


@app.command("settings")
def settings_(as_json: AsJson = False) -> None:
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


if __name__ == "__main__":
    app()
