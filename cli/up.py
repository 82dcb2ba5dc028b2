"""`escalade up` and `escalade prepare`: the stack on this machine, and what a database and a namespace need first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from cli import demo
from cli.leftovers import StackError
from cli.stack import run_stack
from runtime.settings import Settings, SettingsError
from runtime.temporal import TemporalError, connect, register_search_attributes
from store.database import Database
from workflows import visibility

console = Console(highlight=False)


def up() -> None:
    """Start Temporal, worker and API here, with the four agreements and demo organisations. Ctrl-C stops it all."""
    settings = _settings()
    database = Database(settings.sqlalchemy_url)

    async def prepare() -> None:
        await _prepare(settings, database)
        demo.load_directory(database)

    async def on_ready() -> None:
        _welcome(demo.facts(settings, database, datetime.now(UTC)))

    console.print(f"Escalade starts; its state is in {settings.home}, its logs in {settings.home / 'logs'}.")
    try:
        asyncio.run(run_stack(settings, say=console.print, prepare=prepare, on_ready=on_ready))
    except (StackError, TemporalError) as refusal:
        Console(stderr=True, highlight=False).print(str(refusal), style="red")
        raise typer.Exit(1) from None


def prepare() -> None:
    """Bring the database up to date, register search attributes, load the agreements. Safe to repeat."""
    settings = _settings()
    try:
        asyncio.run(_prepare(settings, Database(settings.sqlalchemy_url)))
    except TemporalError as refusal:
        Console(stderr=True, highlight=False).print(str(refusal), style="red")
        raise typer.Exit(1) from None


async def _prepare(settings: Settings, database: Database) -> None:
    await asyncio.to_thread(database.upgrade)
    await register_search_attributes(await connect(settings), visibility.SEARCH_ATTRIBUTES)
    new = await asyncio.to_thread(demo.load_agreements, database, settings.agreements_dir, datetime.now(UTC))
    if new:
        console.print(f"agreements loaded: {', '.join(new)}")


def _settings() -> Settings:
    try:
        return Settings.load()
    except SettingsError as refusal:
        Console(stderr=True, highlight=False).print(str(refusal), style="red")
        raise typer.Exit(2) from None


def _welcome(facts: dict[str, Any]) -> None:
    api, keys = facts["api"], facts["keys"]
    console.print("\n[bold green]Escalade is ready.[/]\n")
    places = Table.grid(padding=(0, 2))
    places.add_row("API, with its documentation", facts["api_docs"])
    if facts["temporal_ui"]:
        places.add_row("Temporal: every ticket is a workflow", facts["temporal_ui"])
    for role, key in keys.items():
        places.add_row(f"key: {role}", key)
    console.print(places)
    console.print("\nThree calls to paste (the same facts are in demo.json, for scripts):\n")
    for call in calls(api, keys):
        console.print(call + "\n", soft_wrap=True)


def calls(api: str, keys: dict[str, str]) -> list[str]:
    """Three calls that work as they stand: a client files, support looks at what falls due next, a monitor's alert."""
    json_header = "-H 'Content-Type: application/json'"
    ticket = '{"subject": "Gate 4 stays closed", "description": "No truck leaves since 7.", "severity": "critical"}'
    alert = (
        '{"version": "4", "status": "firing", "receiver": "escalade", "groupKey": "{}", "groupLabels": {}, '
        '"commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alerts.example", "truncatedAlerts": 0, '
        '"alerts": [{"status": "firing", "fingerprint": "a206d4c2429c8c01", "startsAt": "2026-11-22T00:28:11Z", '
        '"endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "labels": {"alertname": "DiskFull", '
        '"client": "HARBOUR", "severity": "critical"}, "annotations": {"summary": "Disk 95 % full on db1"}}]}'
    )
    return [
        f"curl -s {api}/v1/tickets -H 'Authorization: Bearer {keys['client']}' {json_header} \\\n  -d '{ticket}'",
        f"curl -s '{api}/v1/tickets?order=next_due' -H 'Authorization: Bearer {keys['level1']}'",
        f"curl -s {api}/v1/monitors/alertmanager -H 'Authorization: Bearer {keys['integrator']}' {json_header} \\\n"
        f"  -d '{alert}'",
    ]
