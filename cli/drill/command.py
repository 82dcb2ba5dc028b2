"""`escalade drill start`, `answer`, `list`: somebody on call practises before it is night."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from api.operations.guide import GUIDES
from cli.client import ClientError, settings
from cli.drill import standing
from cli.drill.faults import FAULTS, Fault
from runtime.settings import Settings

app = typer.Typer(
    name="drill", no_args_is_help=True, help="Practise on a demo: a fault is made, you find it, it is taken back."
)


@app.command("list")
def list_() -> None:
    """Show the faults there are, what people notice of each, which you have found, and the causes to be named."""
    chosen, console = settings(), Console(highlight=False)
    found = standing.found(chosen)
    for fault in FAULTS.values():
        why_not = fault.why_not(chosen)
        mark = f" (not here: {why_not})" if why_not else " (found)" if fault.name in found else ""
        console.print(Text(f"{fault.name:<30}") + Text(f"{fault.noticed}{mark}", "dim"), soft_wrap=True)
    console.print(Text(f"\ncauses: {', '.join(GUIDES)}", "dim"), soft_wrap=True)


@app.command()
def start(
    name: Annotated[str | None, typer.Argument(help="Which fault (`escalade drill list`).")] = None,
    at_random: Annotated[bool, typer.Option("--random", help="Any of them that you have not found yet.")] = False,
    secret: Annotated[bool, typer.Option("--secret", help="Do not say which.")] = False,
) -> None:
    """Make a fault in the running demo. Begin with `escalade doctor` and docs/runbook.md."""
    chosen = settings()
    standing.permit(chosen)
    if standing.read(chosen) is not None:
        raise ClientError("a drill is on already: name its cause with `escalade drill answer`, or `--give-up`")
    if at_random == (name is not None):
        raise ClientError(f"name one fault ({', '.join(FAULTS)}), or give --random")
    names = _unfound(standing.found(chosen), _possible(chosen))
    fault = FAULTS[random.choice(names)] if name is None else _known(name)  # an exercise
    if why_not := fault.why_not(chosen):
        raise ClientError(f"{fault.name} cannot be made here: {why_not}")
    standing.begin(chosen, fault.name, fault.make(chosen), datetime.now(UTC))
    console = Console(highlight=False)
    console.print(Text("Something is wrong now." if secret else f"Now {fault.what}.", "bold"), soft_wrap=True)
    console.print(
        "Find the cause with `escalade doctor` and the runbook (/operations/runbook); it may take a minute to show.\n"
        "Then: escalade drill answer CAUSE",
        markup=False,
        soft_wrap=True,
    )


@app.command()
def answer(
    cause: Annotated[str | None, typer.Argument(help="The code that doctor and runbook have for it.")] = None,
    give_up: Annotated[bool, typer.Option("--give-up", help="Say what it is, and take it back.")] = False,
) -> None:
    """Say whether the cause is right; if it is, the fault is taken back. Exit code 1 when it is wrong."""
    chosen = settings()
    standing.permit(chosen)
    on = standing.read(chosen)
    if on is None:
        raise ClientError("no drill is on: `escalade drill start`")
    fault = FAULTS[on.fault]
    if give_up == (cause is not None):
        raise ClientError("name a cause, or give --give-up")
    if cause is not None and cause not in GUIDES:
        raise ClientError(f"there is no cause {cause}; causes are {', '.join(GUIDES)}")
    console = Console(highlight=False)
    if cause is not None and cause != fault.cause:
        standing.write(chosen, on.model_copy(update={"tries": on.tries + 1}))
        console.print(Text(f"Not {cause}. Look again; what else is told may follow from the cause.", "yellow"))
        raise typer.Exit(1)
    fault.heal(chosen, on.undo)
    standing.forget(chosen)
    if cause:
        standing.note_found(chosen, fault.name)
    took = (datetime.now(UTC) - on.since) // timedelta(seconds=1)
    verdict = f"Right, after {took} s and {on.tries} wrong answers" if cause else f"It was {fault.cause}"
    console.print(Text(f"{verdict}: {fault.what}. It is taken back.", "bold green"), soft_wrap=True)


def _possible(chosen: Settings) -> list[str]:
    return [fault.name for fault in FAULTS.values() if not fault.why_not(chosen)]


def _unfound(found: frozenset[str], possible: list[str]) -> list[str]:
    """Those to choose from: all of them again when all were found."""
    return [name for name in possible if name not in found] or possible


def _known(name: str) -> Fault:
    if name not in FAULTS:
        raise ClientError(f"there is no fault {name}; faults are {', '.join(FAULTS)}")
    return FAULTS[name]
