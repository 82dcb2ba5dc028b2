"""Bodies that were made to hurt are refused with words, at every kind of door."""

from __future__ import annotations

import pytest

from tests.api.conftest import World

BODIES = {
    "nested without end": b"[" * 200_000,
    "nested and closed": b"[" * 100_000 + b"]" * 100_000,
    "objects in objects": b'{"a":' * 40_000,
    "a number of 5,000 digits": b'{"subject":' + b"9" * 5_000 + b"}",
    "a number beyond all numbers": b'{"subject":1e999}',
    "no number": b'{"subject":NaN}',
    "half a character": b'{"subject":"\\ud800"}',
    "another encoding": b"\xff\xfe{",
    "nothing": b"",
}
DOORS = {
    "/v1/tickets": "client", "/v1/messages": "client", "/v1/webhooks": "client", "/v1/keys": "client",
    "/v1/monitors/alertmanager": "integrator", "/v1/monitors/grafana": "integrator",
    "/v1/monitors/icinga2": "integrator", "/v1/monitors/cloudevents": "integrator",
}  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("door", DOORS)
async def test_a_body_made_to_hurt_is_refused_with_words(world: World, door: str) -> None:
    media_type = "application/cloudevents+json" if door.endswith("cloudevents") else "application/json"
    headers = {"Content-Type": media_type, "Authorization": f"Bearer {world.keys[DOORS[door]]}"}
    for name, body in BODIES.items():
        answer = await world.http.post(door, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (name, answer.text)
        assert answer.json()["type"].startswith("urn:escalade:"), name


@pytest.mark.parametrize(
    ("who", "method", "door", "body", "at"),
    [
        ("client", "PATCH", "/v1/contacts/adam", {"active": 0}, "/active"),
        ("client", "PATCH", "/v1/contacts/adam", {"active": "yes"}, "/active"),
        (
            "manager",
            "POST",
            "/v1/keys",
            {"role": "manager", "subject": "tool", "name": "A tool", "days": True},
            "/days",
        ),
        (
            "manager",
            "POST",
            "/v1/keys",
            {"role": "manager", "subject": "tool", "name": "A tool", "days": "30"},
            "/days",
        ),
    ],
)
async def test_truth_numbers_and_texts_are_not_taken_for_each_other(
    world: World, who: str, method: str, door: str, body: dict[str, object], at: str
) -> None:
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    answer = await world.http.request(method, door, json=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [at]
