"""`escalade sign-in-link WHO`: an address that signs somebody in once, for whoever has no mail or no provider today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.client import ClientError, settings
from cli.keys import open_database
from runtime.links import link_address, link_secret
from runtime.secret import need_kept
from runtime.settings import Settings, SettingsError
from store import people, sign_in_links
from store.database import Database
from store.people import Person


def sign_in_link(
    who: Annotated[str, typer.Argument(help="Id or e-mail address of a contact or a member of staff.", metavar="WHO")],
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="Minutes until it is worth nothing.")] = 15,
) -> None:
    """Print an address that signs WHO in, once. Whoever opens it and presses its button is WHO."""
    chosen = settings()
    with open_database() as database:
        person = _person(database, who)
        try:
            need_kept(chosen)
            address = make(database, chosen, person, datetime.now(UTC), timedelta(minutes=minutes))
        except SettingsError as error:
            raise ClientError(str(error)) from None
    console = Console(highlight=False)
    console.print(address, markup=False, soft_wrap=True)
    console.print(Text(f"signs in {person.name} ({person.role}) once, for {minutes} minutes", "dim"))


def make(database: Database, chosen: Settings, person: Person, now: datetime, lasts: timedelta) -> str:
    """The address of a new link for that person, asked for by no browser. SettingsError without the secret key."""
    id = sign_in_links.new_id()
    with database.begin() as connection:
        sign_in_links.add(
            connection,
            id=id,
            secret=link_secret(chosen, id),
            kind=person.kind,
            subject=person.id,
            browser=None,
            next="/",
            now=now,
            lasts=lasts,
        )
    return link_address(chosen, id)


def _person(database: Database, who: str) -> Person:
    known = people.known(database, who)
    found = [known] if known else people.at_address(database, who)
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{one.id} ({one.organisation or one.role})" for one in found)
        raise ClientError(f"several people have the address {who}: say which one by id: {several}")
    raise ClientError(f"nobody has the id or the address {who}: `escalade directory load` enters people")
