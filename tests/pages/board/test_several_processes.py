"""The board's feed with several API processes on one PostgreSQL: none coordinates, and nobody misses a change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from api.access.browser import COOKIE
from domain.words import Role
from store import sessions
from store.database import Database
from tests.api.conftest import SECRETS, filing, filled
from tests.cli.stacks import ROOT, eventually, free_port
from tests.pages.conftest import chromium
from tests.store.conftest import new_postgres, postgres_server
from tests.store.pouring import pour

__all__ = ["chromium", "filled", "new_postgres", "postgres_server"]

PATIENCE = 300
NEWS = {"Accept": "text/event-stream"}


@dataclass
class Process:
    """A process of the API, on a port of its own that it keeps when it is started again."""

    url: str
    home: Path
    port: int
    running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.pages.board.process", self.url, str(self.port), str(self.home)]
        self.running = subprocess.Popen(command, cwd=ROOT)
        eventually(self._answers, f"the API at {self.address} answers", PATIENCE)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/live", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.wait(30)

    def opens(self, subject: str, who: str = "client") -> str:
        """A ticket that is opened through this process; its number."""
        key = {"Authorization": f"Bearer {SECRETS[who]}"}
        more = {"contract": "beta-1"} if who == "beta" else {}
        body = {**filing(subject=subject), **more}
        if who == "beta":
            body.pop("severity")
        answer = httpx.post(f"{self.address}/v1/tickets", json=body, headers=key, timeout=60, trust_env=False)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    @contextmanager
    def stream(self, cookie: str, last: str | None = None) -> Iterator[Iterator[tuple[str, str, str]]]:
        """What it tells a browser with that cookie: event, id and data of each message."""
        headers = {**NEWS, "Cookie": f"{COOKIE}={cookie}", **({"Last-Event-ID": last} if last else {})}
        address = f"{self.address}/board/stream?view=everything"
        with httpx.stream("GET", address, headers=headers, timeout=PATIENCE, trust_env=False) as answer:
            assert answer.status_code == 200
            yield _messages(answer.iter_lines())


def _messages(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    said: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            said[name] = value.strip()
        elif "event" in said:
            yield said["event"], said.get("id", ""), said.get("data", "")
            said = {}


def told_of(messages: Iterator[tuple[str, str, str]], wanted: set[str]) -> tuple[str, set[str]]:
    """Listens until it has been told of all `wanted`; the last id, and every ticket it was told of."""
    heard: set[str] = set()
    for event, last, data in messages:
        if event == "changed":
            heard |= {one["ticket"] for one in json.loads(data)}
            if wanted <= heard:
                return last, heard
    raise AssertionError(f"the stream ended before it told of {wanted - heard}")


@dataclass
class Pair:
    """Two processes and the database that they share."""

    database: Database
    one: Process
    other: Process

    def cookie(self, organisation: str | None = None) -> str:
        """Of a browser in which bob is signed in; bound to one organisation's tickets where it is given."""
        secret, _ = sessions.begin(
            self.database, subject="bob", role=Role.level1, organisation=organisation, name="Bob", language="en",
            way="link", now=datetime.now(UTC),
        )  # fmt: skip
        return secret


@pytest.fixture(scope="module")
def pair(filled: Path, new_postgres: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    url, home = new_postgres(), tmp_path_factory.mktemp("pair")
    database, lite = Database(url), Database(f"sqlite:///{filled}")
    database.upgrade()
    pour(lite, database)
    lite.close()
    made = Pair(database, *(Process(url, home, free_port()) for _ in range(2)))
    try:
        made.one.start()
        made.other.start()
        yield made
    finally:
        made.one.kill()
        made.other.kill()
        database.close()


@pytest.mark.timeout(1200)
def test_what_one_process_records_the_others_browsers_hear_and_after_a_break_what_they_missed(pair: Pair) -> None:
    cookie = pair.cookie()
    with pair.other.stream(cookie) as messages:
        assert next(messages)[0] == "time"
        first = pair.one.opens("The gates stay closed")
        last, _ = told_of(messages, {first})
    missed = {pair.one.opens(f"Missed {number}") for number in range(3)}
    # Wherever it comes back to: the id is an instant of the database, not a number that one process has counted.
    for process in (pair.other, pair.one):
        with process.stream(cookie, last) as messages:
            told_of(messages, missed)


@pytest.mark.timeout(1200)
def test_staff_that_is_bound_to_one_organisation_hears_nothing_of_another(pair: Pair) -> None:
    with pair.other.stream(pair.cookie("acme")) as acmes, pair.other.stream(pair.cookie("beta")) as betas:
        assert [next(acmes)[0], next(betas)[0]] == ["time", "time"]
        beta = pair.one.opens("The till is slow", "beta")
        acme = pair.one.opens("The gates stay closed")
        last = pair.one.opens("The till is silent", "beta")
        assert acme not in told_of(betas, {beta, last})[1]
        assert beta not in told_of(acmes, {acme})[1]


@pytest.mark.timeout(1200)
def test_a_browser_whose_process_was_killed_comes_back_and_shows_what_happened_meanwhile(
    pair: Pair, chromium: Browser
) -> None:
    context = chromium.new_context(locale="en-GB", base_url=pair.other.address)
    context.set_default_timeout(PATIENCE * 1_000)
    context.add_cookies([{"name": COOKIE, "value": pair.cookie(), "url": pair.other.address}])
    page = context.new_page()
    page.goto("/board?view=everything")
    before = pair.one.opens("The gates stay closed")
    expect(page.locator(f"#t-{before}")).to_be_visible(timeout=PATIENCE * 1_000)
    pair.other.kill()
    meanwhile = pair.one.opens("The gates stay open")
    pair.other.start()
    expect(page.locator(f"#t-{meanwhile}")).to_be_visible(timeout=PATIENCE * 1_000)
    after = pair.one.opens("The gates are gone")
    expect(page.locator(f"#t-{after}")).to_be_visible(timeout=PATIENCE * 1_000)
    context.close()
