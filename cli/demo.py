"""The demo of `escalade up`: an organisation under each published agreement, our staff, and a key for each role."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import make_url

from agreements import AgreementError, load, parse, published, revision
from domain.words import Level, Role, Stage
from runtime.settings import Settings
from store import agreements as stored
from store import directory, keys, products
from store.database import Database
from store.directory import Contact, Contract, Mailbox, Organisation, Staff
from store.keys import KeyRefused

SINCE = datetime(2020, 1, 1, tzinfo=UTC)

# Invented names and addresses; .example can belong to nobody.
CLIENTS = {
    "trackforce": ("harbour", "Harbour Guard Ltd", "en", ("HARBOUR", "ACME")),
    "olcare": ("presto", "Presto Print SA", "fr", ("PRESTO",)),
    "proconcept": ("jura", "Montres du Jura SA", "fr", ("JURA", "BETA")),
    "onelife": ("loire", "Meubles de Loire SARL", "fr", ("LOIRE",)),
}
"""By agreement: id, name, language, and the names under which monitors know the organisation."""

CHOSEN: dict[str, tuple[dict[str, str], ...]] = {
    "olcare": ({"programme": "gold", "region": "emea", "success_manager": "emma"},),
    "onelife": ({"cover": "subscription"}, {"cover": "maintenance"}),
    "trackforce": ({"client_representative": "anna@harbour", "provider_representative": "max"},),
    "proconcept": ({"account_manager": "max"},),
}
"""By agreement, what its client's contracts choose and whom they name; one contract each."""

VERSIONS = (
    ("ol-connect", "2023.2", Stage.released, 2023, None),
    ("ol-connect", "2024.2", Stage.released, 2024, None),
    ("ol-connect", "2025.1", Stage.released, 2025, None),
    ("gates", "10.0", Stage.released, 2022, 2025),
    ("gates", "11.0", Stage.released, 2024, None),
    ("gates", "12.0", Stage.beta, 2026, None),
)
"""The product catalogue: product, version, how far it has come, in March of which year it was released and ends."""

REGISTERED = (("presto", "ol-connect", "OLC-4471"), ("harbour", "gates", "HG-12"))
"""Products registered: by whom, which, serial number."""

PEOPLE: tuple[tuple[str, Literal["key_user", "end_user", "administrator"]], ...] = (
    ("anna", "key_user"),
    ("emile", "end_user"),
    ("ines", "administrator"),
)

TELEPHONES = {"anna@harbour": "+44 1632 960001", "ines@harbour": "+44 1632 960002"}
"""Of those whom Trackforce's agreement has us call; numbers that belong to nobody (Ofcom keeps them for plays)."""

STAFF = (
    *(Staff(id=id_, name=name, email=f"{id_}@support.example", role=Role.level1, level=Level.support)
      for id_, name in (("bob", "Bob Martin"), ("lea", "Léa Petit"), ("tom", "Tom Keller"),
                        ("emma", "Emma Rossi"), ("paul", "Paul Wood"))),
    *(Staff(id=id_, name=name, email=f"{id_}@support.example", role=Role.consultant, level=Level.consulting,
            group=group)
      for id_, name, group in (("clara", "Clara Weber", "logistics"), ("greta", "Greta Lang", "finance"),
                               ("henri", "Henri Blanc", "technical"))),
    Staff(id="ravi", name="Ravi Rao", email="ravi@support.example", role=Role.rnd, level=Level.rnd),
    Staff(id="max", name="Max Favre", email="max@support.example", role=Role.manager),
    Staff(id="oncall", name="Olga Berg", email="oncall@support.example", role=Role.operations),
)  # fmt: skip

SUBJECTS = {
    Role.level1: "bob",
    Role.consultant: "clara",
    Role.rnd: "ravi",
    Role.manager: "max",
    Role.integrator: "alertmanager",
    Role.operations: "oncall",
}
"""Who holds the key of a role; a client's is its organisation's key user."""


def load_agreements(database: Database, settings: Settings, now: datetime) -> list[str]:
    """Makes every published agreement, and those of the own folder, known to the API; the names, new ones marked.

    A revision whose stored text was damaged is put back from the file that has the same revision.
    """
    told = []
    for name, path in sorted(published(settings.agreements_dir).items()):
        agreement = load(path)
        number = revision(agreement)
        known = stored.get(database, name, number)
        document = path.read_text(encoding="utf-8")
        mended = known is not None and known.document != document and not _says(known, number)
        if mended:
            stored.put_back(database, name, number, document)
        elif known is not None:
            # A comment changed in the file changes no promise: the revision, and the text kept for it, stay.
            document = known.document
        new = stored.save(database, name, number, document, now)
        mark = " (its stored text could not be read: put back from the file)" if mended else " (new)" if new else ""
        told.append(f"{name} {number}{mark}")
    return told


def _says(known: stored.Revision, number: str) -> bool:
    """Whether the text that is kept for a revision still is that revision."""
    try:
        return revision(parse(known.document, file=known.name, name=known.name)) == number
    except AgreementError:
        return False


def load_directory(database: Database) -> None:
    """Saves the demo's organisations with contracts and contacts, products, staff and mailboxes; safe to repeat."""
    directory.save(database, *_clients(), *STAFF, *_mailboxes(database))
    for product, version, stage, released, ends in VERSIONS:
        entry = products.Version(
            product=product,
            version=version,
            line=version.split(".")[0],
            stage=stage,
            released_at=datetime(released, 3, 1, tzinfo=UTC),
            end_of_life_at=datetime(ends, 3, 1, tzinfo=UTC) if ends else None,
        )
        products.save_version(database, entry)
    for organisation, product, serial in REGISTERED:
        products.register(
            database,
            products.Registration(organisation=organisation, product=product, serial=serial, registered_at=SINCE),
        )


def _clients() -> Iterator[Organisation | Contract | Contact]:
    for agreement, (ident, name, language, aliases) in CLIENTS.items():
        yield Organisation(id=ident, name=name, language=language, aliases=aliases)
        for number, chosen in enumerate(CHOSEN[agreement], start=1):
            contract = {"id": f"{ident}-{number}", "organisation": ident, "agreement": agreement, **chosen}
            yield Contract.model_validate({**contract, "valid_from": SINCE, "accepted_at": SINCE})
        for first, role in PEOPLE:
            yield Contact(
                id=f"{first}@{ident}",
                organisation=ident,
                name=f"{first.capitalize()} ({name})",
                email=f"{first}@{ident}.example",
                telephone=TELEPHONES.get(f"{first}@{ident}"),
                role=role,
                language=language,
            )


def _mailboxes(database: Database) -> Iterator[Mailbox]:
    teams = {str(level) for level in Level}
    for agreement in CLIENTS:
        current = stored.current(database, agreement)
        if current is not None:
            levels = parse(current.document, file=agreement, name=agreement).levels
            teams |= {f"{level}/{group}" for level, terms in levels.items() for group in terms.groups}
    for team in sorted(teams):
        yield Mailbox(kind="team", id=team, email=f"{team.replace('/', '-')}@support.example")
    for role in ("lead", "manager", "operations"):
        yield Mailbox(kind="role", id=role, email=f"{role}@support.example")


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

    clients = {ident: secret_of(Role.client, f"{PEOPLE[0][0]}@{ident}", ident) for ident, *_ in CLIENTS.values()}
    staff = {str(role): secret_of(role, subject) for role, subject in SUBJECTS.items()}
    return {"keys": {"client": next(iter(clients.values())), **staff}, "clients": clients}


def facts(settings: Settings, secrets: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What demo.json says: addresses, a key for each role, organisations each with its client's key, processes."""
    organisations = [
        {
            "id": ident,
            "name": name,
            "agreement": agreement,
            "contract": f"{ident}-1",
            "language": language,
            "aliases": list(aliases),
            "contacts": {role: f"{first}@{ident}" for first, role in PEOPLE},
            "key": secrets["clients"][ident],
        }
        for agreement, (ident, name, language, aliases) in CLIENTS.items()
    ]
    return {
        "api": settings.api_url,
        "api_docs": f"{settings.api_url}/docs",
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
    """Replaces the file whole with this, as JSON."""
    replace(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def replace(path: Path, content: str) -> None:
    """Replaces the file whole, readable by its owner only: it holds keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    draft.replace(path)
