"""`escalade agreement ...`: checks, shows and lists agreement files, and prints their schema."""

from __future__ import annotations

import difflib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agreements import AgreementError, AgreementFile, compile_terms, load, published, revision
from agreements.reading import SUFFIX
from agreements.schema import json_schema
from cli import rollout
from cli.agreement_parts import words
from cli.agreement_view import counted, page
from runtime.settings import Settings, SettingsError

app = typer.Typer(
    name="agreement", no_args_is_help=True, help="Agreements as data: check, show, list, schema, roll-out."
)

Files = Annotated[list[Path], typer.Argument(help="Agreement files (YAML).", metavar="FILE...")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Which = Annotated[
    str, typer.Argument(help="Name of an agreement, as `list` shows them, or a file.", metavar="NAME|FILE")
]


@app.command()
def check(files: Files, as_json: AsJson = False) -> None:
    """Say whether files can be used, or all that is wrong with them and where. Exit code 1 when something is."""
    found = [(path, _loaded(path)) for path in files]
    if as_json:
        _print_json([_verdict(path, outcome) for path, outcome in found])
    else:
        for _, outcome in found:
            if isinstance(outcome, AgreementError):
                _say(outcome)
            else:
                _well(outcome)
    if any(isinstance(outcome, AgreementError) for _, outcome in found):
        raise typer.Exit(1)


@app.command()
def show(
    which: Which,
    language: Annotated[str | None, typer.Option("--language", "-l", help="Language of names: en, fr ...")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Holidays from this day (default: today)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what an agreement promises, when its clocks run, and which clause says so."""
    path = _path(which)
    agreement = _loaded(path)
    if isinstance(agreement, AgreementError):
        _say(agreement)
        raise typer.Exit(1)
    if as_json:
        content = agreement.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        _print_json({"revision": revision(agreement), "file": str(path), **content})
        return
    spoken = language or ("en" if "en" in agreement.languages else agreement.languages[0])
    if spoken not in agreement.languages:
        _fail(f"{agreement.agreement} has no names in {spoken}; its languages: {', '.join(agreement.languages)}")
    Console().print(page(agreement, spoken, on.date() if on else _today()))


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the agreements that come with Escalade, and your own (`ESCALADE_AGREEMENTS_DIR`)."""
    found = [(name, path, _loaded(path)) for name, path in sorted(_published().items())]
    if as_json:
        _print_json([_verdict(path, outcome) for _, path, outcome in found])
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("name", "publisher", "severities", "promises", "revision"):
        table.add_column(column, no_wrap=column != "severities")
    for name, _, outcome in found:
        if isinstance(outcome, AgreementError):
            table.add_row(name, Text(f"{counted(len(outcome.problems), 'problem')}: see `agreement check`", "red"))
            continue
        promises = str(_promises(outcome) or "none")
        severities = ", ".join(outcome.severities)
        table.add_row(Text(name, "bold"), outcome.publisher, severities, promises, revision(outcome))
    Console().print(table)


@app.command()
def schema() -> None:
    """Print the JSON Schema of an agreement file, for editors that check while one writes."""
    typer.echo(json_schema(), nl=False)


app.command("roll-out")(rollout.roll_out)
app.command("roll-outs")(rollout.roll_outs)


def _today() -> date:
    return datetime.now(UTC).date()


def _published() -> dict[str, Path]:
    try:
        return published(Settings.load().agreements_dir)
    except (AgreementError, SettingsError) as error:
        _fail(str(error))


def _path(which: str) -> Path:
    if which.endswith((SUFFIX, ".yml")) or "/" in which:
        return Path(which)
    names = _published()
    if which not in names:
        near = difflib.get_close_matches(which, names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        _fail(f'no agreement is called "{which}"; {hint}known: {", ".join(sorted(names))}; or name a file')
    return names[which]


def _loaded(path: Path) -> AgreementFile | AgreementError:
    try:
        return load(path)
    except AgreementError as error:
        return error


def _promises(agreement: AgreementFile) -> int:
    return sum(
        clock is not None
        for severity in agreement.severities.values()
        for clock in (severity.response, severity.update, severity.resolution)
    )


def _well(agreement: AgreementFile) -> None:
    terms = compile_terms(agreement, opened=_today())
    counts = [
        counted(len(agreement.severities), "severity", "severities"),
        counted(_promises(agreement), "promise"),
        counted(len(agreement.calendars), "calendar"),
    ]
    size = f"{len(terms.model_dump_json().encode()) / 1000:.1f} kB in each ticket"
    console = Console()
    summary = f"{', '.join(counts)}; revision {revision(agreement)}, {size}"
    console.print(f"[green]OK[/] [bold]{agreement.agreement}[/]: {summary}", highlight=False)
    unused = [name for name in agreement.calendars if name not in terms.calendars]
    if unused:
        console.print(f"   [yellow]note[/] nothing counts on the calendar {words(unused)}", highlight=False)


def _say(error: AgreementError) -> None:
    console = Console(stderr=True)
    parts: list[Any] = []
    for problem in error.problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        parts.append(Text.assemble((place, "bold"), "  ", (problem.path, "cyan")))
        parts.append(Padding(Text(problem.message), (0, 0, 0, 4)))
    parts.append(Text(counted(len(error.problems), "problem"), "red"))
    console.print(Group(*parts))


def _verdict(path: Path, outcome: AgreementFile | AgreementError) -> dict[str, Any]:
    if isinstance(outcome, AgreementError):
        problems = [{"line": p.line, "path": p.path, "message": p.message} for p in outcome.problems]
        return {"file": str(path), "ok": False, "problems": problems}
    return {"file": str(path), "ok": True, "agreement": outcome.agreement, "revision": revision(outcome)}


def _print_json(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _fail(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message, "red"))
    raise typer.Exit(1)
