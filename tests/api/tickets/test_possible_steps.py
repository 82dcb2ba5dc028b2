"""`GET /v1/tickets/{id}/steps`: what a caller could do, so that a page offers nothing that would be refused."""

from __future__ import annotations

from tests.api.conftest import World


async def could(world: World, who: str, ticket: str) -> set[str]:
    answer = await world.get(who, f"/v1/tickets/{ticket}/steps")
    assert answer.status_code == 200, answer.text
    return {item["operation"] for item in answer.json()["items"]}


async def test_each_role_is_shown_what_the_table_and_the_rules_let_it_do(world: World) -> None:
    ticket = await world.open()
    client, staff = await could(world, "client", ticket), await could(world, "level1", ticket)
    assert {"comment", "ask_manager", "ask_progress", "withdraw"} <= client
    assert not {"triage", "note", "consent", "reopen", "answer"} & client
    assert {"triage", "note", "acknowledge", "resolve", "escalate"} <= staff
    assert await could(world, "integrator", ticket) == {"comment"}


async def test_what_is_shown_is_at_its_address_and_is_taken(world: World) -> None:
    ticket = await world.open()
    answer = (await world.get("client", f"/v1/tickets/{ticket}/steps")).json()
    assert (answer["ticket"], answer["source"]) == (ticket, "live")
    address = next(item["address"] for item in answer["items"] if item["operation"] == "withdraw")
    assert (await world.post("client", address, {"reason": "It was our fuse."})).status_code == 200
    assert "withdraw" not in await could(world, "client", ticket)
    assert "reopen" in await could(world, "client", ticket)


async def test_an_archived_ticket_is_reopened_by_staff_only(world: World) -> None:
    ticket = await world.open()
    await world.step("client", ticket, "withdrawal", reason="It was our fuse.")
    world.turn(days=400)
    assert await could(world, "client", ticket) == set()
    assert await could(world, "level1", ticket) == {"reopen"}


async def test_the_record_answers_while_the_engine_is_away(world: World) -> None:
    ticket = await world.open()
    world.engine.away = True
    answer = (await world.get("client", f"/v1/tickets/{ticket}/steps")).json()
    assert answer["source"] == "record"
    assert "comment" in {item["operation"] for item in answer["items"]}


async def test_a_ticket_that_is_not_recorded_yet_is_known_from_its_run(world: World) -> None:
    world.engine.lagging = True
    ticket = await world.open()
    assert "comment" in await could(world, "level1", ticket)
    world.engine.away = True
    unknown = await world.get("level1", f"/v1/tickets/{ticket}/steps")
    assert (unknown.status_code, unknown.json()["code"]) == (503, "engine_away")
