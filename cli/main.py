"""The command `escalade`: every sub-command is wired here."""

from __future__ import annotations

import typer

from cli import agreement, up

app = typer.Typer(
    name="escalade", help="Keeps the promises of a support agreement.", no_args_is_help=True, rich_markup_mode="rich"
)
app.command("up")(up.up)
app.command("prepare")(up.prepare)
app.add_typer(agreement.app, name="agreement", help="Look at agreements, check files.")

if __name__ == "__main__":
    app()
