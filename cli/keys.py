"""`escalade key create`, `list`, `revoke`: API keys, straight in the database of the settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from cli.client import ClientError, settings
from cli.tickets import AsJson, at
from domain.words import Role
from store import directory, keys
from store.database import Database

app = typer.Typer(name="key", no_args_is_help=True, help="API keys: create, list, revoke.")

HOLDERS = [role for role in Role if role is not Role.system]


@app.command()
def create(
    role: Annotated[Role, typer.Option(help="What the key may do.")],
    subject: Annotated[str, typer.Option(help="Who holds it: the id of a contact, a member of staff, a monitor.")],
    organisation: Annotated[
        str | None, typer.Option("--organisation", "-o", help="The only organisation it reaches; a client's needs one.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires (default: never).")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a key and print its secret: now, and never again."""
    if role not in HOLDERS:
        raise ClientError(f"{role} is Escalade itself and holds no key; choose one of {', '.join(HOLDERS)}")
    now = datetime.now(UTC)
    with open_database() as database:
        if organisation is not None and directory.organisation(database, organisation) is None:
            known = ", ".join(one.id for one in directory.organisations(database)) or "none"
            raise ClientError(f'there is no organisation "{organisation}"; known: {known}')
        expires = now + timedelta(days=days) if days else None
        try:
            secret, key = keys.create(
                database, role=role, subject=subject, organisation=organisation, expires_at=expires, now=now
            )
        except ValueError as error:
            raise ClientError(str(error)) from None
    if as_json:
        typer.echo(json.dumps({"secret": secret, **key.model_dump(mode="json")}, indent=2))
        return
    console = Console(highlight=False)
    console.print(secret, markup=False, soft_wrap=True)
    console.print(Text(f"key {key.id} for {key.role} {key.subject}; keep it, it cannot be shown again", "dim"))


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List keys, revoked ones too; secrets are not kept and cannot be shown."""
    with open_database() as database:
        found = keys.keys(database)
    if as_json:
        typer.echo(json.dumps([key.model_dump(mode="json") for key in found], indent=2))
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("key", "role", "holder", "organisation", "last used", "state"):
        table.add_column(column)
    now = datetime.now(UTC)
    for key in found:
        expired = key.expires_at is not None and key.expires_at <= now
        state = "revoked" if key.revoked_at else "expired" if expired else "good"
        used = at(key.last_used_at.isoformat()) if key.last_used_at else None
        table.add_row(
            Text(key.id, "bold"), str(key.role), key.subject, key.organisation or "every one", used or "never",
            Text(state, "green" if state == "good" else "red"),
        )  # fmt: skip
    Console(highlight=False).print(table)


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="Id of the key, as `list` shows it.", metavar="KEY")]) -> None:
    """Revoke a key; the API refuses it a few seconds later at the latest."""
    with open_database() as database:
        done = keys.revoke(database, key, datetime.now(UTC))
    if not done:
        raise ClientError(f"there is no key {key} that could still be revoked: `escalade key list` shows them")
    Console(highlight=False).print(f"revoked: {key}")


@contextmanager
def open_database() -> Iterator[Database]:
    """The database of the settings, which must be there and up to date. ClientError in words otherwise."""
    database = Database(settings().sqlalchemy_url)
    try:
        database.ping()
        yield database
    except SQLAlchemyError as error:
        raise ClientError(
            f"the database cannot be used ({type(error).__name__}): start `escalade up` once, run `escalade prepare`, "
            "or set ESCALADE_HOME or ESCALADE_DATABASE_URL to where it is"
        ) from None
    finally:
        database.close()
