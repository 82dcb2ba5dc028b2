"""What cannot be understood is kept for whoever mends the sender: bounded, and without secrets."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.words import Role
from tests.api.conftest import World
from tests.api.monitoring.posting import ALERTMANAGER, alert, group, posted

LIST = "/v1/monitors/rejected"


async def send(world: World, body: bytes, who: str = "integrator", path: str = ALERTMANAGER) -> httpx.Response:
    headers = {"Authorization": f"Bearer {world.keys[who]}", "Content-Type": "application/json", "X-Secret": "hush"}
    return await world.http.post(path, content=body, headers=headers)


async def listed(world: World, who: str = "operations", query: str = "") -> list[dict[str, Any]]:
    return list((await world.get(who, LIST + query)).json()["items"])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\x00", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"version": "5", "alerts": []}', "another version"),
        (b'{"alerts": {}}', "must be a list of alerts"),
        (b"{}", "must be a list of alerts"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"alerts": [' + b"1," * 5_000 + b"1]}", "at most 5000"),
    ],
)
async def test_a_body_that_cannot_be_understood_is_answered_with_where_it_is_kept(
    world: World, body: bytes, why: str
) -> None:
    answer = await send(world, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert why in answer.json()["detail"]
    kept = answer.json()["kept"]
    [one] = await listed(world)
    assert (one["id"], one["size"], one["by"], one["times"]) == (kept, len(body), "prometheus", 1)
    raw = await world.get("level1", f"{LIST}/{kept}/body")
    assert raw.content == body[: 64 * 1024]
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_same_again_is_one_and_no_header_is_kept(world: World) -> None:
    for _ in range(3):
        await send(world, b"broken")
    [one] = await listed(world)
    assert one["times"] == 3
    assert "hush" not in str(one)


async def test_a_long_body_is_kept_from_its_beginning(world: World) -> None:
    await send(world, b"x" * 200_000)
    [one] = await listed(world)
    assert (one["size"], one["whole"]) == (200_000, False)


async def test_one_alert_that_is_unclear_is_kept_while_the_others_go_through(world: World) -> None:
    taken = await posted(world, group({**alert("a1"), "startsAt": "yesterday"}, alert("a2")))
    assert [one["outcome"] for one in taken] == ["skipped", "opened"]
    raw = await world.get("operations", f"{LIST}/{taken[0]['kept']}/body")
    assert raw.json()["startsAt"] == "yesterday"


async def test_old_ones_go_and_one_sender_does_not_push_out_another(world: World) -> None:
    world.key("other", Role.integrator, "other-prometheus", None)
    await send(world, b"of another", who="other")
    for number in range(205):
        world.turn(seconds=1)
        await send(world, b"broken %d" % number)
    found = await listed(world, query="?limit=200&order=oldest")
    assert found[0]["by"] == "other-prometheus"
    more = (await world.get("operations", LIST + "?limit=100")).json()
    assert len(more["items"]) == 100
    assert more["next"]
    world.turn(days=31)
    await send(world, b"new")
    assert len(await listed(world, query="?limit=200")) == 1


async def test_each_sees_what_is_within_its_bounds(world: World) -> None:
    world.key("theirs", Role.integrator, "their-prometheus", "beta")
    kept = (await send(world, b"{", who="theirs")).json()["kept"]
    assert [one["id"] for one in await listed(world, "theirs")] == [kept]
    assert await listed(world, "integrator") == []
    for who, status in (("integrator", 404), ("theirs", 200), ("level1", 200), ("client", 403), ("beta", 403)):
        for part in ("", "/body"):
            assert (await world.get(who, f"{LIST}/{kept}{part}")).status_code == status, who
    assert (await world.get("level1", f"{LIST}/R00000000")).json()["code"] == "unknown_report"


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_whatever_makes_an_error_or_is_lost(world: World, body: bytes) -> None:
    for path in (ALERTMANAGER, "/v1/monitors/grafana", "/v1/monitors/icinga2", "/v1/monitors/cloudevents"):
        answer = await send(world, body, path=path)
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 422:
            assert (await world.get("operations", f"{LIST}/{answer.json()['kept']}")).status_code == 200
