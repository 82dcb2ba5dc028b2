"""A ticket of years: its newest events come first, and all the others are a few links away, for staff and client."""

from __future__ import annotations

import re

import pytest

from domain.commands import Actor
from domain.events import CommentAdded, Event
from domain.words import Role
from store.tables import events as table
from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]

MANY = 1_500


async def long_one(world: World) -> str:
    """A ticket with that many comments after its opening, as the record holds them."""
    ticket = await world.open()
    anna = Actor(role=Role.client, id="anna")
    rows = []
    for number in range(100, 100 + MANY):
        event = Event(sequence=number, at=world.now, by=anna, cause="test", fact=CommentAdded(text=f"Word {number}."))
        rows.append(
            {
                "ticket": ticket, "sequence": number, "at": world.now, "type": event.fact.type, "role": "client",
                "actor": "anna", "cause": "test", "body": event.model_dump_json(),
            }
        )  # fmt: skip
    with world.database.begin() as connection:
        connection.execute(table.insert(), rows)
    return ticket


@pytest.mark.parametrize(("who", "pages"), [("level1", "/board/tickets/"), ("client", "/portal/tickets/")])
async def test_every_event_is_found_newest_first_page_by_page(world: World, who: str, pages: str) -> None:
    ticket = await long_one(world)
    path, seen, read = f"{pages}{ticket}", [], 0
    async with world.browser(who) as browser:
        while path:
            answer = await browser.get(path)
            assert answer.status_code == 200
            seen += [int(number) for number in re.findall(r"<p>Word (\d+)\.</p>", answer.text)]
            following = re.search(r'href="([^"#]*before=\d+[^"#]*)[^"]*" rel="next"', answer.text)
            read += 1
            path = ""
            if following:
                address = following[1].replace("&amp;", "&")
                path = address if address.startswith("/") else f"{pages}{ticket}{address}"
    assert seen == list(range(99 + MANY, 99, -1))
    assert 3 <= read <= 10
    assert "No badge opens them since 08:50." in answer.text


async def test_what_is_asked_for_is_paged_by_itself(world: World) -> None:
    ticket = await long_one(world)
    async with world.browser("level1") as browser:
        internal = await browser.get(f"/board/tickets/{ticket}?show=internal")
        assert "Word 1599" not in internal.text
        assert 'rel="next"' not in internal.text
        words = await browser.get(f"/board/tickets/{ticket}?show=words")
        assert "Word 1599" in words.text
        assert "show=words&amp;before=" in words.text
