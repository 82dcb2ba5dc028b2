"""Another organisation's tickets, packages, files, people, services and pages: refused, and as if they were not there.

Every operation and every page is asked for a thing of acme's, and in the same words for nothing, by everybody who is
bound to beta: its client by key and by browser, and keys of staff and machines that were given for beta alone.
"""

from __future__ import annotations

import difflib
import re

import httpx
import pytest

from api.permissions import allowed
from domain.words import ContactRole, Role
from tests.api.asking import Pair, marks_left, pairs
from tests.api.conftest import World
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
BERTA = ContactRole.end_user
VARYING = ("idempotency-key", "date", "set-cookie")


@pytest.mark.parametrize("who", BOUND)
async def test_by_key_another_organisations_things_are_as_if_they_were_not_there(world: World, who: str) -> None:
    things = await lived_in(world)
    world.key(who, BOUND[who], "berta", "beta")
    own = await world.open("level1", organisation="beta", contract="beta-1", severity=None, subject="Printer")
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    wrong = []
    for operation, (method, path) in operations().items():
        for pair in pairs(operation, method, path, things, own):
            before = {ticket: run.state for ticket, run in world.engine.runs.items() if ticket != own}
            theirs, none = await pair.theirs.put(world.http, headers), await pair.none.put(world.http, headers)
            faults = told(pair, theirs, none, may=allowed(operation, BOUND[who], BERTA, bound=True))
            faults += [f"leaks {mark}" for mark in marks_left(theirs, pair.theirs, things)]
            now = {ticket: world.engine.runs[ticket].state for ticket in before}
            faults += ["changes a ticket"] if now != before else []
            wrong += [f"{operation} {pair.theirs.path}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


async def test_by_browser_another_organisations_things_are_as_if_they_were_not_there(world: World) -> None:
    things = await lived_in(world)
    own = await world.open("level1", organisation="beta", contract="beta-1", severity=None, subject="Printer")
    wrong = []
    async with world.browser("beta") as browser:
        for operation, (method, path) in operations().items():
            if operation in ("sign_out", "sign_in_by_key", "sign_in_by_link", "ask_for_link"):
                continue  # they end or change the session, and name nothing
            for pair in pairs(operation, method, path, things, own):
                theirs, none = await pair.theirs.put(browser, {}), await pair.none.put(browser, {})
                faults = told(pair, theirs, none, may=allowed(operation, Role.client, BERTA, bound=True))
                faults += [f"leaks {mark}" for mark in marks_left(theirs, pair.theirs, things)]
                wrong += [f"{operation} {pair.theirs.path}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def told(pair: Pair, theirs: httpx.Response, none: httpx.Response, *, may: bool) -> list[str]:
    """In what the two answers differ, or are none that refuse."""
    faults = []
    if theirs.status_code >= 500:
        faults.append(f"{theirs.status_code}: {theirs.text[:300]}")
    if theirs.status_code != none.status_code:
        faults.append(f"{theirs.status_code} for theirs, {none.status_code} for none: {theirs.text[:200]}")
    if (pair.address or not may) and theirs.status_code not in ((404,) if may else (403,)):
        faults.append(f"answers {theirs.status_code}: {theirs.text[:300]}")
    if alike(theirs, pair.names) != alike(none, pair.names):
        faults.append(f"answers {differing(theirs, none, pair.names)}")
    if headers(theirs, pair.names) != headers(none, pair.names):
        faults.append(f"has the headers {headers(theirs, pair.names)} for theirs, {headers(none, pair.names)} for none")
    return faults


def alike(answer: httpx.Response, names: dict[str, str]) -> str:
    """An answer without what only repeats the question."""
    text = _NEW.sub("N", answer.text)
    for name, other in names.items():
        text = text.replace(name, other)
    return text


def differing(theirs: httpx.Response, none: httpx.Response, names: dict[str, str]) -> str:
    """The lines in which they differ, a few."""
    lines = difflib.unified_diff(alike(none, names).splitlines(), alike(theirs, names).splitlines(), "none", "theirs")
    return " / ".join(line[:300] for line in list(lines)[2:12])


def headers(answer: httpx.Response, names: dict[str, str]) -> dict[str, str]:
    found = {name: _NEW.sub("N", value) for name, value in answer.headers.items() if name not in VARYING}
    for name, other in names.items():
        found = {header: value.replace(name, other) for header, value in found.items()}
    return found | {name: "" for name in VARYING if name in answer.headers}
