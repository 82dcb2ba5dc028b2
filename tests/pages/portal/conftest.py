"""The site with a desk behind it: what support does meanwhile, through the API and without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from domain.words import Role
from store import directory
from tests.api.conftest import HOLDERS, LAST_YEAR, filing
from tests.pages.conftest import Site, chromium, database, filled, site

__all__ = ["chromium", "database", "filled", "site"]


@dataclass
class Desk:
    """Everybody but the one who looks at the page."""

    site: Site
    http: httpx.Client

    def post(self, who: str, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(path, json=body, headers={"Authorization": f"Bearer {self.site.world.keys[who]}"})

    def get(self, who: str, path: str) -> httpx.Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {self.site.world.keys[who]}"})

    def open(self, who: str = "client", **changes: Any) -> str:
        answer = self.post(who, "/v1/tickets", {**filing(), **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def step(self, who: str, ticket: str, path: str, **body: Any) -> None:
        answer = self.post(who, f"/v1/tickets/{ticket}/{path}", body)
        assert answer.status_code == 200, answer.text

    def resolve(self, ticket: str, text: str) -> None:
        """A proposal with what every agreement may ask of one."""
        self.step(
            "level1", ticket, "resolution", kind="fix", text=text, cause="configuration", cause_text="A wrong setting."
        )


@pytest.fixture
def desk(site: Site) -> Iterator[Desk]:
    with httpx.Client(base_url=site.address, timeout=60) as http:
        yield Desk(site, http)


@pytest.fixture
def one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """A client with an agreement of kinds, intake, hours and quotes; its key user's name among the holders."""
    directory.save(
        desk.site.world.database,
        directory.Organisation(id="one", name="Un Client", language="fr"),
        directory.Contract(id="one-1", organisation="one", agreement="onelife", valid_from=LAST_YEAR),
        directory.Contact(
            id="odile", organisation="one", name="Odile", role="key_user", language="fr", email="odile@one.example"
        ),
    )
    monkeypatch.setitem(HOLDERS, "one", (Role.client, "odile", "one"))
    desk.site.world.key("one", Role.client, "odile", "one")
    return "one"


def told(page: Page) -> list[str]:
    """Collects what the browser complains of on this page: refused scripts and styles, errors."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
