"""Alerts, the messages that were given up, and the audit, on pages: filters, paging, sending again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.pages import times
from api.pages.rendering import DEFAULT_ZONE
from store import outbox
from store.tables import outbox as table
from tests.api.conftest import World, database, filled, world
from tests.api.monitoring.posting import alert, fires, group, posted

__all__ = ["database", "filled", "world"]


async def page(world: World, who: str, path: str) -> str:
    async with world.browser(who) as browser:
        answer = await browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


async def give_up(world: World) -> list[str]:
    """The messages of a new ticket, all given up."""
    await world.open()
    with world.database.read() as connection:
        keys = list(connection.execute(select(table.c.key)).scalars())
    for key in keys:
        outbox.failed(world.database, key, "550 no such user", 5, None, world.now)
    return keys


async def test_every_alert_is_listed_with_what_became_of_it_those_of_a_storm_too(world: World) -> None:
    for number in range(12):
        await fires(world, f"f{number}", host=f"db{number}")
    await posted(world, group(alert("nobodys", client="Unknown Ltd")))
    told = await page(world, "level1", "/board/alerts?limit=100")
    assert all(f"host=db{number}" in told for number in range(12))
    assert told.count("opened a ticket</td>") + told.count("listed under a ticket</td>") == 12
    assert "came to nothing" in told
    narrowed = await page(world, "level1", "/board/alerts?outcome=skipped")
    assert "host=db3" not in narrowed
    assert "Unknown Ltd" in narrowed
    assert "No alert is like that." in await page(world, "level1", "/board/alerts?firing=false")
    first = await page(world, "level1", "/board/alerts?limit=5&order=oldest")
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following
    assert 'value="oldest" selected' in first
    assert "host=db" in await page(world, "level1", following[1].replace("&amp;", "&"))


async def test_what_was_given_up_is_sent_again_one_by_one_or_all_that_fit(world: World) -> None:
    keys = await give_up(world)
    told = await page(world, "operations", "/operations/messages")
    assert told.count("Send it again") == len(keys)
    assert 'data-label="To">Anna<' in told
    async with world.browser("operations") as browser:
        answer = await browser.post("/operations/messages/resend", data={"key": keys[0]})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/operations/messages?resent=1"
        assert "1 are in line again." in await page(world, "operations", answer.headers["location"])
        none = await browser.post("/operations/messages/resend", data={"to_id": "somebody else"})
        assert none.headers["location"].endswith("resent=0&left=0")
        rest = await browser.post("/operations/messages/resend", data={"way": "mail"})
        assert rest.headers["location"] == f"/operations/messages?way=mail&resent={len(keys) - 1}&left=0"
        again = await browser.post("/operations/messages/resend", data={"key": keys[0]})
        assert again.status_code == 200 or "/operations/messages" in again.headers["location"]
        unknown = await browser.post("/operations/messages/resend", data={"key": "nothing"})
        assert unknown.status_code == 404
    assert {one.state for one in (outbox.get(world.database, key) for key in keys) if one} == {outbox.State.pending}
    assert "No message" in await page(world, "manager", "/operations/messages")


async def test_what_waits_for_quiet_hours_says_until_when(world: World) -> None:
    await world.open()
    with world.database.read() as connection:
        key = connection.execute(select(table.c.key)).scalars().first()
    outbox.failed(world.database, str(key), "held", 1, world.now + timedelta(hours=3), world.now)
    at = times.near(world.now + timedelta(hours=3), world.now, "en", DEFAULT_ZONE)
    assert f"not before {at}" in await page(world, "operations", "/operations/messages?state=pending")


async def test_the_audit_is_narrowed_down_by_who_what_and_when(world: World) -> None:
    await world.get("client", "/v1/audit")
    await world.get("integrator", "/v1/calls")
    told = await page(world, "manager", "/operations/audit")
    assert "anna" in told
    assert "prometheus" in told
    assert "not permitted" in told
    only = await page(world, "operations", "/operations/audit?subject=anna&operation=list_audit")
    assert "prometheus" not in only
    later = await page(world, "operations", "/operations/audit?from_at=2030-01-01T00:00")
    assert "Nothing of that kind was noted." in later
    async with world.browser("operations") as browser:
        unread = await browser.get("/operations/audit?from_at=yesterday")
        assert unread.status_code == 422


@pytest.mark.parametrize("path", ["/operations/messages", "/operations/audit", "/operations/messages/resend"])
@pytest.mark.parametrize("who", ["level1", "rnd", "client", "integrator"])
async def test_they_are_for_managers_and_operations_only(world: World, who: str, path: str) -> None:
    async with world.browser(who) as browser:
        answer = await browser.post(path) if path.endswith("resend") else await browser.get(path)
        assert answer.status_code == 403
