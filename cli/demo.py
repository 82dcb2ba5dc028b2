"""The demo of `escalade up`: four organisations under the four agreements, our staff, and a key for each role."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from agreements import load, published, revision
from domain.words import Level, Role
from runtime.settings import Settings
from store import agreements as stored
from store import directory, keys
from store.database import Database
from store.directory import Contact, Contract, Mailbox, Organisation, Staff
from store.keys import KeyRefused

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)

# Invented names and addresses; example.* can belong to nobody.
ORGANISATIONS = (
    ("vigie", "Vigie Securite", "fr", "trackforce", "vigie.example.com",
     ("Claire Lambert", "Hugo Marchand", "Nadia Benali")),
    ("northgate", "Northgate Print", "en", "olcare", "northgate.example.org",
     ("Emily Carter", "Jack Foster", "Priya Shah")),
    ("fonderie", "Fonderie du Seyon SA", "fr", "proconcept", "fonderie.example.net",
     ("Luc Favre", "Anne Rochat", "Marc Jeanneret")),
    ("morvan", "Ateliers du Morvan", "fr", "onelife", "morvan.example.com",
     ("Sophie Garnier", "Paul Renaud", "Julie Moreau")),
)  # fmt: skip
"""Id (an alias for monitors too), name, language, agreement, mail domain; a key user, an end user, an administrator."""

CONTACT_ROLES = ("key_user", "end_user", "administrator")

STAFF = (
    *(Staff(id=id_, name=name, email=f"{id_}@support.example.com", role=Role.level1, level=Level.support)
      for id_, name in (("alice", "Alice Perrin"), ("bruno", "Bruno Keller"), ("chloe", "Chloe Dubois"),
                        ("david", "David Wood"), ("emma", "Emma Rossi"))),
    *(Staff(id=id_, name=name, email=f"{id_}@support.example.com", role=Role.consultant, level=Level.consulting,
            group=group)
      for id_, name, group in (("farid", "Farid Haddad", "logistics"), ("greta", "Greta Lang", "finance"),
                               ("henri", "Henri Blanc", "technical"))),
    Staff(id="ines", name="Ines Costa", email="ines@support.example.com", role=Role.rnd, level=Level.rnd),
    Staff(id="jonas", name="Jonas Weber", email="jonas@support.example.com", role=Role.manager),
)  # fmt: skip

MAILBOXES = (
    *(Mailbox(kind="team", id=team, email=f"{team.replace('/', '-')}@support.example.com")
      for team in ("support", "rnd", "consulting",
                   "consulting/logistics", "consulting/finance", "consulting/technical")),
    *(Mailbox(kind="role", id=role, email=f"{role}@support.example.com") for role in ("lead", "manager")),
)  # fmt: skip

SUBJECTS = {
    Role.level1: "alice",
    Role.consultant: "farid",
    Role.rnd: "ines",
    Role.manager: "jonas",
    Role.integrator: "monitoring",
    Role.operations: "operations",
}
"""Who holds the key of a role; a client's is its organisation's key user."""


def load_agreements(database: Database, settings: Settings, now: datetime) -> list[str]:
    """Makes every published agreement, and those of the own folder, known to the API; the names, new ones marked."""
    told = []
    for name, path in sorted(published(settings.agreements_dir).items()):
        agreement = load(path)
        number = revision(agreement)
        known = stored.get(database, name, number)
        # A comment changed in the file changes no promise: the revision, and the text kept for it, stay.
        document = known.document if known else path.read_text(encoding="utf-8")
        new = stored.save(database, name, number, document, now)
        told.append(f"{name} {number}{' (new)' if new else ''}")
    return told


def load_directory(database: Database) -> None:
    """Writes the demo's organisations, contracts, contacts, staff and mailboxes; again changes nothing."""
    entries: list[Any] = []
    for id_, name, language, agreement, domain, people in ORGANISATIONS:
        entries.append(Organisation(id=id_, name=name, language=language, aliases=(id_, f"{id_}-prod")))
        entries.append(Contract(id=f"{id_}-{agreement}", organisation=id_, agreement=agreement, valid_from=BEGINNING))
        for role, person in zip(CONTACT_ROLES, people, strict=True):
            first, last = person.lower().split()
            entries.append(
                Contact(
                    id=f"{id_}-{first}", organisation=id_, name=person, email=f"{first}.{last}@{domain}",
                    role=role, language=language,
                )
            )  # fmt: skip
    directory.save(database, *entries, *STAFF, *MAILBOXES)


def demo_keys(database: Database, kept: dict[str, Any], now: datetime) -> dict[str, dict[str, str]]:
    """The demo's keys: `keys` by role and `clients` by organisation. Those of `kept` that still open are used again."""
    known = [*kept.get("keys", {}).values(), *(one.get("key", "") for one in kept.get("organisations", ()))]
    standing: dict[tuple[Role, str, str | None], str] = {}
    for secret in known:
        try:
            key = keys.find(database, str(secret), now)
        except KeyRefused:
            continue
        standing[key.role, key.subject, key.organisation] = str(secret)

    def secret_of(role: Role, subject: str, organisation: str | None = None) -> str:
        found = standing.get((role, subject, organisation))
        return found or keys.create(database, role=role, subject=subject, organisation=organisation, now=now)[0]

    clients = {
        id_: secret_of(Role.client, f"{id_}-{people[0].lower().split()[0]}", id_) for id_, *_, people in ORGANISATIONS
    }
    staff = {str(role): secret_of(role, subject) for role, subject in SUBJECTS.items()}
    return {"keys": {"client": clients[ORGANISATIONS[0][0]], **staff}, "clients": clients}


def facts(settings: Settings, secrets: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What demo.json says: addresses, a key for each role, organisations each with its client's key, processes."""
    organisations = [
        {
            "id": id_,
            "name": name,
            "agreement": agreement,
            "contract": f"{id_}-{agreement}",
            "language": language,
            "contacts": {
                role: f"{id_}-{person.lower().split()[0]}" for role, person in zip(CONTACT_ROLES, people, strict=True)
            },
            "key": secrets["clients"][id_],
        }
        for id_, name, language, agreement, _, people in ORGANISATIONS
    ]
    return {
        "api": settings.api_url,
        "temporal": settings.temporal_target,
        "temporal_ui": settings.temporal_ui,
        "database": make_url(settings.sqlalchemy_url).render_as_string(hide_password=True),
        "keys": secrets["keys"],
        "organisations": organisations,
        "pids": _pids(settings.home),
    }


def _pids(home: Path) -> dict[str, int]:
    """The stack's processes as they are now; `stack.json` beside it follows those that are started again."""
    try:
        stack = json.loads((home / "stack.json").read_text())
    except (OSError, ValueError):
        return {}
    children = {name: int(child["pid"]) for name, child in stack.get("children", {}).items()}
    return {"supervisor": int(stack["supervisor"]), **children}


def write(path: Path, content: dict[str, Any]) -> None:
    """Replaces the file whole, readable by its owner only: it holds keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.write("\n")
    draft.replace(path)
