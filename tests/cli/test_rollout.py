"""`escalade agreement roll-out`: what it shows, asks, refuses, and says in the end. The engine is the rules alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agreements import compile_terms, parse, revision
from api.engine.tickets import EngineAway
from cli import rollout
from cli.main import app
from domain.commands import Command
from domain.decide import handle
from domain.evolve import rebuild
from domain.record import Unrecorded
from runtime.settings import Settings
from store import agreements, recording, tickets
from store.database import Database
from tests.agreements.samples import SMALL
from tests.factories import Life
from workflows.protocol import Receipt

# 10:00 in Paris, an ordinary Monday.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANGED = SMALL.replace("response: {within: 4 h, on: office", "response: {within: 2 h, on: office")


class Rules:
    """An engine that is the rules on what the database holds. `away`: it does not answer."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.at = now
        self.away = False

    def now(self) -> datetime:
        return self.at

    async def engine(self) -> Rules:
        return self

    async def command(self, ticket: str, command: Command) -> Receipt:
        if self.away:
            raise EngineAway("waited 20 s")
        state = rebuild(tickets.history(self.database, ticket))
        events = handle(state, command, self.at)
        unrecorded = Unrecorded()
        after = unrecorded.follow(state, events)
        recording.record(self.database, unrecorded.take(after, 2_000_000), self.at)
        told = tuple(event.fact.type for event in events)
        return Receipt(
            ticket=ticket, sequence=after.sequence, at=self.at, status=str(after.status), severity=after.severity,
            level=str(after.level), events=told,
        )  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rules]:
    """Three tickets under the small agreement as it was, and the changed one loaded; an hour later."""
    monkeypatch.setenv("ESCALADE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    database = Database(Settings.load().sqlalchemy_url)
    database.upgrade()
    terms = compile_terms(parse(SMALL), opened=date(2026, 3, 2))
    for number, severity in enumerate(("high", "high", "low"), start=1):
        life = Life(f"T{number}", at=MONDAY, terms=terms, severity=severity)
        recording.record(database, life.take(), MONDAY)
    for days, text in enumerate((SMALL, CHANGED)):
        agreements.save(database, "small", revision(parse(text)), text, MONDAY - timedelta(days=9 - days))
    running = Rules(database, MONDAY + timedelta(hours=1))
    monkeypatch.setattr(rollout, "Cluster", lambda: running)
    monkeypatch.setattr("cli.rollout_drive.TRIES", ())
    yield running
    database.close()


def run(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["agreement", *args])
    assert result.exit_code == code, result.output
    return result


def revisions(rules: Rules) -> set[str]:
    return {row.revision for row in tickets.find(rules.database).tickets}


def test_a_dry_run_shows_every_clock_that_moves_and_does_nothing(rules: Rules) -> None:
    before = revisions(rules)
    output = run("roll-out", "small", "--dry-run").output
    [first, *_] = [line.split() for line in output.splitlines() if line.startswith("T1")]
    assert first[1] == "response"
    assert output.count("client told") == 2
    assert "3 running tickets under another revision" in output
    assert "of 2 a time would move; 2 clients would be written to" in output
    assert "Nothing was done" in output
    assert revisions(rules) == before


def test_a_dry_run_as_json_and_as_a_file(rules: Rules, tmp_path: Path) -> None:
    whole: dict[str, Any] = json.loads(run("roll-out", "small", "--dry-run", "--json").stdout)
    assert (whole["running"], whole["would_change"], whole["clients_told"], whole["refused"]) == (3, 3, 2, {})
    [moved] = whole["tickets"][0]["clocks"]
    # 10:00 in Paris: 4 hours of opening are over at 14:00, 2 at 12:00.
    assert (moved["clock"], moved["before"], moved["after"]) == (
        "response", "2026-03-02T13:00:00Z", "2026-03-02T11:00:00Z",
    )  # fmt: skip
    file = tmp_path / "changes.csv"
    run("roll-out", "small", "--dry-run", "--csv", str(file))
    rows = list(csv.DictReader(file.open()))
    assert [(row["ticket"], row["clock"], row["client_told"]) for row in rows] == [
        ("T1", "response", "yes"), ("T2", "response", "yes"), ("T3", "", ""),
    ]  # fmt: skip


def test_nobody_is_moved_without_being_asked_for(rules: Rules) -> None:
    before = revisions(rules)
    assert "give --yes" in run("roll-out", "small", code=1).output
    assert revisions(rules) == before


def test_it_says_what_it_did_and_leaves_a_record(rules: Rules) -> None:
    output = run("roll-out", "small", "--yes", "--by", "max", "--batch", "2").output
    assert "small-1: 3 tickets brought to" in output
    assert "2 clients written to" in output
    assert revisions(rules) == {revision(parse(CHANGED))}
    [record] = json.loads(run("roll-outs", "small", "--json").stdout)
    assert (record["by"], record["counts"]) == ("max", {"changed": 3, "told": 2})
    assert "small-1" in run("roll-outs", "small").output
    event = tickets.events(rules.database, "T1", types=("terms_changed",))[0]
    assert (event.by.role, event.by.id, event.cause) == ("system", "max", "small-1:T1")
    again = run("roll-out", "small", "--dry-run").output
    assert "Every running ticket is kept under small" in again


def test_as_json_it_tells_the_run_to_a_script(rules: Rules) -> None:
    told = json.loads(run("roll-out", "small", "--yes", "--json", "--by", "max").stdout)
    assert (told["this_run"], told["refused"], told["stopped"]) == ({"changed": 3}, [], None)
    assert "by" in told


def test_a_refused_ticket_is_named_and_the_exit_code_tells_it(rules: Rules) -> None:
    without = CHANGED.replace("  low:\n", "  minor:\n").replace("is: low", "is: minor")
    assert without != CHANGED
    agreements.save(rules.database, "small", revision(parse(without)), without, MONDAY)
    assert "severity_gone" in run("roll-out", "small", "--dry-run").output
    output = run("roll-out", "small", "--yes", code=1).output
    assert "T3  refused (severity_gone)" in output
    assert "small-1: 2 tickets brought to" in output


def test_an_engine_that_is_away_stops_it_and_it_goes_on_later(rules: Rules) -> None:
    rules.away = True
    output = run("roll-out", "small", "--yes", code=1).output
    assert "stopped, the engine does not answer: waited 20 s" in output
    assert "unfinished" in run("roll-outs", "small").output
    rules.away = False
    assert "small-1: 3 tickets brought to" in run("roll-out", "small", "--yes").output


def test_what_cannot_be_done_is_said_in_a_sentence(rules: Rules, tmp_path: Path) -> None:
    assert 'no agreement "smal" is loaded; loaded: small' in run("roll-out", "smal", code=1).output
    assert "--dry-run" in run("roll-out", "small", "--csv", "x.csv", code=1).output
    assert "cannot stand in the record" in run("roll-out", "small", "--dry-run", "--by", "Max !", code=1).output
    nowhere = str(tmp_path / "no" / "x.csv")
    assert "cannot be written" in run("roll-out", "small", "--dry-run", "--csv", nowhere, code=1).output
    assert "Nothing of other has been rolled out" in run("roll-outs", "other").output
