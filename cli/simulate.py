"""`escalade simulate`: what an agreement would do to a ticket, before anybody signs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from agreements import AgreementError, AgreementFile, compile_terms, load, plain, published
from api.tickets.sentences import sentence
from cli import simulate_view
from cli.files import check_writable, text_of, write
from domain.errors import DomainError, FileRefused, Problem, written
from domain.errors import Path as Place
from foresight.expecting import differences
from foresight.lanes import sheet
from foresight.page import page
from foresight.picture import svgs
from foresight.picture_words import Words
from foresight.playing import Played, ScenarioError, play
from foresight.problems import checked_scenario
from foresight.scenario import Scenario
from runtime.settings import Settings

Lines = Callable[[Place], int]
"""On which line of its file a part of a scenario stands."""


class Language(StrEnum):
    """The languages in which a life is told."""

    en = "en"
    fr = "fr"


def simulate(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(help="Scenario files; without one the ticket of the flags.", metavar="[SCENARIO]..."),
    ] = None,
    agreement: Annotated[
        str | None,
        typer.Option("--agreement", "-a", help="Name of a published agreement, or a file. Wins over the scenario's."),
    ] = None,
    against: Annotated[str | None, typer.Option(help="A second agreement, shown side by side.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only hold what the scenarios expect; exit with 1 where it does not hold.")
    ] = False,
    opened: Annotated[
        str | None, typer.Option(help="Without a scenario: when the ticket is opened, by the agreement's wall clock.")
    ] = None,
    severity: Annotated[str | None, typer.Option("--severity", "-s", help="Without a scenario: its severity.")] = None,
    channel: Annotated[str | None, typer.Option(help="Without a scenario: how it reached us; portal.")] = None,
    until: Annotated[
        str | None, typer.Option(help='Without a scenario: how long nobody does anything; "7 days".')
    ] = None,
    language: Annotated[Language, typer.Option(help="Of what is shown.")] = Language.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    svg_file: Annotated[Path | None, typer.Option("--svg", help="Write the picture here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here.")] = None,
) -> None:
    """Play a scenario under an agreement: every message, clock, escalation, and what came of it.

    Without a scenario file: one ticket on which nobody does anything. Exit code 0; 1 where --check finds a difference,
    2 where something that was asked for cannot be understood, read or written.
    """
    files, tried = scenarios or [], ""
    flags = {"--opened": opened, "--severity": severity, "--channel": channel, "--until": until}
    shown = {"--against": against, "--json": as_json, "--svg": svg_file, "--html": html}
    try:
        if given := [name for name, value in flags.items() if value and files]:
            _fail(f"{', '.join(given)}: only for a ticket without a scenario; write it into {files[0]} instead")
        if check:
            if asked := [name for name, value in shown.items() if value]:
                _fail(f"--check shows nothing: leave {', '.join(asked)} out")
            _check(files, agreement)
            return
        if len(files) > 1:
            _fail("one scenario is shown at a time; several are held to what they expect with --check")
        check_writable(svg_file, html)
        chosen, line = _read(files[0]) if files else (_of_flags(opened, severity, channel, until), None)
        named = agreement or chosen.agreement
        if named is None:
            _fail("name the agreement: in the scenario, or with --agreement")
        beside = files[0].parent if files else Path()
        lives = []
        for tried in (named, against) if against else (named,):
            lives.append(_played(chosen, tried, beside))
    except ScenarioError as error:
        read_from, at = (str(files[0]), line(error.place)) if line else ("", 0)
        _fail(str(Problem(read_from, at, written(error.place), str(error))))
    except (AgreementError, FileRefused) as error:
        _fail(str(error))
    except DomainError as refusal:
        other = ", or its place from the most severe on (1), which fits both" if against else ""
        hint = f" Write one of these{other}." if refusal.code == "unknown_severity" else ""
        _fail(f"under {tried} it cannot be opened ({refusal.code}): {refusal.message}{hint}")
    _write(svg_file, html, lives, language)
    if as_json:
        typer.echo(
            json.dumps([simulate_view.as_json(title, played) for title, played in lives], indent=2, ensure_ascii=False)
        )
    else:
        Console(highlight=False).print(simulate_view.page(lives, language, _sayer(language)))
    for file in (svg_file, html):
        if file is not None and not as_json:
            Console(highlight=False).print(Text(f"written: {file}", "dim"), soft_wrap=True)


def _write(svg_file: Path | None, html: Path | None, lives: list[tuple[str, Played]], language: str) -> None:
    say = _sayer(language)
    try:
        if html is not None:
            write(html, page(lives, language, say))
        if svg_file is not None:
            write(svg_file, svgs([(title, sheet(played, say(played))) for title, played in lives], Words(language)))
    except FileRefused as error:
        _fail(str(error))


def _check(files: list[Path], agreement: str | None) -> None:
    """Every difference of every scenario; exit code 1 when there is one."""
    console, wrong = Console(highlight=False), 0
    if not files:
        _fail("name the scenario files to hold: escalade simulate --check scenarios/*.yaml")
    for file in files:
        scenario, line = _read(file)
        named = agreement or scenario.agreement
        if named is None:
            _fail(f"{file}: name the agreement: in the scenario, or with --agreement")
        try:
            _, played = _played(scenario, named, file.parent)
            found = [Problem(str(file), line(("expect", n)), f"expect[{n}]", said) for n, said in differences(played)]
            found += [
                Problem(
                    str(file),
                    line(("steps", scenario.steps.index(move))),
                    move.step,
                    f"refused ({refusal.code}): {refusal.message}",
                )
                for move, refusal in played.refused
            ]
        except ScenarioError as error:
            found = [Problem(str(file), line(error.place), written(error.place), str(error))]
        except ValueError as error:
            found = [Problem(str(file), 0, "expect", str(error))]
        except FileRefused:
            raise
        except DomainError as refusal:
            said = f"under {named} it cannot be opened ({refusal.code}): {refusal.message}"
            found = [Problem(str(file), 0, "", said)]
        wrong += bool(found)
        console.print(
            Text.assemble(("FAIL " if found else "ok   ", "red" if found else "green"), f"{file}  {scenario.scenario}"),
            soft_wrap=True,
        )
        for problem in found:
            console.print(Text(f"     {problem}"), soft_wrap=True)
    console.print(f"{len(files) - wrong} of {len(files)} scenarios hold{f'; {wrong} do not' if wrong else ''}")
    if wrong:
        raise typer.Exit(1)


def _played(scenario: Scenario, named: str, beside: Path) -> tuple[str, Played]:
    agreement, contract = _agreement(named, beside), scenario.contract
    # What was chosen under one agreement means nothing under another that leaves no choice.
    programme = contract.programme if agreement.programmes or named == scenario.agreement else None
    region = contract.region if agreement.regions or named == scenario.agreement else None
    try:
        opened = scenario.opened_on.date()
    except ValueError as error:
        raise ScenarioError(str(error), "opened") from None
    terms = compile_terms(agreement, opened=opened, programme=programme, region=region)
    return f"{scenario.scenario} · {agreement.agreement}", play(scenario, terms)


def _agreement(named: str, beside: Path) -> AgreementFile:
    if named.endswith((".yaml", ".yml")):
        file = Path(named)
        return load(file if file.exists() else beside / named)
    known = published(Settings.load().agreements_dir)
    if named not in known:
        _fail(f'no agreement is called "{named}"; known: {", ".join(sorted(known))}; or name a file')
    return load(known[named])


def _read(path: Path) -> tuple[Scenario, Lines]:
    reading = plain.read(text_of(path, "docs/foresight.md shows how one is written, scenarios/ has some"))
    if reading.wrong:
        _fail("\n".join(f"{path}:{line}: {message}" for _, line, message in reading.wrong))
    return checked_scenario(reading.data, file=str(path), line=reading.line), reading.line


def _of_flags(opened: str | None, severity: str | None, channel: str | None, until: str | None) -> Scenario:
    if not opened:
        _fail('name a scenario file, or say when the ticket is opened: --opened "2026-03-06 16:30"')
    named = int(severity) if severity and severity.isdigit() else severity
    given = {
        "scenario": "Nobody does anything",
        "opened": opened,
        "ticket": {"severity": named, "channel": channel or "portal"},
        "until": until or "7 days",
    }
    return checked_scenario(given, file="", line=lambda _: 0)


def _sayer(language: str) -> Any:
    """For a life, what puts one of its events into a sentence."""
    return lambda played: lambda event: sentence(event, played.state.terms, language)


def _fail(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message, "red"), soft_wrap=True)
    raise typer.Exit(2)
