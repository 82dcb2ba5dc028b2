"""A small world behind the API: the four agreements, two organisations, a key for each role, a clock that we turn."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from agreements import load, published, revision
from api.access.browser import COOKIE
from api.app import create_app
from api.directory.agreements import Compiled
from domain.words import Level, Role
from runtime.settings import Settings
from store import agreements, directory, keys, products, sessions
from store.database import Database
from tests.api.fake_engine import FakeEngine
from tests.factories import DAY, MONDAY

COMPILED = Compiled()
LAST_YEAR = MONDAY - 365 * DAY

ORGANISATIONS = (
    directory.Organisation(id="acme", name="ACME Logistics", language="fr", aliases=("ACME", "Acme Transport")),
    directory.Organisation(id="beta", name="Beta Retail", language="en", aliases=("BETA",)),
    directory.Organisation(id="gamma", name="Gamma", language="en"),
)
CONTRACTS = (
    directory.Contract(id="acme-1", organisation="acme", agreement="trackforce", valid_from=LAST_YEAR),
    directory.Contract(
        id="acme-0", organisation="acme", agreement="onelife", valid_from=LAST_YEAR, valid_to=LAST_YEAR + 30 * DAY
    ),
    directory.Contract(id="beta-1", organisation="beta", agreement="olcare", valid_from=LAST_YEAR),
    directory.Contract(id="beta-2", organisation="beta", agreement="proconcept", valid_from=LAST_YEAR),
)
CONTACTS = (
    directory.Contact(
        id="anna", organisation="acme", name="Anna", role="key_user", language="fr", email="anna@acme.example"
    ),
    directory.Contact(
        id="adam", organisation="acme", name="Adam", role="administrator", language="en", telephone="+331"
    ),
    directory.Contact(id="berta", organisation="beta", name="Berta", role="end_user", language="en"),
)
STAFF = (
    directory.Staff(id="bob", name="Bob", email="bob@support.example", role=Role.level1, level=Level.support),
    directory.Staff(
        id="clara", name="Clara", email="clara@support.example", role=Role.consultant, level=Level.consulting,
        group="logistics",
    ),
    directory.Staff(id="dora", name="Dora", email="dora@support.example", role=Role.rnd, level=Level.rnd),
    directory.Staff(id="max", name="Max", email="max@support.example", role=Role.manager),
)  # fmt: skip
HOLDERS: dict[str, tuple[Role, str, str | None]] = {
    "client": (Role.client, "anna", "acme"),
    "beta": (Role.client, "berta", "beta"),
    "level1": (Role.level1, "bob", None),
    "consultant": (Role.consultant, "clara", None),
    "rnd": (Role.rnd, "dora", None),
    "manager": (Role.manager, "max", None),
    "integrator": (Role.integrator, "prometheus", None),
    "operations": (Role.operations, "olaf", None),
}
"""Keys by the name that tests call them."""
SECRETS: dict[str, str] = {}
FILLED: list[Path] = []


class World:
    """What a test needs: `await world.post("client", "/v1/tickets", {...})`; `world.turn(hours=2)` lets time pass."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.now = MONDAY
        self.database = database
        self.engine = FakeEngine(database, lambda: self.now)
        self.app = create_app(settings, engine=self.engine, database=database)
        self.app.state.context.agreements = COMPILED
        self.app.state.context.clock = self.read_clock
        self.keys = dict(SECRETS)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://escalade")

    async def read_clock(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.engine.pass_time()

    def key(self, name: str, role: Role, subject: str, organisation: str | None, **more: Any) -> None:
        secret, _ = keys.create(
            self.database, role=role, subject=subject, organisation=organisation, now=LAST_YEAR, **more
        )
        self.keys[name] = secret

    def browser(self, name: str, way: sessions.Way = "link") -> httpx.AsyncClient:
        """A browser in which that holder (`HOLDERS`) is signed in; `browser.headers["X-CSRF-Token"]` is set."""
        role, subject, organisation = HOLDERS[name]
        secret, session = sessions.begin(
            self.database, subject=subject, role=role, organisation=organisation, name=subject.capitalize(),
            language="en", way=way, now=self.now,
        )  # fmt: skip
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Accept": "text/html", "X-CSRF-Token": session.csrf, "Cookie": f"{COOKIE}={secret}"}
        return httpx.AsyncClient(transport=transport, base_url="http://escalade", headers=headers)

    async def get(self, who: str | None, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, headers=self._headers(who, more), **more)

    async def post(
        self, who: str | None, path: str, body: Any = None, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = self._headers(who, more)
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.http.post(path, json=body, headers=headers, **more)

    async def open(self, who: str = "client", **changes: Any) -> str:
        """Opens a ticket; its number."""
        answer = await self.post(who, "/v1/tickets", {**filing(), **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def step(self, who: str, ticket: str, path: str, **body: Any) -> dict[str, Any]:
        """One step that must succeed; its receipt."""
        answer = await self.post(who, f"/v1/tickets/{ticket}/{path}", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _headers(self, who: str | None, more: dict[str, Any]) -> dict[str, str]:
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.keys.get(who, who)}"
        return headers


def filing(**changes: Any) -> dict[str, Any]:
    """A client's critical ticket."""
    return {
        "subject": "The gates stay closed",
        "description": "No badge opens them since 08:50.",
        "channel": "portal",
        "severity": "critical",
        **changes,
    }


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with schema, agreements and directory, to be copied; made once in a process.

    A fixture that other modules import is another fixture to pytest, and would fill another file, with other keys.
    """
    if not FILLED:
        FILLED.append(_fill(tmp_path_factory.mktemp("filled") / "escalade.db"))
    return FILLED[0]


def _fill(file: Path) -> Path:
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    for name, path in published().items():
        agreements.save(database, name, revision(load(path)), path.read_text(encoding="utf-8"), LAST_YEAR)
    directory.save(database, *ORGANISATIONS, *CONTRACTS, *CONTACTS, *STAFF)
    registered = {"organisation": "beta", "product": "printer", "serial": "P-1", "registered_at": LAST_YEAR}
    products.register(database, products.Registration.model_validate(registered))
    for name, (role, subject, organisation) in HOLDERS.items():
        SECRETS[name], _ = keys.create(database, role=role, subject=subject, organisation=organisation, now=LAST_YEAR)
    database.close()
    return file


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Iterator[Database]:
    for part in filled.parent.iterdir():
        shutil.copy(part, tmp_path / part.name)
    found = Database(f"sqlite:///{tmp_path / filled.name}")
    yield found
    found.close()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = World(database, Settings(home=tmp_path))
    async with made.http:
        yield made
