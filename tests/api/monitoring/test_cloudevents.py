"""CloudEvents: structured, binary and in batches, by the shipped mapping or by a file's."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.conftest import World

DOOR = "/v1/monitors/cloudevents"
DATA = {"organisation": "ACME", "severity": "critical", "summary": "Gate 4: 81 degrees", "labels": {"site": "lyon"}}


def event(kind: str = "firing", **changes: Any) -> dict[str, Any]:
    """An event as a probe sends it."""
    return {
        "specversion": "1.0", "id": "7f1c", "source": "https://probe.example/lyon", "subject": "gate-4/temperature",
        "type": f"example.alert.{kind}", "data": DATA, **changes,
    }  # fmt: skip


async def post(world: World, body: Any, kind: str, query: str = "", **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    key = {"Authorization": f"Bearer {world.keys['integrator']}", "Content-Type": kind, **headers}
    return await world.http.post(DOOR + query, content=content, headers=key)


async def taken(answer: httpx.Response) -> list[tuple[str, str | None]]:
    assert answer.status_code == 200, answer.text
    return [(one["outcome"], one.get("ticket")) for one in answer.json()["alerts"]]


async def test_structured_and_binary_are_the_same_alert(world: World) -> None:
    [(outcome, ticket)] = await taken(await post(world, event(), "application/cloudevents+json; charset=utf-8"))
    assert outcome == "opened"
    headers = {f"ce-{name}": str(value) for name, value in event("resolved", id="8").items() if name != "data"}
    [(over, same)] = await taken(await post(world, DATA, "application/json", **headers))
    assert (over, same) == ("cleared", ticket)


async def test_events_without_a_start_are_one_episode_until_its_end(world: World) -> None:
    kind = "application/cloudevents+json"
    [(_, ticket)] = await taken(await post(world, event(), kind))
    world.turn(hours=1)
    assert await taken(await post(world, event(id="9"), kind)) == [("known", ticket)]
    await world.step("client", str(ticket), "withdrawal", reason="Over.")
    world.turn(hours=1)
    assert await taken(await post(world, event(id="10"), kind)) == [("reopened", ticket)]  # the probe says: still


async def test_a_batch_is_taken_in_its_order_and_what_is_none_holds_nobody_up(world: World) -> None:
    batch = [event(), event("resolved", id="2"), {"id": "3"}, event(id="4", subject="gate-5"), "x"]
    answer = await post(world, batch, "application/cloudevents-batch+json")
    outcomes = [outcome for outcome, _ in await taken(answer)]
    assert outcomes == ["opened", "cleared", "skipped", "opened", "skipped"]
    assert answer.json()["alerts"][2]["kept"]


@pytest.mark.parametrize(
    ("body", "kind", "headers"),
    [
        (b"not json", "application/cloudevents+json", {}),
        (b"[1]", "application/cloudevents+json", {}),
        (b"{}", "application/cloudevents+json", {}),
        (b'{"specversion": "1.0", "id": "1", "source": "/", "type": "a", "time": "now"}', "application/json", {}),
        (b'{"specversion": 7, "id": [], "source": {}, "type": null}', "application/cloudevents+json", {}),
        (b"{}", "application/cloudevents-batch+json", {}),
        (b"{}", "application/json", {"ce-id": "1"}),
        (b"\xff\xfe", "application/json", {"ce-id": "1", "ce-source": "/", "ce-type": "a.firing"}),
        (b"", "application/cloudevents+json", {}),
    ],
)
async def test_what_is_no_event_is_kept_and_said_so(
    world: World, body: bytes, kind: str, headers: dict[str, str]
) -> None:
    answer = await post(world, body, kind, **headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_report")
    kept = await world.get("operations", f"/v1/monitors/rejected/{answer.json()['kept']}/body")
    assert kept.content == body


async def test_a_file_says_otherwise_what_an_alert_is(monitored: Any) -> None:
    world = monitored(
        own_yaml="monitor: own\nformat: cloudevents\norganisation: acme\nalert:\n  fingerprint: data.probe\n"
        "  firing: data.red\n  subject: data.probe\n"
    )
    body = event(type="any", data={"probe": "p7", "red": True})
    [(outcome, _)] = await taken(await post(world, body, "application/cloudevents+json", "?monitor=own"))
    assert outcome == "opened"
