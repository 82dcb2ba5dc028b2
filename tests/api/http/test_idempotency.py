"""The same key: the same answer, once; another body: a conflict; and what to do when the engine is away."""

from __future__ import annotations

from tests.api.conftest import World, filing
from workflows.receipts import SEEN


async def test_opening_again_with_the_same_key_gives_the_first_answer(world: World) -> None:
    first = await world.post("client", "/v1/tickets", filing(), key="k1")
    world.turn(minutes=30)
    await world.step("level1", first.json()["id"], "acknowledgement", means="call", text="On it.")
    again = await world.post("client", "/v1/tickets", filing(), key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(world.engine.started) == 1


async def test_the_first_answer_is_given_before_the_database_knows(world: World) -> None:
    world.engine.lagging = True
    first = await world.post("client", "/v1/tickets", filing(), key="k1")
    world.now = world.now.replace(second=5)
    again = await world.post("client", "/v1/tickets", filing(), key="k1")
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await world.post("client", "/v1/tickets", filing(subject="Something else"), key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


async def test_opening_with_the_same_key_and_another_body_is_a_conflict(world: World) -> None:
    await world.post("client", "/v1/tickets", filing(), key="k1")
    other = await world.post("client", "/v1/tickets", filing(severity="low"), key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert other.headers["Idempotency-Key"] == "k1"


async def test_the_same_key_of_somebody_else_is_another_ticket(world: World) -> None:
    mine = await world.post("client", "/v1/tickets", filing(organisation="acme"), key="k1")
    theirs = await world.post("level1", "/v1/tickets", filing(organisation="acme"), key="k1")
    assert mine.json()["id"] != theirs.json()["id"]


async def test_a_ticket_whose_run_the_engine_has_forgotten_is_not_opened_twice(world: World) -> None:
    first = await world.post("client", "/v1/tickets", filing(), key="k1")
    world.engine.lose(first.json()["id"])
    again = await world.post("client", "/v1/tickets", filing(), key="k1")
    assert again.json() == first.json()
    assert len(world.engine.started) == 1


async def test_a_step_sent_twice_with_its_key_is_taken_once(world: World) -> None:
    ticket = await world.open()
    path = f"/v1/tickets/{ticket}/comments"
    first = await world.post("client", path, {"text": "Still closed."}, key="c1")
    world.turn(minutes=1)
    again = await world.post("client", path, {"text": "Still closed."}, key="c1")
    assert again.json() == first.json()
    other = await world.post("client", path, {"text": "Open now."}, key="c1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    another_step = await world.post("client", f"/v1/tickets/{ticket}/withdrawal", {"reason": "x"}, key="c1")
    assert another_step.status_code == 409
    items = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    assert [item["data"]["text"] for item in items if item["type"] == "comment_added"] == ["Still closed."]


async def test_a_step_sent_again_after_more_others_than_the_engine_remembers_is_still_taken_once(world: World) -> None:
    ticket = await world.open()
    path = f"/v1/tickets/{ticket}/comments"
    first = await world.post("client", path, {"text": "Still closed."}, key="c1")
    for number in range(SEEN + 1):
        await world.step("level1", ticket, "notes", text=f"Note {number}.")
    again = await world.post("client", path, {"text": "Still closed."}, key="c1")
    assert again.json() == first.json()
    items = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    assert [item["data"]["text"] for item in items if item["type"] == "comment_added"] == ["Still closed."]


async def test_without_a_key_the_same_body_is_a_second_step(world: World) -> None:
    ticket = await world.open()
    first = await world.step("client", ticket, "comments", text="Hello?")
    second = await world.step("client", ticket, "comments", text="Hello?")
    assert second["sequence"] == first["sequence"] + 1


async def test_while_the_engine_is_away_the_caller_is_told_the_key_to_send_again(world: World) -> None:
    ticket = await world.open()
    world.engine.away = True
    for path, body in (("/v1/tickets", filing()), (f"/v1/tickets/{ticket}/comments", {"text": "Hello?"})):
        answer = await world.post("client", path, body)
        assert (answer.status_code, answer.json()["code"]) == (503, "engine_away")
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Idempotency-Key"] in answer.json()["detail"]
    world.engine.away = False
    again = await world.post(
        "client", f"/v1/tickets/{ticket}/comments", {"text": "Hello?"}, key=answer.headers["Idempotency-Key"]
    )
    assert again.status_code == 200


async def test_a_key_that_is_no_header_text_is_refused_with_its_place(world: World) -> None:
    answer = await world.post("client", "/v1/tickets", filing(), key="two words")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["in"] == "header"
