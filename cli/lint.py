"""`escalade lint`: promises of an agreement that cannot be kept, each with a simulated ticket that shows it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from activities.texts import LOCALE
from agreements import AgreementError, AgreementFile, compile_terms, load, published
from domain.errors import DomainError
from domain.terms import Terms
from foresight.linting import Finding, lint
from runtime.settings import Settings

_Which = Annotated[str, typer.Argument(help="Name of an agreement, or a file.", metavar="NAME|FILE")]


def lint_(
    agreement: _Which,
    programme: Annotated[str | None, typer.Option(help="As a contract with this programme has it.")] = None,
    region: Annotated[str | None, typer.Option(help="As a contract for this region has it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Say which promises cannot be kept, or say nothing, and show it. Exit code 1 when there are any.

    `escalade agreement check` says whether a file can be used; this says what it comes to.
    """
    now = datetime.now(UTC)
    spoken = frozenset({"en", *(folder.name for folder in LOCALE.iterdir() if folder.is_dir())})
    try:
        terms = _terms(agreement, now, programme, region)
        found = list(lint(terms, now, spoken))
    except (AgreementError, DomainError) as error:
        _fail(str(error))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
    else:
        _show(terms, found)
    if found:
        raise typer.Exit(1)


def _terms(which: str, now: datetime, programme: str | None, region: str | None) -> Terms:
    read: AgreementFile
    if which.endswith((".yaml", ".yml")):
        read = load(Path(which))
    else:
        known = published(Settings.load().agreements_dir)
        if which not in known:
            _fail(f'no agreement is called "{which}"; known: {", ".join(sorted(known))}; or name a file')
        read = load(known[which])
    return compile_terms(read, opened=now.date(), programme=programme, region=region)


def _show(terms: Terms, found: list[Finding]) -> None:
    console = Console(highlight=False)
    for one in found:
        console.print(Text.assemble((one.place, "bold cyan"), "  ", (one.code, "dim")), soft_wrap=True)
        console.print(Text(f"    {one.message}"), soft_wrap=True)
        console.print(Text(f"    seen: {one.seen}", "dim"), soft_wrap=True)
    count = f"{len(found)} finding{'s' if len(found) != 1 else ''}" if found else "nothing that cannot be kept"
    console.print(Text(f"{terms.agreement} {terms.revision}: {count}", "yellow" if found else "green"))


def _fail(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message, "red"), soft_wrap=True)
    raise typer.Exit(2)
