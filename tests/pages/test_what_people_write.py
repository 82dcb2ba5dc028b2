"""Whatever people write is words on every page that shows it, and never markup."""

from __future__ import annotations

import html
import re

import pytest

from store import directory
from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]

HOSTILE = (
    "<script>alert('x')</script><img src=x onerror=alert(1)>\"' onmouseover='alert(2)' {{7*7}} javascript:alert(3)"
)
PAGES = {
    "client": ("/portal", "/portal/tickets/{ticket}", "/portal/tickets/{ticket}?everything=true",
               "/portal/tickets/{ticket}/consent", "/portal/contacts"),
    "level1": ("/board?view=everything", "/board/tickets/{ticket}", "/board/tickets/{ticket}?history=all",
               "/board/overview", "/board/messages", "/board/clients/acme", "/board/defects"),
}  # fmt: skip
HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE)


async def written_on(world: World) -> str:
    """A ticket on which everybody wrote something hostile."""
    ticket = await world.open(subject=HOSTILE[:200], description=HOSTILE)
    await world.step("client", ticket, "comments", text=HOSTILE)
    await world.step("level1", ticket, "acknowledgement", text=HOSTILE, means="email")
    await world.step("level1", ticket, "notes", text=HOSTILE)
    await world.step("level1", ticket, "questions", question=HOSTILE)
    await world.step("client", ticket, "answers", text=HOSTILE)
    adam = directory.Contact(id="adam", organisation="acme", name=HOSTILE, role="administrator", language="en")
    directory.save(world.database, adam)
    lost = {"sender": "stranger@evil.example", "subject": HOSTILE[:200], "text": HOSTILE, "channel": "email"}
    kept = await world.post("integrator", "/v1/messages", lost)
    assert kept.json()["code"] == "unknown_sender"  # and is listed on the board
    await world.step(
        "level1", ticket, "resolution", kind="fix", text=HOSTILE, cause="configuration", cause_text=HOSTILE
    )
    return ticket


@pytest.mark.parametrize("who", PAGES)
async def test_markup_that_people_write_is_shown_and_not_obeyed(world: World, who: str) -> None:
    ticket = await written_on(world)
    shown = 0
    async with world.browser(who) as browser:
        for path in PAGES[who]:
            answer = await browser.get(path.format(ticket=ticket))
            assert answer.status_code == 200, (path, answer.text[:500])
            page = answer.text
            assert "<script>alert" not in page, path
            assert "<img src=x" not in page, path
            assert not HANDLER.search(page), path
            assert not re.search(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", page, re.IGNORECASE), path
            shown += html.escape("<script>alert") in page
    assert shown >= 3
