"""Calls to clients through the doors: listed by what is due, taken, told of."""

from __future__ import annotations

from tests.api.conftest import World


async def calls(world: World, query: str = "", who: str = "level1") -> list[dict[str, object]]:
    answer = await world.get(who, f"/v1/calls?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_the_calls_to_be_made_are_listed_soonest_due_first_by_page_and_filter(world: World) -> None:
    first = await world.open()
    world.turn(minutes=10)
    second = await world.open()
    await world.open(severity="low")
    listed = await calls(world)
    assert [one["ticket"] for one in listed] == [first, second]
    assert (listed[0]["number"], listed[0]["contact_name"], listed[0]["missed"]) == (1, "Anna", False)
    page = (await world.get("level1", "/v1/calls?limit=1")).json()
    rest = (await world.get("level1", f"/v1/calls?cursor={page['next']}")).json()
    assert [one["ticket"] for one in page["items"] + rest["items"]] == [first, second]
    assert [one["ticket"] for one in await calls(world, "order=latest")] == [second, first]
    assert await calls(world, "organisation=beta") == []
    assert len(await calls(world, "severity=critical&taken_by=")) == 2


async def test_one_is_taken_and_told_of_and_the_next_one_follows(world: World) -> None:
    ticket = await world.open()
    await world.step("level1", ticket, "calls/taken", call=1)
    (taken,) = await calls(world, "taken_by=bob")
    assert taken["taken_by"] == "bob"
    await world.step("level1", ticket, "calls/done", call=1, outcome="not_reached", text="It rang out.")
    (again,) = await calls(world)
    assert (again["tries"], again["taken_by"], again["number"]) == (1, None, 1)
    assert again["next_at"]
    world.turn(minutes=15)
    await world.step("level1", ticket, "calls/done", call=1, outcome="reached", text="Half of the gates open.")
    (following,) = await calls(world)
    assert (following["number"], following["tries"]) == (2, 0)
    over = await world.post(
        "level1", f"/v1/tickets/{ticket}/calls/done", {"call": 1, "outcome": "reached", "text": "x"}
    )
    assert (over.status_code, over.json()["code"]) == (409, "call_over")


async def test_a_missed_call_stays_on_the_list_as_one(world: World) -> None:
    ticket = await world.open()
    world.turn(hours=2)
    (missed,) = await calls(world, "missed=true")
    assert (missed["ticket"], missed["missed"]) == (ticket, True)
    clocks = (await world.get("level1", f"/v1/tickets/{ticket}/clocks")).json()["items"]
    told = next(one for one in clocks if one["kind"] == "call")
    assert told["standing"] == "late"
    assert "Call to the client" in told["sentence"]


async def test_a_client_sees_the_update_and_not_how_we_organise_the_call(world: World) -> None:
    ticket = await world.open()
    await world.step("level1", ticket, "calls/taken", call=1)
    await world.step("level1", ticket, "calls/done", call=1, outcome="reached", text="Half of the gates open.")
    entries = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    types = [one["type"] for one in entries]
    assert "status_updated" in types
    assert not {"call_taken", "call_made"} & set(types)
    assert not [one for one in entries if str(one["data"].get("clock", "")).startswith("call")]
    shown = (await world.get("client", f"/v1/tickets/{ticket}/clocks")).json()["items"]
    assert "call" not in [one["kind"] for one in shown]


async def test_operations_sees_the_list_without_who_and_which_number(world: World) -> None:
    await world.open()
    (one,) = await calls(world, who="operations")
    assert (one.get("telephone"), one.get("contact_name")) == (None, None)
