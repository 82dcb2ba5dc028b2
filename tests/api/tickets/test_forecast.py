"""The forecast of a running ticket through its door."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.api.conftest import World


async def test_staff_sees_the_update_the_missed_promise_and_who_is_told(world: World) -> None:
    ticket = await world.open()
    told = (await world.get("level1", f"/v1/tickets/{ticket}/forecast?days=1")).json()
    first = told["items"][0]
    assert (first["types"], datetime.fromisoformat(first["at"]) - world.now) == (
        ["clock_missed", "manager_involved"],
        timedelta(minutes=60),
    )
    kinds = [kind for one in told["items"] for kind in one["types"]]
    assert {"clock_missed", "status_updated", "manager_involved"} <= set(kinds)
    assert told["zone"] == "Europe/Paris"
    assert any(message["to"] == "contact anna" for one in told["items"] for message in one["told"])


async def test_a_client_sees_nothing_internal_in_its_own_language(world: World) -> None:
    ticket = await world.open()
    answer = await world.get("client", f"/v1/tickets/{ticket}/forecast", headers={"Accept-Language": "fr"})
    told = answer.json()
    kinds = {kind for one in told["items"] for kind in one["types"]}
    assert "status_updated" in kinds
    assert not kinds & {"staff_warned", "manager_involved"}
    assert all(message["to"].startswith("contact") for one in told["items"] for message in one["told"])
    assert "Point d’avancement" in answer.text or "avancement" in answer.text


async def test_more_is_said_when_there_is_more_and_an_archived_ticket_has_nothing_ahead(world: World) -> None:
    ticket = await world.open()
    told = (await world.get("level1", f"/v1/tickets/{ticket}/forecast?limit=2&days=30")).json()
    assert (len(told["items"]), told["more"]) == (2, True)
    await world.step("client", ticket, "withdrawal", reason="It was the fuse.")
    world.turn(days=60)
    archived = await world.get("level1", f"/v1/tickets/{ticket}/forecast")
    assert (archived.status_code, archived.json()["items"]) == (200, [])


async def test_an_unknown_ticket_and_a_span_that_is_none_are_refused(world: World) -> None:
    assert (await world.get("level1", "/v1/tickets/0000000000/forecast")).status_code == 404
    ticket = await world.open()
    assert (await world.get("level1", f"/v1/tickets/{ticket}/forecast?days=0")).status_code == 422
    assert (await world.get("beta", f"/v1/tickets/{ticket}/forecast")).status_code == 404
