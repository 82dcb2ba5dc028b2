"""Webhooks through the doors: the secret once, bounded to an organisation, no address of ours."""

from __future__ import annotations

from typing import Any

import pytest

from store import messages_out
from store.messages_out import MessageFilter
from tests.api.conftest import World

HOOK = {"url": "https://9.9.9.9/hook", "events": ["ticket.*"]}


async def made(world: World, who: str = "client", **changes: Any) -> dict[str, Any]:
    answer = await world.post(who, "/v1/webhooks", {**HOOK, **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def change(world: World, who: str, id: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    return await world.http.patch(f"/v1/webhooks/{id}", json=body, headers=headers)


async def test_the_secret_is_shown_where_it_is_made_and_never_again(world: World) -> None:
    hook = await made(world)
    assert hook["secret"].startswith("whsec_")
    assert (hook["organisation"], hook["state"]) == ("acme", "working")
    read = (await world.get("client", f"/v1/webhooks/{hook['id']}")).json()
    listed = (await world.get("client", "/v1/webhooks")).json()["items"]
    assert "secret" not in read
    assert listed == [read]
    stored = world.database.engine.connect().exec_driver_sql("SELECT secret FROM webhooks").scalar_one()
    assert hook["secret"] not in stored


async def test_the_same_request_again_is_told_the_same(world: World) -> None:
    first, again = [await world.post("client", "/v1/webhooks", HOOK, key="once") for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await world.post("client", "/v1/webhooks", {**HOOK, "events": ["*"]}, key="once")
    assert other.json()["code"] == "idempotency_conflict"


async def test_another_organisation_s_webhook_is_not_there(world: World) -> None:
    hook = await made(world)
    ours = await made(world, "manager")
    assert "organisation" not in ours or ours["organisation"] is None
    for id in (hook["id"], ours["id"]):
        assert (await world.get("beta", f"/v1/webhooks/{id}")).status_code == 404
        assert (await change(world, "beta", id, active=False)).status_code == 404
    assert (await world.get("beta", "/v1/webhooks")).json()["items"] == []
    assert (await world.get("client", f"/v1/webhooks/{ours['id']}")).status_code == 404
    assert len((await world.get("manager", "/v1/webhooks")).json()["items"]) == 2
    foreign = await world.post("client", "/v1/webhooks", {**HOOK, "organisation": "beta"})
    assert foreign.json()["code"] == "unknown_organisation"


@pytest.mark.parametrize(
    "url",
    [
        "http://9.9.9.9/", "https://127.0.0.1/", "https://10.1.2.3/", "https://[::1]/", "https://169.254.169.254/latest",
        "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://localhost/", "https://0.0.0.0/",
        "https://me:secret@9.9.9.9/", "ftp://9.9.9.9/", "https://", "https://nowhere.invalid/", "gopher",
        "https://9.9.9.9:99999/", "https://9.9.9.9/ x", "https://2130706433/", "https://0x7f000001/",
    ],
)  # fmt: skip
async def test_no_address_of_our_own_network_is_taken(world: World, url: str) -> None:
    answer = await world.post("client", "/v1/webhooks", {**HOOK, "url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "address_not_allowed"), answer.text
    assert answer.json()["errors"][0]["pointer"] == "/url"


@pytest.mark.parametrize("events", [[], ["ticket.exploded"], ["ticket*"], "ticket.opened"])
async def test_events_that_nobody_knows_are_refused_with_those_that_are(world: World, events: Any) -> None:
    answer = await world.post("client", "/v1/webhooks", {**HOOK, "events": events})
    assert answer.status_code == 422


async def test_a_test_goes_the_way_of_all_others(world: World) -> None:
    hook = await made(world)
    sent = await world.post("client", f"/v1/webhooks/{hook['id']}/test", key="try")
    again = await world.post("client", f"/v1/webhooks/{hook['id']}/test", key="try")
    assert sent.status_code == 202
    assert sent.json() == again.json()
    page = (await world.get("client", sent.json()["deliveries"])).json()
    assert [(one["template"], one["state"], one["way"]) for one in page["items"]] == [
        ("webhook.test", "pending", "webhook")
    ]
    assert world.engine.woken


async def test_a_new_secret_comes_with_the_time_until_which_the_old_one_signs(world: World) -> None:
    hook = await made(world)
    fresh = (await world.post("client", f"/v1/webhooks/{hook['id']}/secret", {"overlap_hours": 2})).json()
    assert fresh["secret"] != hook["secret"]
    assert fresh["former_secret_until"]
    world.turn(hours=3)
    assert (await world.get("client", f"/v1/webhooks/{hook['id']}")).json().get("former_secret_until") is None


async def test_one_can_be_switched_off_changed_and_removed(world: World) -> None:
    hook = await made(world)
    off = (await change(world, "client", hook["id"], active=False, events=["quote.made"])).json()
    assert (off["state"], off["events"]) == ("off", ["quote.made"])
    assert (await world.get("client", "/v1/webhooks?active=true")).json()["items"] == []
    headers = {"Authorization": f"Bearer {world.keys['client']}"}
    assert (await world.http.delete(f"/v1/webhooks/{hook['id']}", headers=headers)).status_code == 204
    assert (await world.get("client", f"/v1/webhooks/{hook['id']}")).status_code == 404
    assert messages_out.find(world.database, MessageFilter())[0] == []
