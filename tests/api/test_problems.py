"""Every refusal is a problem document that says what to do next, and none says too much."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from psycopg.errors import InternalError_, ReadOnlySqlTransaction
from sqlalchemy.exc import InternalError, OperationalError

from api.engine.tickets import EngineBusy
from api.http.refusal_codes import STATUS
from runtime.codec import PayloadSealed
from tests.api.conftest import World, filing

ROOT = Path(__file__).parents[2]


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The document, when it is a complete one."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"]) == (status, status), answer.text
    assert (body["code"], body["type"]) == (code, f"urn:escalade:{code}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == answer.request.url.path
    return body


def test_every_refusal_of_the_rules_has_a_status() -> None:
    rules = "".join(path.read_text() for path in (ROOT / "domain").rglob("*.py"))
    codes = set(re.findall(r'DomainError\(\s*"(\w+)"', rules))
    assert len(codes) > 10
    assert codes <= set(STATUS)


async def test_a_refused_step_is_a_conflict_and_says_what_to_do(world: World) -> None:
    ticket = await world.open()
    answer = await world.post("client", f"/v1/tickets/{ticket}/answers", {"text": "42"})
    assert "comment" in is_problem(answer, 409, "nothing_asked")["detail"]
    answer = await world.post("level1", f"/v1/tickets/{ticket}/triage", {"severity": "huge", "reason": "?"})
    assert "critical, important, low, none" in is_problem(answer, 422, "unknown_severity")["detail"]
    await world.step("level1", ticket, "resolution", kind="fix", text="Done.", cause="usage", cause_text="Wrong tray.")
    await world.step("level1", ticket, "consent")
    answer = await world.post("level1", f"/v1/tickets/{ticket}/consent", {})
    is_problem(answer, 409, "already_consented")


@pytest.mark.parametrize(
    ("changes", "pointer", "says"),
    [
        ({"subject": ""}, "/subject", "at least 1 character"),
        ({"subject": "x" * 251}, "/subject", "at most 250"),
        ({"channel": "pigeon"}, "/channel", "'portal'"),
        ({"langauge": "fr"}, "/langauge", "not known here"),
        ({"description": "a\u0000b"}, "/description", "control characters"),
        ({"contact": "no spaces allowed"}, "/contact", "pattern"),
        ({"subject": None}, "/subject", "string"),
    ],
)
async def test_a_body_that_is_not_understood_names_the_field(
    world: World, changes: dict[str, Any], pointer: str, says: str
) -> None:
    answer = await world.post("client", "/v1/tickets", filing(**changes))
    fault = is_problem(answer, 422, "invalid")["errors"][0]
    assert (fault["in"], fault["pointer"]) == ("body", pointer)
    assert says in fault["detail"]


async def test_several_faults_are_told_at_once(world: World) -> None:
    answer = await world.post("client", "/v1/tickets", {"subject": "x", "also": 1})
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/description", "/channel", "/also"}


async def test_what_is_not_json_says_so(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.keys['client']}", "Content-Type": "application/json"}
    answer = await world.http.post("/v1/tickets", content=b'{"subject": ', headers=headers)
    assert "not JSON" in is_problem(answer, 422, "invalid")["detail"]
    lone = await world.http.post("/v1/tickets", content=b'{"subject": "\\ud800"}', headers=headers)
    is_problem(lone, 422, "invalid")


async def test_a_query_that_is_not_known_is_refused(world: World) -> None:
    answer = await world.get("level1", "/v1/tickets?stauts=open")
    assert is_problem(answer, 422, "invalid")["errors"][0] == {
        "in": "query",
        "pointer": "/stauts",
        "detail": "is not known here; leave it out or check its spelling",
    }
    is_problem(await world.get("level1", "/v1/tickets?text=%00"), 422, "invalid")
    is_problem(await world.get("level1", "/v1/tickets?cursor=bm9uc2Vuc2U"), 422, "invalid")


async def test_unknown_addresses_methods_and_numbers_are_problems_too(world: World) -> None:
    is_problem(await world.get("client", "/v1/nothing"), 404, "not_found")
    is_problem(await world.get("client", "/v1/tickets/0000000000"), 404, "unknown_ticket")
    is_problem(await world.get("client", "/v1/tickets/%00"), 404, "unknown_ticket")
    is_problem(await world.get("level1", "/v1/tickets/not-a-number"), 404, "unknown_ticket")
    is_problem(await world.get("level1", "/v1/organisations/nowhere"), 404, "unknown_organisation")
    is_problem(await world.get("level1", "/v1/agreements/nothing"), 404, "unknown_agreement")
    answer = await world.http.delete("/v1/tickets")
    is_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(world: World, announced: bool) -> None:
    content = b'{"description": "' + b"x" * 300_000 + b'"}'

    async def in_pieces() -> Any:
        yield content

    headers = {"Authorization": f"Bearer {world.keys['client']}", "Content-Type": "application/json"}
    sent: Any = content if announced else in_pieces()
    answer = await world.http.post("/v1/tickets", content=sent, headers=headers)
    assert "256 KiB" in is_problem(answer, 413, "body_too_large")["detail"]


async def test_an_error_nobody_foresaw_tells_the_caller_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(ticket: str) -> None:
        raise RuntimeError("postgresql://admin:secret@db/escalade")

    ticket = await world.open()
    monkeypatch.setattr(world.engine, "state", broken)
    answer = await world.get("level1", f"/v1/tickets/{ticket}/clocks")
    is_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text


async def test_a_busy_ticket_and_an_absent_database_ask_for_patience(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await world.open()

    async def busy(*_: Any) -> None:
        raise EngineBusy("limit")

    monkeypatch.setattr(world.engine, "command", busy)
    answer = await world.post("client", f"/v1/tickets/{ticket}/comments", {"text": "x"})
    is_problem(answer, 429, "too_many_commands")
    assert answer.headers["Retry-After"] == "1"

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr("store.tickets.get", away)
    answer = await world.get("level1", f"/v1/tickets/{ticket}")
    is_problem(answer, 503, "database_away")
    assert "SELECT" not in answer.text


async def test_a_database_that_refuses_writes_asks_for_patience_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await world.open()

    def refusing(*_: Any, **__: Any) -> None:
        raise InternalError("UPDATE", {}, ReadOnlySqlTransaction("cannot execute UPDATE in a read-only transaction"))

    monkeypatch.setattr("store.tickets.get", refusing)
    is_problem(await world.get("level1", f"/v1/tickets/{ticket}"), 503, "database_away")

    def broken(*_: Any, **__: Any) -> None:
        raise InternalError("UPDATE", {}, InternalError_("a page is damaged"))

    monkeypatch.setattr("store.tickets.get", broken)
    is_problem(await world.get("level1", f"/v1/tickets/{ticket}"), 500, "internal_error")


async def test_while_a_key_of_the_codec_is_missing_a_step_waits_and_nothing_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = await world.open()
    words = {"text": "It is the lock."}
    with monkeypatch.context() as without:

        async def sealed(*_: Any) -> Any:
            raise PayloadSealed('sealed with the key "spring", which ESCALADE_CODEC_KEYS does not have')

        without.setattr(world.engine, "command", sealed)
        refused = await world.post("client", f"/v1/tickets/{ticket}/comments", words, key="k1")
        assert (
            "spring" not in is_problem(refused, 503, "payload_sealed")["detail"]
        )  # which keys there are is ours to know
        assert refused.headers["Retry-After"]
        assert 'the key "spring"' in caplog.text
    assert (await world.post("client", f"/v1/tickets/{ticket}/comments", words, key="k1")).status_code == 200


async def test_a_ticket_that_is_not_there_is_named_as_it_was_asked_for(world: World) -> None:
    for path in ("/v1/tickets/DR1LL00001", "/v1/tickets/DR1LL00001/forecast"):
        refused = await world.get("level1", path)
        assert refused.status_code == 404
        assert '"DR1LL00001"' in refused.json()["detail"]


async def test_a_request_that_its_server_cuts_off_at_its_own_end_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await world.open()

    async def cut_off(ticket: str) -> None:
        raise asyncio.CancelledError("Task cancelled, timeout graceful shutdown exceeded")

    monkeypatch.setattr(world.engine, "state", cut_off)
    answer = await world.get("level1", f"/v1/tickets/{ticket}/clocks")
    is_problem(answer, 503, "server_ending")
    assert "Retry-After" in answer.headers
    assert "X-Content-Type-Options" in answer.headers
