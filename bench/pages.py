"""The same lists as people and programs meet them: JSON and rendered pages, asked in one process over ASGI.

Their floor is what must be paid in any case: the bare queries of what is shown, and the frame, which is the same kind
of request with next to nothing in it (signed in, authorised, counted, written): `GET /v1/me` for JSON, a page of the
board without rows, a client's page without tickets. What is left is what the rows cost: read, judged, put into words.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rich.table import Table

from api.access.browser import COOKIE
from api.app import create_app
from bench.desk import NOW
from bench.rounds import Taken, by_turns
from domain.words import Level, Role
from runtime.settings import Settings
from store import directory, keys, sessions
from store.database import Database

AS_JSON, AS_PAGE = "json", "pages"
COUNTED = ("queue: counts", "queue: clocks of a page")

JSON = {
    "GET /v1/tickets, open ones": ("/v1/tickets?status=new&status=open&order=queue", ("queue: everything",)),
    "GET /v1/tickets, a client's": ("/v1/tickets?organisation=client-9&order=opened_at", ("a client's tickets",)),
    "GET /v1/tickets, newest": ("/v1/tickets?order=opened_at", ("newest tickets",)),
    "GET /v1/tickets, search": ("/v1/tickets?search=gate%20firmw&order=updated", ("search: two words",)),
}
BOARD = {
    "board: mine": ("/board?view=mine", ("queue: mine", *COUNTED)),
    "board: everything": ("/board?view=everything", ("queue: everything", *COUNTED)),
    "board: search": ("/board?view=everything&q=camera%20lice", ("search: words of the open", *COUNTED)),
    "board: overview": (
        "/board/overview",
        ("overview: about to be missed", "overview: missed", "overview: shares kept", "overview: load"),
    ),
}
PORTAL = {"a client's list": ("/portal", ("a client's own list",))}


class Shown(NamedTuple):
    """Milliseconds of an answer, of the empty frame by turns with it, and of the bare queries of what it shows."""

    what: str
    taken: Taken
    bare: float
    goal: str

    @property
    def ratio(self) -> float:
        return self.taken.answer / (self.taken.bare + self.bare)


def measure(db: Database, rows: Mapping[str, Taken], seconds: float) -> list[Shown]:
    """Every list as an answer of the API; `rows` is what the bare queries took."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        app = create_app(Settings(home=Path(folder)), database=db)
        app.state.context.clock = _clock
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")

        def get(path: str, headers: dict[str, str]) -> Callable[[], Any]:
            def ask() -> None:
                answer = runner.run(http.get(path, headers=headers))
                assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"

            return ask

        def bare(parts: Iterable[str]) -> float:
            return sum(rows[part].bare for part in parts)

        manager, client, program = _people(db)
        kinds = ((JSON, program, "/v1/me", AS_JSON), (BOARD, manager, "/board/releases", AS_PAGE),
                 (PORTAL, client, "/portal?shown=closed&text=nothing-like-it", AS_PAGE))  # fmt: skip
        return [
            Shown(
                what, by_turns(get(path, who), get(frame, who), seconds), sum(rows[part].bare for part in parts), goal
            )
            for kind, who, frame, goal in kinds
            for what, (path, parts) in kind.items()
        ]


async def _clock() -> datetime:
    return NOW


def _people(db: Database) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What a manager's browser, a client's browser and a program send along."""
    directory.save(db, directory.Staff(id="staff-7", name="Seven", role=Role.manager, level=Level.support))
    secret, _ = keys.create(db, role=Role.manager, subject="staff-7", organisation=None, now=NOW)
    browsers = []
    for who, role, organisation in (("staff-7", Role.manager, None), ("anna", Role.client, "client-9")):
        cookie, _ = sessions.begin(
            db, subject=who, role=role, organisation=organisation, name=who, language="en", way="link", now=NOW
        )
        browsers.append({"Accept": "text/html", "Cookie": f"{COOKIE}={cookie}"})
    return browsers[0], browsers[1], {"Authorization": f"Bearer {secret}"}


def table(shown: list[Shown]) -> Table:
    """What was measured."""
    made = Table(title="As they are met, times bare queries and frame")
    for column in ("answer", "ms", "bare ms", "frame ms", "rows ms", "ratio"):
        made.add_column(column, justify="left" if column == "answer" else "right")
    for one in shown:
        rest = one.taken.answer - one.taken.bare - one.bare
        figures = (one.taken.answer, one.bare, one.taken.bare, rest, one.ratio)
        made.add_row(one.what, *(f"{figure:.2f}" for figure in figures))
    return made
