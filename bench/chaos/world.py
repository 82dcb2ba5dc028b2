"""Whom the run is about: the demo's organisations under the published agreements, two under promises in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from agreements import AgreementFile, parse
from api.access.auth import Principal
from cli import demo
from domain.words import Role
from runtime.settings import Settings
from store import agreements as stored
from store import directory, keys
from store.database import Database

STORMY = {"gale": "gusts", "squall": "squalls"}
"""Agreements with promises in seconds, and the organisation that has each."""


@dataclass(frozen=True)
class Caller:
    """Somebody with a key."""

    who: Principal
    secret: str

    @property
    def role(self) -> Role:
        return self.who.role


@dataclass(frozen=True)
class Client:
    """An organisation with what its agreement says."""

    organisation: str
    agreement: AgreementFile
    caller: Caller


@dataclass(frozen=True)
class World:
    """Everybody who acts."""

    clients: tuple[Client, ...]
    staff: tuple[Caller, ...]
    operations: Caller
    integrator: Caller


def make(database: Database, settings: Settings) -> World:
    """Writes agreements, directory and keys into a migrated database."""
    now = datetime.now(UTC)
    demo.load_agreements(database, settings, now)
    demo.load_directory(database)
    directory.save(database, *(one for name, ident in STORMY.items() for one in _organisation(name, ident)))

    def caller(role: Role, subject: str, organisation: str | None = None) -> Caller:
        secret, _ = keys.create(database, role=role, subject=subject, organisation=organisation, now=now)
        return Caller(Principal(role, subject, organisation), secret)

    found: list[Client] = []
    for name, ident in [*((name, ident) for name, (ident, *_) in demo.CLIENTS.items()), *STORMY.items()]:
        current = stored.current(database, name)
        assert current is not None  # loaded a moment ago
        agreement = parse(current.document, file=name, name=name)
        found.append(Client(ident, agreement, caller(Role.client, f"anna@{ident}", ident)))
    staff = [
        caller(role, subject)
        for role, subject in (
            (Role.level1, "bob"), (Role.level1, "lea"), (Role.consultant, "clara"), (Role.rnd, "ravi"),
            (Role.manager, "max"),
        )
    ]  # fmt: skip
    return World(tuple(found), tuple(staff), caller(Role.operations, "oncall"), caller(Role.integrator, "alertmanager"))


def _organisation(agreement: str, ident: str) -> list[directory.Organisation | directory.Contract | directory.Contact]:
    return [
        directory.Organisation(id=ident, name=ident.capitalize(), language="en"),
        directory.Contract(id=f"{ident}-1", organisation=ident, agreement=agreement, valid_from=demo.SINCE),
        directory.Contact(
            id=f"anna@{ident}",
            organisation=ident,
            name=f"Anna ({ident})",
            email=f"anna@{ident}.example",
            role="key_user",
            language="en",
        ),
    ]
