"""Proofs of a sender: a key in either spelling, or a signature over the body. Nothing else opens the door."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.api.conftest import World
from tests.api.monitoring.conftest import SECRET
from tests.api.monitoring.posting import alert, group
from tests.api.monitoring.test_grafana import notification

GRAFANA = "/v1/monitors/grafana?monitor=grafana-prod"
WHSEC = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
STANDARD = (
    "monitor: signed\nformat: json\norganisation: acme\nsignature: {scheme: standard, secrets: [signed.secret]}\n"
    "alert: {fingerprint: id, firing: 'on', subject: id}\n"
)


def grafana(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    """Headers as Grafana signs with a header for the time."""
    stamp = str(int(at))
    signature = hmac.new(secret.encode(), stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Grafana-Alerting-Signature": signature, "X-Grafana-Alerting-Timestamp": stamp}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("code"))


async def test_grafanas_signature_opens_its_own_door(monitored: Any) -> None:
    world: World = monitored()
    body = json.dumps(notification(priority="P1")).encode()
    answer = await world.http.post(GRAFANA, content=body, headers=grafana(body, world.now.timestamp()))
    assert [one["outcome"] for one in answer.json()["alerts"]] == ["opened"]
    by = (await world.get("level1", "/v1/alerts")).json()["items"][0]["by"]
    assert by == "grafana-prod"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers, body: (headers, body + b" "),
        lambda headers, body: ({**headers, "X-Grafana-Alerting-Timestamp": "1772442001"}, body),
        lambda headers, body: ({"X-Grafana-Alerting-Signature": headers["X-Grafana-Alerting-Signature"]}, body),
        lambda headers, body: ({**headers, "X-Grafana-Alerting-Signature": "é"}, body),
        lambda headers, body: ({**headers, "X-Grafana-Alerting-Timestamp": "soon"}, body),
    ],
)
async def test_a_signature_that_does_not_fit_is_refused(monitored: Any, spoil: Any) -> None:
    world: World = monitored()
    body = json.dumps(notification(priority="P1")).encode()
    headers, sent = spoil(grafana(body, world.now.timestamp()), body)
    encoded = {name: value.encode() for name, value in headers.items()}
    answer = await world.http.post(GRAFANA, content=sent, headers=encoded)
    assert code(answer) == (401, "signature_refused")
    assert SECRET not in answer.text


async def test_an_old_request_sent_again_is_refused(monitored: Any) -> None:
    world: World = monitored()
    body = json.dumps(notification(priority="P1")).encode()
    headers = grafana(body, world.now.timestamp())
    world.turn(minutes=6)
    assert code(await world.http.post(GRAFANA, content=body, headers=headers)) == (401, "signature_refused")


async def test_a_signature_opens_no_other_door_and_no_other_monitors(monitored: Any) -> None:
    world: World = monitored()
    body = json.dumps(notification()).encode()
    headers = grafana(body, world.now.timestamp())
    for path in ("/v1/monitors/grafana", "/v1/monitors/alertmanager", "/v1/monitors/json/probes", "/v1/tickets"):
        answer = await world.http.post(path, content=body, headers=headers)
        assert answer.status_code == 401, path


async def test_standard_webhooks_are_taken(monitored: Any) -> None:
    world: World = monitored(signed_yaml=STANDARD, signed_secret=WHSEC)
    body = json.dumps({"id": "p1", "on": True})
    at = datetime.now(UTC)  # the library has its own clock
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(WHSEC).sign("msg_1", at, body),
    }
    for expected in ("opened", "known"):
        answer = await world.http.post("/v1/monitors/json/signed", content=body, headers=headers)
        assert answer.json()["alerts"][0]["outcome"] == expected
    spoilt = {**headers, "webhook-signature": "v1,bad"}
    assert code(await world.http.post("/v1/monitors/json/signed", content=body, headers=spoilt))[0] == 401
    garbled = {**headers, "webhook-signature": "garbled"}
    assert code(await world.http.post("/v1/monitors/json/signed", content=body, headers=garbled))[0] == 401
    bare = await world.http.post("/v1/monitors/json/signed", content=b"\xff", headers=headers)
    assert bare.status_code == 401


async def test_the_key_as_the_password_of_basic_is_the_key(world: World) -> None:
    for user in ("anyone", ""):
        answer = await world.http.post(
            "/v1/monitors/alertmanager", json=group(alert()), auth=(user, world.keys["integrator"])
        )
        assert answer.status_code == 200, answer.text
    refused = await world.http.post("/v1/monitors/alertmanager", json=group(alert()), auth=("u", "esk_guessed"))
    assert refused.status_code == 401
    elsewhere = await world.http.get("/v1/me", auth=("u", world.keys["integrator"]))
    assert elsewhere.status_code == 401
    not_theirs = await world.http.post("/v1/monitors/alertmanager", json=group(), auth=("u", world.keys["client"]))
    assert code(not_theirs) == (403, "not_permitted")


async def test_nothing_of_an_unknown_sender_is_kept(world: World) -> None:
    answer = await world.http.post("/v1/monitors/alertmanager", content=b"not json")
    assert answer.status_code == 401
    assert (await world.get("operations", "/v1/monitors/rejected")).json()["items"] == []
