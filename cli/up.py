"""`escalade up` and `escalade prepare`: the embedded stack with its demo, and what must be there before it."""

from __future__ import annotations

import asyncio
import json
import shlex
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from agreements import AgreementError
from cli import demo, demo_shell, sign_in
from cli.client import ClientError, demo_path, read_demo, settings
from cli.leftovers import StackError
from cli.stack import run_stack
from runtime.secret import make_secret
from runtime.settings import Settings, SettingsError
from runtime.temporal import TemporalError, connect, register_search_attributes
from store import people, vital
from store.database import Database
from store.migrating import MigrationFailed
from workflows.visibility import SEARCH_ATTRIBUTES

VISITORS = {"anna@harbour": "client", "bob": "level 1", "max": "manager", "oncall": "operations"}
"""People of the demo in whose place one looks around, by id."""
DOOR_LASTS = timedelta(hours=12)
MAIL_PORT = 2525
"""Where `escalade up` takes mails in: 25 is for whoever may open low ports."""


def up(
    with_demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Load the demo's organisations and keys, and write demo.json.")
    ] = True,
) -> None:
    """Start Escalade here: Temporal, worker and API, until Ctrl-C. State is in `.escalade` (ESCALADE_HOME)."""
    console = Console(highlight=False)
    chosen = with_mail_door(settings())
    facts: dict[str, Any] = {}

    async def on_ready() -> None:
        if with_demo:
            facts.update(await asyncio.to_thread(_demo, chosen))
        _welcome(console, chosen, facts)

    async def prepare_all() -> None:
        await _prepare(chosen, console)
        if with_demo:
            # Before the API is ready: whoever finds it healthy finds the organisations.
            await asyncio.to_thread(_directory, chosen)

    def say(line: str) -> None:
        console.print(Text(line, "dim"), soft_wrap=True)

    try:
        asyncio.run(run_stack(chosen, say=say, prepare=prepare_all, on_ready=on_ready))
    except (StackError, TemporalError, AgreementError, SettingsError, MigrationFailed) as error:
        raise ClientError(str(error)) from None


def with_mail_door(chosen: Settings) -> Settings:
    """The embedded stack takes mails in, on a port of this machine alone, unless another one is set."""
    if not chosen.embedded or chosen.inbound_smtp_port is not None:
        return chosen
    return chosen.model_copy(update={"inbound_smtp_port": MAIL_PORT})


def prepare() -> None:
    """Bring database, agreements and Temporal's search attributes up to date, for a cluster; safe to repeat."""
    try:
        asyncio.run(_prepare(settings(), Console(highlight=False)))
    except (TemporalError, AgreementError) as error:
        raise ClientError(str(error)) from None
    except MigrationFailed as error:
        raise ClientError(str(error), code=2) from None
    except SQLAlchemyError as error:
        why = getattr(error, "orig", None) or type(error).__name__
        raise ClientError(f"the database cannot be used ({why}): see database-away in the runbook", code=2) from None


async def _prepare(chosen: Settings, console: Console) -> None:
    for line in await asyncio.to_thread(_database, chosen):
        console.print(Text(line, "dim"), soft_wrap=True)
    make_secret(chosen)
    await register_search_attributes(await connect(chosen), SEARCH_ATTRIBUTES)


def _database(chosen: Settings) -> list[str]:
    """What was done to it, line by line."""
    database = Database(chosen.sqlalchemy_url)
    try:
        before = _revision(database)
        database.upgrade()
        loaded = demo.load_agreements(database, chosen, datetime.now(UTC))
    finally:
        database.close()
    there = vital.wanted()
    schema = there if before == there else f"{before or 'none'} -> {there}"
    return [f"schema: {schema}", f"agreements: {', '.join(loaded)}"]


def _revision(database: Database) -> str | None:
    with suppress(SQLAlchemyError):
        return vital.schema(database).there
    return None


def _directory(chosen: Settings) -> None:
    database = Database(chosen.sqlalchemy_url)
    demo.load_directory(database)
    database.close()


def _demo(chosen: Settings) -> dict[str, Any]:
    database = Database(chosen.sqlalchemy_url)
    try:
        now = datetime.now(UTC)
        secrets = demo.demo_keys(database, read_demo(), now)
        doors = {who: _door(database, chosen, who, now) for who in VISITORS}
    finally:
        database.close()
    facts = {**demo.facts(chosen, secrets), "sign_in": doors}
    demo.write(demo_path(chosen.home), facts)
    demo.replace(demo_shell.path(chosen), demo_shell.of_here(chosen, facts))
    return facts


def _door(database: Database, chosen: Settings, who: str, now: datetime) -> str:
    person = people.known(database, who)
    assert person is not None  # the demo's own
    return sign_in.make(database, chosen, person, now, DOOR_LASTS)


def _welcome(console: Console, chosen: Settings, facts: dict[str, Any]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row(Text("Pages", "dim"), f"{chosen.pages_url}/sign-in")
    table.add_row(Text("API", "dim"), f"{chosen.api_url}/docs")
    table.add_row(Text("Temporal", "dim"), chosen.temporal_ui or chosen.temporal_target)
    if chosen.inbound_smtp_port is not None:
        door = f"{chosen.inbound_smtp_host}:{chosen.inbound_smtp_port}"
        table.add_row(Text("Mail in", "dim"), f"{door} takes mail to {chosen.mail_address} (docs/mail.md)")
    if chosen.smtp_host is None:
        log = chosen.home / "logs" / "worker.log"
        table.add_row(Text("Mail out", "dim"), f"no mail server is set: mails are written to {log} and count as sent")
    console.print()
    console.print(Text("Escalade is ready.", "bold green"))
    console.print(table, soft_wrap=True)
    if facts:
        shell = shlex.quote(str(demo_shell.path(chosen)))
        console.print(
            Text(f"\nIn another shell, for `escalade doctor`, `escalade drill`, the runbook: source {shell}", "bold")
        )
        _doors(console, facts)
        _keys_and_calls(console, chosen, facts)
    console.print(Text("\nCtrl-C stops everything; what happened stays in " + str(chosen.home), "dim"), soft_wrap=True)


def _doors(console: Console, facts: dict[str, Any]) -> None:
    console.print(Text("\nOpen a page (each address signs in once; for a new one: escalade sign-in-link WHO)", "bold"))
    for who, address in facts["sign_in"].items():
        console.print(f"  {VISITORS[who]:<11} {address}", markup=False, soft_wrap=True)


def _keys_and_calls(console: Console, chosen: Settings, facts: dict[str, Any]) -> None:
    console.print(Text(f"\nA key for each role (also in {demo_path(chosen.home)})", "bold"))
    for role, key in facts["keys"].items():
        console.print(f"  {role:<11} {key}", markup=False, soft_wrap=True)
    title = "Three calls to paste: a client opens a ticket, level 1 answers, a monitor raises an alert"
    console.print(Text(f"\n{title}", "bold"))
    for call in calls(facts["api"], facts["keys"]):
        console.print(f"\n{call}", markup=False, soft_wrap=True)


def calls(api: str, keys: dict[str, str]) -> list[str]:
    """Calls that work as they stand in a shell, one after the other."""
    filed = {"subject": "The gates stay closed", "description": "No badge opens them.", "channel": "portal"}
    said = {"means": "call", "text": "We have called you and started the diagnosis."}
    alert = {
        "status": "firing",
        "fingerprint": "a206d4c2429c8c01",
        "startsAt": "2026-11-22T00:28:11Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "",
        "labels": {"alertname": "DiskFull", "client": "HARBOUR", "severity": "critical"},
        "annotations": {"summary": "Disk 95 % full on db1"},
    }
    post = {
        "version": "4", "status": "firing", "receiver": "escalade", "groupKey": "{}", "groupLabels": {},
        "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alerts.example", "truncatedAlerts": 0,
        "alerts": [alert],
    }  # fmt: skip
    number = "python3 -c 'import json,sys; print(json.load(sys.stdin)[\"id\"])'"
    opened = _curl(f"{api}/v1/tickets", keys["client"], {**filed, "severity": "critical"})
    return [
        f"TICKET=$({opened} | {number}); echo $TICKET",
        _curl(f"{api}/v1/tickets/$TICKET/acknowledgement", keys["level1"], said) + "; echo",
        _curl(f"{api}/v1/monitors/alertmanager", keys["integrator"], post) + "; echo",
    ]


def _curl(address: str, key: str, body: dict[str, Any]) -> str:
    head = f"-H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
    return f"curl -s {address} {head} -d {shlex.quote(json.dumps(body))}"
