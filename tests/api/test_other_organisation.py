"""Another organisation's tickets, packages, files, people, services and pages: refused, and as if they were not there.

Every operation and every page is asked for a thing of acme's, and in the same words for nothing, by everybody who is
bound to beta: its client by key and by browser, and keys of staff and machines that were given for beta alone.
"""

from __future__ import annotations

import difflib
import re

import httpx
import pytest

from api.access.auth import Principal
from api.access.permissions import PERMISSIONS, allowed
from api.board.asking import View
from api.board.stream import told_to
from domain.words import ContactRole, Role
from store import board, directory
from tests.api.asking import Pair, common, marks_left, pairs
from tests.api.conftest import HOLDERS, LAST_YEAR, World
from tests.api.lived_in import lived_in
from tests.api.test_permissions import operations

BOUND: dict[str, Role] = {
    "their client": Role.client,
    "their first level": Role.level1,
    "their consultant": Role.consultant,
    "their R&D": Role.rnd,
    "their manager": Role.manager,
    "their monitor": Role.integrator,
    "their operations": Role.operations,
}
_NEW = re.compile(r"[0-9A-HJKMNP-TV-Z]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What an answer makes anew: numbers, and the keys of forms. Whether theirs are among them, marks_left tells."""
BRUNO = directory.Contact(
    id="bruno", organisation="beta", name="Bruno", role="key_user", language="en", email="bruno@beta.example"
)
OWN_ALONE = {"end_sessions"}
"""Names nothing, and would end what this test asks with."""
VARYING = ("idempotency-key", "date", "set-cookie", "ratelimit")


@pytest.mark.parametrize("who", BOUND)
async def test_by_key_another_organisations_things_are_as_if_they_were_not_there(world: World, who: str) -> None:
    things = await lived_in(world)
    directory.save(world.database, BRUNO)
    world.key(who, BOUND[who], "bruno", "beta")
    own = await world.open("level1", organisation="beta", contract="beta-1", severity=None, subject="Printer")
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    wrong = []
    for operation, (method, path) in bounded():
        for pair in pairs(operation, method, path, things, own):
            before = {ticket: run.state for ticket, run in world.engine.runs.items() if ticket != own}
            theirs, none = await pair.theirs.put(world.http, headers), await pair.none.put(world.http, headers)
            faults = told(pair, theirs, none, may=allowed(operation, BOUND[who], ContactRole.key_user, bound=True))
            faults += [f"leaks {mark}" for mark in marks_left(theirs, pair.theirs, things)]
            now = {ticket: world.engine.runs[ticket].state for ticket in before}
            faults += ["changes a ticket"] if now != before else []
            wrong += [f"{operation} {pair.theirs.path}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def bounded() -> list[tuple[str, tuple[str, str]]]:
    """Operations that reach what is an organisation's."""
    return [
        (operation, how)
        for operation, how in operations().items()
        if PERMISSIONS[operation].own and operation not in OWN_ALONE
    ]


@pytest.mark.parametrize("who", BOUND)
async def test_what_is_about_all_organisations_is_refused_to_whoever_is_bound_to_one(world: World, who: str) -> None:
    world.key(who, BOUND[who], "bruno", "beta")
    me = (await world.get(who, "/v1/me")).json()
    for operation, (method, path) in operations().items():
        row = PERMISSIONS[operation]
        if not row.own and not row.public:
            answer = await common(method, path).put(world.http, {"Authorization": f"Bearer {world.keys[who]}"})
            assert answer.status_code == 403, f"{operation}: {answer.text}"
            assert operation not in me["operations"]


async def test_by_browser_another_organisations_things_are_as_if_they_were_not_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    things = await lived_in(world)
    directory.save(world.database, BRUNO)
    monkeypatch.setitem(HOLDERS, "bruno", (Role.client, "bruno", "beta"))
    own = await world.open("level1", organisation="beta", contract="beta-1", severity=None, subject="Printer")
    wrong = []
    async with world.browser("bruno") as browser:
        for operation, (method, path) in bounded():
            for pair in pairs(operation, method, path, things, own):
                theirs, none = await pair.theirs.put(browser, {}), await pair.none.put(browser, {})
                faults = told(pair, theirs, none, may=allowed(operation, Role.client, ContactRole.key_user, bound=True))
                faults += [f"leaks {mark}" for mark in marks_left(theirs, pair.theirs, things)]
                wrong += [f"{operation} {pair.theirs.path}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


async def test_the_boards_stream_is_silent_about_what_its_listener_does_not_reach(world: World) -> None:
    things = await lived_in(world)
    changes = board.changed(world.database, LAST_YEAR)
    assert things.ticket in {one.id for one in changes}
    bound, unbound = Principal(Role.level1, "bob", "beta"), Principal(Role.level1, "bob", None)
    assert told_to(bound, changes, None, View.everything) is None
    everything = told_to(unbound, changes, None, View.everything)
    assert everything is not None
    assert things.ticket in str(everything.data)


def told(pair: Pair, theirs: httpx.Response, none: httpx.Response, *, may: bool) -> list[str]:
    """In what the two answers differ, or are none that refuse."""
    faults = []
    if theirs.status_code >= 500:
        faults.append(f"{theirs.status_code}: {theirs.text[:300]}")
    if theirs.status_code != none.status_code:
        faults.append(f"{theirs.status_code} for theirs, {none.status_code} for none: {theirs.text[:200]}")
    for_people = may and theirs.status_code == 403 and "not_signed_in" in theirs.text
    if (pair.address or not may) and theirs.status_code != (404 if may else 403) and not for_people:
        faults.append(f"answers {theirs.status_code}: {theirs.text[:300]}")
    if alike(theirs, pair.names) != alike(none, pair.names):
        faults.append(f"answers {differing(theirs, none, pair.names)}")
    if headers(theirs, pair.names) != headers(none, pair.names):
        faults.append(f"has the headers {headers(theirs, pair.names)} for theirs, {headers(none, pair.names)} for none")
    return faults


def alike(answer: httpx.Response, names: dict[str, str]) -> str:
    """An answer without what only repeats the question."""
    text = answer.text
    for name, other in names.items():
        text = text.replace(name, other)
    return _NEW.sub("N", text)


def differing(theirs: httpx.Response, none: httpx.Response, names: dict[str, str]) -> str:
    """The lines in which they differ, a few."""
    lines = difflib.unified_diff(alike(none, names).splitlines(), alike(theirs, names).splitlines(), "none", "theirs")
    return " / ".join(line[:300] for line in list(lines)[2:12])


def headers(answer: httpx.Response, names: dict[str, str]) -> dict[str, str]:
    found = {name: value for name, value in answer.headers.items() if name not in VARYING}
    for name, other in names.items():
        found = {header: value.replace(name, other) for header, value in found.items()}
    return {name: _NEW.sub("N", value) for name, value in found.items()} | {
        name: "" for name in VARYING if name in answer.headers
    }
