"""Messages that went out or did not, through the doors: filters, pages, attempts, sending again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store import outbox, routing
from tests.api.conftest import World


async def failed(world: World) -> list[str]:
    """Keys of messages of two tickets that were given up, newest first."""
    for _ in range(2):
        await world.open()
    routing.route(world.database, world.now)
    keys = [one.key for one in outbox.due(world.database, world.now)]
    for key in keys:
        outbox.failed(world.database, key, "550 no such user", 1, None, world.now)
    items = (await world.get("operations", "/v1/messages?state=failed")).json()["items"]
    assert sorted(one["key"] for one in items) == sorted(keys)
    return [str(one["key"]) for one in items]


async def test_the_dead_letters_are_listed_by_page_and_by_filter(world: World) -> None:
    keys = await failed(world)
    first = (await world.get("operations", "/v1/messages?state=failed&limit=1")).json()
    second = (await world.get("manager", f"/v1/messages?state=failed&limit=200&cursor={first['next']}")).json()
    assert [one["key"] for one in first["items"] + second["items"]] == keys
    oldest = (await world.get("operations", "/v1/messages?order=oldest")).json()["items"]
    assert sorted(one["key"] for one in oldest) == sorted(keys)
    ticket = keys[0].partition(":")[0]
    for query, number in (
        (f"ticket={ticket}&to_kind=contact", 1), ("template=staff_opened", 2), ("to_kind=team&to_id=support", 2),
        ("way=chat", 0), ("state=delivered", 0), ("from_at=2031-01-01T00:00:00Z", 0),
    ):  # fmt: skip
        assert len((await world.get("manager", f"/v1/messages?{query}")).json()["items"]) == number, query


async def test_one_message_shows_its_attempts_and_who_had_it_sent_again(world: World) -> None:
    key = (await failed(world))[0]
    resent = await world.post("operations", f"/v1/messages/{key}/resend")
    assert resent.status_code == 200, resent.text
    assert resent.json()["state"] == "pending"
    told = [(one["outcome"], one["detail"], one["by"]) for one in resent.json()["history"]]
    assert told == [("given_up", "550 no such user", None), ("resent", None, "operations:olaf")]
    assert world.engine.woken
    again = await world.post("operations", f"/v1/messages/{key}/resend")
    assert again.status_code == 200
    assert len(again.json()["history"]) == 2


async def test_a_message_that_was_sent_again_has_its_days_to_wait_anew(world: World) -> None:
    key = (await failed(world))[0]
    world.turn(days=40)
    await world.post("operations", f"/v1/messages/{key}/resend")
    (waiting,) = outbox.due(world.database, world.now + timedelta(seconds=1))
    assert (waiting.key, waiting.since) == (key, world.now)


async def test_what_was_delivered_is_not_sent_again(world: World) -> None:
    key = (await failed(world))[0]
    await world.post("operations", f"/v1/messages/{key}/resend")
    outbox.delivered(world.database, {key: world.now}, "mail")
    refused = await world.post("operations", f"/v1/messages/{key}/resend")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_given_up")
    document = (await world.http.get("/openapi.json")).json()
    assert "409" in document["paths"]["/v1/messages/{key}/resend"]["post"]["responses"]


async def test_what_waits_for_its_next_attempt_is_sent_at_once_when_somebody_asks(world: World) -> None:
    key = (await failed(world))[0]
    await world.post("operations", "/v1/messages/resend", {})
    outbox.failed(world.database, key, "452 no room", 1, world.now + timedelta(hours=1), world.now)
    assert key not in {one.key for one in outbox.due(world.database, world.now + timedelta(seconds=1))}
    assert (await world.post("operations", "/v1/messages/resend", {})).json() == {"resent": 1, "left": 0}
    assert key in {one.key for one in outbox.due(world.database, world.now + timedelta(seconds=1))}
    assert (await world.get("operations", f"/v1/messages/{key}")).json()["attempts"] == 1  # its days go on


async def test_many_are_sent_again_at_once_by_filter_and_within_bounds(world: World) -> None:
    await failed(world)
    some = (await world.post("manager", "/v1/messages/resend", {"template": "staff_opened", "limit": 1})).json()
    assert some == {"resent": 1, "left": 1}
    rest = (await world.post("manager", "/v1/messages/resend", {})).json()
    assert rest == {"resent": 3, "left": 0}
    assert (await world.post("manager", "/v1/messages/resend", {"limit": 5_000})).status_code == 422


@pytest.mark.parametrize("path", ["/v1/messages/none", "/v1/messages/T:1:opened:0"])
async def test_a_message_that_is_not_there_is_told_so(world: World, path: str) -> None:
    assert (await world.get("manager", path)).json()["code"] == "unknown_message"
    assert (await world.post("manager", f"{path}/resend")).json()["code"] == "unknown_message"


async def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    assert (await world.get("manager", "/v1/messages?cursor=abc")).status_code == 422
