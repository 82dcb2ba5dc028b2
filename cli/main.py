"""The command line `escalade`: every command, and how its refusals are said."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from cli.client import ClientError
from cli.lazily import Lazily

COMMANDS = {
    "up": "cli.up:up",
    "open": "cli.tickets:open_",
    "show": "cli.tickets:show",
    "list": "cli.tickets:list_",
    "timeline": "cli.tickets:timeline",
    "forecast": "cli.tickets:forecast",
    "replay": "cli.replay:replay",
    "reconcile": "cli.reconciling.command:reconcile",
    "simulate": "cli.simulate:simulate",
    "backtest": "cli.backtest:backtest",
    "lint": "cli.lint:lint_",
    "late": "cli.late:late",
    "erase": "cli.erase:erase",
    "doctor": "cli.doctor:doctor",
    "sign-in-link": "cli.sign_in:sign_in_link",
    "prepare": "cli.up:prepare",
    "settings": "cli.show_settings:show_settings",
    "agreement": "cli.agreement:app",
    "directory": "cli.directory:app",
    "key": "cli.keys:app",
    "drill": "cli.drill.command:app",
    "monitor": "cli.monitor:app",
}
"""Where each command is, in the order in which help shows them."""


class _Said(TyperGroup):
    """A refusal is a sentence and exit code 1, never a stack of calls."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.commands = Lazily(COMMANDS)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ClientError as error:
            Console(stderr=True, highlight=False).print(Text(str(error), "red"), soft_wrap=True)
            raise typer.Exit(error.code) from None


app = typer.Typer(
    name="escalade",
    cls=_Said,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they hold keys
    help="Escalade keeps the promises of a support agreement: each ticket is a durable Temporal workflow.",
)


@app.callback()
def _commands() -> None:
    """Makes a group of it although none of its commands is known to it yet."""


def main() -> None:
    """The program `escalade`: runs the command that was asked for and ends with its exit code.

    The engine's client has threads of its own. One that still reached for Python while the interpreter was being taken
    down aborted the process: what had succeeded seemed to have failed (exit code -6). So the end is a short one.
    """
    try:
        app()
    except SystemExit as end:
        if "temporalio.bridge" not in sys.modules:
            raise
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


if __name__ == "__main__":
    main()
