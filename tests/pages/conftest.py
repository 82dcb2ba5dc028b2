"""Pages in a real browser: the world behind the API served on a port of this machine, and Debian's Chromium."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.access.browser import COOKIE
from runtime.settings import Settings
from store import sessions
from store.database import Database
from tests.api.conftest import HOLDERS, World, database, filled

__all__ = ["database", "filled"]

CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
)  # fmt: skip
LOOK = "axe.run({resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))"
SERIOUS = ("serious", "critical")
TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For a module and not longer: as long as it runs, its event loop holds the thread, and no async test can."""
    # The shell has no window, toolbar or extensions, which cost as much as a page: any Chromium will do without it.
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed: tests/install_tools.sh installs it on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM))
        yield browser
        browser.close()


@dataclass
class Site:
    """The running site: its address, the world behind it, and browsers in which somebody is signed in."""

    address: str
    world: World
    chromium: Browser
    pictures: Path

    def visit(self, who: str | None, *, language: str = "en", telephone: bool = False) -> Page:
        """A page of a fresh browser, signed in as that holder of `HOLDERS`."""
        context = self.chromium.new_context(
            locale={"en": "en-GB", "fr": "fr-FR"}[language],
            base_url=self.address,
            viewport=TELEPHONE if telephone else DESK,  # type: ignore[arg-type]
            timezone_id="Europe/Paris",
        )
        context.set_default_timeout(20_000)
        if who is not None:
            self._sign_in(context, who, language)
        return context.new_page()

    def _sign_in(self, context: BrowserContext, who: str, language: str) -> None:
        role, subject, organisation = HOLDERS[who]
        secret, _ = sessions.begin(
            self.world.database, subject=subject, role=role, organisation=organisation, name=subject.capitalize(),
            language=language, way="link", now=self.world.now,
        )  # fmt: skip
        context.add_cookies([{"name": COOKIE, "value": secret, "url": self.address}])

    def shoot(self, page: Page, name: str) -> Path:
        """A picture of the whole page, to be looked at."""
        path = self.pictures / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path


@pytest.fixture
def site(database: Database, tmp_path: Path, chromium: Browser) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    world = World(database, Settings(home=tmp_path, api_port=port))
    config = uvicorn.Config(world.app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield Site(f"http://127.0.0.1:{port}", world, chromium, tmp_path)
    server.should_exit = server.force_exit = True  # a page that listens for news would keep it open
    thread.join(10)


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page that would keep somebody from using it, a line each."""
    page.evaluate(AXE_SCRIPT)
    # As text, and only what is wrong: carried over value by value, what is well takes a fifth of the time.
    found = json.loads(page.evaluate(LOOK))
    return [
        f"{one['id']}: {one['help']} ({node['target']}: {node.get('failureSummary', '')})"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
