"""Demo data: an organisation per published agreement, staff for each role, and a key for each. Invented names.

A second `escalade up` finds everything in place; the keys' secrets are kept in `<home>/demo.json`, and only there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import agreements
from domain.words import Level, Role
from runtime.settings import Settings
from store import agreements as revisions
from store import directory, keys
from store.database import Database
from store.directory import Contact, Contract, Mailbox, Organisation, Staff

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
CLIENTS = {
    "trackforce": ("harbour", "Harbour Guard Ltd", "en", ["HARBOUR", "ACME"]),
    "olcare": ("presto", "Presto Print SA", "fr", ["PRESTO"]),
    "proconcept": ("jura", "Montres du Jura SA", "fr", ["JURA", "BETA"]),
    "onelife": ("loire", "Meubles de Loire SARL", "fr", ["LOIRE"]),
}
"""By agreement: id, name, language, and the names under which monitors know the organisation."""

STAFF = (
    Staff(id="bob", name="Bob Martin", email="bob@support.example", role=Role.level1, level=Level.support),
    Staff(id="lea", name="Léa Petit", email="lea@support.example", role=Role.level1, level=Level.support),
    Staff(id="clara", name="Clara Weber", email="clara@support.example", role=Role.consultant, level=Level.consulting),
    Staff(id="ravi", name="Ravi Rao", email="ravi@support.example", role=Role.rnd, level=Level.rnd),
    Staff(id="max", name="Max Favre", email="max@support.example", role=Role.manager),
)
ROLES = {
    Role.level1: "bob",
    Role.consultant: "clara",
    Role.rnd: "ravi",
    Role.manager: "max",
    Role.integrator: "alertmanager",
    Role.operations: "oncall",
}
FACTS = "demo.json"


def load_agreements(database: Database, own: Path | None, now: datetime) -> list[str]:
    """Keeps the current revision of every agreement file; the names of those that are new."""
    new = []
    for name, path in agreements.published(own).items():
        revision = agreements.revision(agreements.load(path))
        if revisions.save(database, name, revision, path.read_text(encoding="utf-8"), now):
            new.append(name)
    return new


def load_directory(database: Database) -> None:
    """Saves organisations with contracts and contacts, staff and mailboxes; safe to repeat."""
    directory.save(database, *_clients(), *STAFF, *_mailboxes(database))


def _clients() -> Iterator[Organisation | Contract | Contact]:
    for agreement, (ident, name, language, aliases) in CLIENTS.items():
        yield Organisation(id=ident, name=name, language=language, aliases=tuple(aliases))
        yield Contract(id=f"{ident}-1", organisation=ident, agreement=agreement, valid_from=SINCE)
    for agreement, (ident, _, language, _) in CLIENTS.items():
        people = (("anna", "key_user"), ("emile", "end_user"), ("ines", "administrator"))
        for first, role in people:
            yield Contact(
                id=f"{first}@{ident}",
                organisation=ident,
                name=f"{first.capitalize()} ({agreement})",
                email=f"{first}@{ident}.example",
                role=role,  # type: ignore[arg-type]  # the three roles a contact can have
                language=language,
            )


def _mailboxes(database: Database) -> Iterator[Mailbox]:
    teams = {"support", "consulting", "rnd"}
    for agreement in CLIENTS:
        current = revisions.current(database, agreement)
        if current is not None:
            levels = agreements.parse(current.document, file=agreement, name=agreement).levels
            teams |= {f"{level}/{group}" for level, terms in levels.items() for group in terms.groups}
    for team in sorted(teams):
        yield Mailbox(kind="team", id=team, email=f"{team.replace('/', '-')}@support.example")
    for role in ("lead", "manager"):
        yield Mailbox(kind="role", id=role, email=f"{role}@support.example")


def facts(settings: Settings, database: Database, now: datetime) -> dict[str, Any]:
    """What scripts and people need to begin: addresses, a key for each role, the organisations. Kept in the home."""
    path = settings.home / FACTS
    before: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    known = before.get("keys", {})
    clients = {entry["id"]: entry["key"] for entry in before.get("organisations", [])}
    usable = _usable(database, now)
    organisations = []
    for agreement, (ident, name, _, aliases) in CLIENTS.items():
        secret = _secret(database, clients.get(ident), usable, Role.client, f"anna@{ident}", ident, now)
        people = [contact.id for contact in directory.contacts(database, ident)]
        organisations.append(
            {"id": ident, "name": name, "agreement": agreement, "contract": f"{ident}-1", "contacts": people,
             "aliases": aliases, "key": secret}
        )  # fmt: skip
    secrets = {str(Role.client): organisations[0]["key"]}
    for role, subject in ROLES.items():
        secrets[str(role)] = _secret(database, known.get(str(role)), usable, role, subject, None, now)
    found = {
        "api": settings.api_url,
        "api_docs": f"{settings.api_url}/docs",
        "temporal_ui": settings.temporal_ui,
        "keys": secrets,
        "organisations": organisations,
    }
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return found


def _usable(database: Database, now: datetime) -> Callable[[str], bool]:
    def check(secret: str) -> bool:
        try:
            keys.find(database, secret, now)
        except keys.KeyRefused:
            return False
        return True

    return check


def _secret(
    database: Database,
    before: str | None,
    usable: Callable[[str], bool],
    role: Role,
    subject: str,
    organisation: str | None,
    now: datetime,
) -> str:
    if before is not None and usable(before):
        return before
    return keys.create(database, role=role, subject=subject, organisation=organisation, now=now)[0]
