"""`escalade directory load`: organisations, contracts, contacts, staff and mailboxes from a file, into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from agreements import contracting, parse, plain
from cli.client import ClientError, settings
from domain.errors import Problem, written
from store import agreements, directory
from store.database import Database
from store.directory import Contact, Contract, Mailbox, Organisation, Staff

app = typer.Typer(name="directory", no_args_is_help=True, help="Who is who: organisations, contracts, people.")


class Directory(BaseModel):
    """A file of entries; each one replaces the entry with the same id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisations: tuple[Organisation, ...] = ()
    contracts: tuple[Contract, ...] = ()
    contacts: tuple[Contact, ...] = ()
    staff: tuple[Staff, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()


@app.callback()
def _several() -> None:
    """Keeps `load` a command of its own, though it is the only one so far."""


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="Entries, as YAML (docs/agreements.md shows one).", metavar="FILE")],
) -> None:
    """Add or replace what the file names, all or nothing; what it does not name stays. Safe to repeat."""
    entries = _read(file)
    database = Database(settings().sqlalchemy_url)
    try:
        wrong = [fault for contract in entries.contracts for fault in _faults(database, contract, entries)]
        if wrong:
            raise ClientError("\n".join(f"{file}: {fault}" for fault in wrong))
        groups = (entries.organisations, entries.staff, entries.contracts, entries.contacts, entries.mailboxes)
        directory.save(database, *(entry for group in groups for entry in group))
    except IntegrityError:
        raise ClientError(f"{file}: a contract or contact names an organisation that is not there; add it") from None
    except SQLAlchemyError as error:
        raise ClientError(
            f"the database cannot be used ({type(error).__name__}): start `escalade up` once, or run `escalade prepare`"
        ) from None
    finally:
        database.close()
    told = ", ".join(f"{len(found)} {name}" for name, found in entries if found)
    Console(highlight=False).print(f"saved: {told or 'nothing, the file is empty'}")


def _faults(database: Database, contract: Contract, entries: Directory) -> list[str]:
    """Why the contract cannot be kept as it is written; empty where it can."""
    name = contract.agreement
    known = agreements.current(database, name)
    if known is None:
        return [
            f'the contract {contract.id} names the agreement "{name}", which is not loaded; '
            "`escalade agreement list` shows what there is, `escalade prepare` loads it"
        ]
    found = contracting.faults(
        parse(known.document, file=name, name=name),
        programme=contract.programme, region=contract.region, success_manager=contract.success_manager,
    )  # fmt: skip
    staff = {one.id for one in entries.staff}
    for role in ("success_manager", "account_manager", "provider_representative"):
        who = getattr(contract, role)
        if who is not None and who not in staff and directory.member(database, who) is None:
            found.append(f'`{role}` is "{who}", who is not of our staff. Add the person under `staff`.')
    return [f"the contract {contract.id}: {fault}" for fault in found]


def _read(file: Path) -> Directory:
    """ClientError names every problem with its place."""
    try:
        reading = plain.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ClientError(f"{file} cannot be read: {error}") from None
    wrong = reading.wrong
    try:
        if not wrong:
            return Directory.model_validate(reading.data or {})
    except ValidationError as error:
        wrong = [(one["loc"], reading.line(one["loc"]), one["msg"]) for one in error.errors()]
    raise ClientError("\n".join(str(Problem(str(file), line, written(path), why)) for path, line, why in wrong))
