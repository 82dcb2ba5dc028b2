"""Every alert that was reported is listed, with what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import World
from tests.api.monitoring.posting import ends, fires


async def listed(world: World, query: str = "", who: str = "level1") -> list[dict[str, Any]]:
    answer = await world.get(who, "/v1/alerts" + query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_each_alert_is_listed_with_its_outcome(world: World) -> None:
    since = world.now.isoformat()
    first = await fires(world, since=since)
    world.turn(minutes=1)
    await fires(world, "a2", client="NOBODY")
    await ends(world, since=since)
    one, other = await listed(world, "?order=oldest")
    assert (one["ticket"], one["outcome"], one["firing"], one["times"]) == (first["ticket"], "opened", False, 2)
    assert one["labels"]["host"] == "db1"
    assert (other["outcome"], "organisation" in other) == ("skipped", False)
    assert "NOBODY" in other["reason"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?source=alertmanager", {"a1", "a2", "a3"}),
        ("?source=grafana", set()),
        ("?organisation=acme", {"a1", "a2"}),
        ("?outcome=skipped", {"a3"}),
        ("?fingerprint=a2", {"a2"}),
        ("?firing=false", {"a1"}),
        ("?from_at=2026-03-02T09:00:30Z", {"a2", "a3"}),
        ("?to_at=2026-03-02T09:00:30Z", {"a1"}),
    ],
)
async def test_filters_hold_together(world: World, query: str, names: set[str]) -> None:
    since = world.now.isoformat()
    await fires(world, "a1", since=since)
    await ends(world, "a1", since=since)
    world.turn(minutes=1)
    await fires(world, "a2")
    await fires(world, "a3", client="NOBODY")
    assert {one["fingerprint"] for one in await listed(world, query)} == names


async def test_pages_hold_every_alert_once(world: World) -> None:
    for number in range(7):
        await fires(world, f"a{number}")
        world.turn(seconds=1)
    seen, query = [], "?limit=3"
    while query:
        page = (await world.get("level1", "/v1/alerts" + query)).json()
        seen += [one["fingerprint"] for one in page["items"]]
        query = f"?limit=3&cursor={page['next']}" if "next" in page else ""
    assert seen == [f"a{number}" for number in reversed(range(7))]
    assert (await world.get("level1", "/v1/alerts?cursor=x")).status_code == 422


async def test_a_client_sees_its_own_and_not_who_sent_it(world: World) -> None:
    first = await fires(world)
    [own] = await listed(world, who="client")
    assert own["ticket"] == first["ticket"]
    assert not {"monitor", "by"} & set(own)
    assert await listed(world, who="beta") == []
    assert await listed(world, "?organisation=acme", who="beta") == []
    theirs = await world.get("beta", f"/v1/tickets/{first['ticket']}/alerts")
    assert (theirs.status_code, theirs.json()["code"]) == (404, "unknown_ticket")
