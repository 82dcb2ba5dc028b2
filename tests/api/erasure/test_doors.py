"""A person's erasure as an operation and on a page: counted, asked for, carried out, told of, gone on with."""

from __future__ import annotations

from datetime import timedelta

from api.erasure.carrying import carry_out
from domain.erasure import ERASED
from domain.words import Role
from store import directory, erasures
from tests.api.conftest import CONTRACTS, World

DOOR = "/v1/organisations/acme/contacts/anna/erasure"
PAGE = "/board/clients/acme/contacts/anna/erasure"
SURE = {"dry_run": False, "confirm": "anna"}


async def carried(world: World) -> int:
    return await carry_out(world.app.state.context, world.now)


async def test_without_being_told_to_it_only_counts(world: World) -> None:
    ticket = await world.open()
    for body in (None, {}, {"dry_run": True, "confirm": "anna"}):
        counted = await world.post("manager", DOOR, body)
        assert (counted.status_code, counted.json()["state"]) == (200, "counted")
        assert counted.json()["goes"]["tickets"] == 1
    assert (await world.get("manager", DOOR)).json()["code"] == "no_erasure"
    assert await carried(world) == 0
    assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["subject"] != ERASED


async def test_it_is_asked_for_with_the_name_said_once_more(world: World) -> None:
    await world.open()
    for confirm in (None, "", "adam"):
        refused = await world.post("manager", DOOR, {"dry_run": False, "confirm": confirm})
        assert (refused.status_code, refused.json()["code"]) == (422, "confirmation_missing")
    assert await carried(world) == 0


async def test_it_goes_on_in_the_background_and_tells_how_far_it_is(world: World) -> None:
    tickets = [await world.open(subject=f"Gate {number}") for number in range(3)]
    asked = await world.post("operations", DOOR, SURE)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert asked.headers["Location"] == DOOR
    assert (asked.json()["by"], asked.json()["by_id"]) == ("operations", "olaf")
    again = await world.post("manager", DOOR, SURE)
    assert again.json() == asked.json()  # whoever asks meanwhile is told of the same one
    assert await carried(world) == 1
    told = (await world.get("manager", DOOR)).json()
    assert (told["state"], told["tickets"], told["done"]) == ("done", 3, 3)
    assert told["goes"]["tickets"] == 3
    for ticket in tickets:
        assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["subject"] == ERASED
    gone = directory.contact(world.database, "anna")
    assert gone is not None
    assert (gone.name, gone.email) == (ERASED, None)


async def test_while_the_engine_is_away_it_waits_and_another_process_goes_on_where_it_was(world: World) -> None:
    await world.open()
    await world.post("manager", DOOR, SURE)
    world.engine.away = True
    assert await carried(world) == 0
    told = (await world.get("manager", DOOR)).json()
    assert told["state"] == "running"
    assert "engine" in told["failure"]
    world.engine.away = False
    assert await carried(world) == 0  # whoever was at it may be at work still
    world.now += erasures.QUIET + timedelta(seconds=10)
    assert await carried(world) == 1
    told = (await world.get("manager", DOOR)).json()
    assert (told["state"], "failure" in told) == ("done", False)


async def test_of_two_processes_one_takes_it(world: World) -> None:
    await world.post("manager", DOOR, SURE)
    assert erasures.take(world.database, "anna", world.now)
    assert not erasures.take(world.database, "anna", world.now)


async def test_what_was_said_after_the_end_goes_when_it_is_asked_for_again(world: World) -> None:
    ticket = await world.open()
    await world.post("manager", DOOR, SURE)
    await carried(world)
    world.turn(minutes=1)
    await world.step("level1", ticket, "comments", text="Anna called once more.")
    assert (await world.post("manager", DOOR, SURE)).json()["state"] == "waiting"
    assert await carried(world) == 1
    assert "Anna called" not in (await world.get("level1", f"/v1/tickets/{ticket}/timeline")).text


async def test_whoever_agrees_for_a_client_is_not_erased_before_another_is_named(world: World) -> None:
    named = CONTRACTS[0].model_copy(update={"client_representative": "anna"})
    directory.save(world.database, named)
    refused = await world.post("manager", DOOR, SURE)
    assert (refused.status_code, refused.json()["code"]) == (409, "representative_needed")
    assert "acme-1" in refused.json()["detail"]


async def test_another_organisations_person_is_as_if_it_were_not_there(world: World) -> None:
    world.key("their manager", Role.manager, "max", "beta")
    for who, door in (("their manager", DOOR), ("manager", DOOR.replace("acme", "beta"))):
        refused = await world.post(who, door, SURE)
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_contact")


async def test_a_manager_erases_from_the_clients_page_after_seeing_what_goes(world: World) -> None:
    ticket = await world.open()
    async with world.browser("manager") as browser:
        assert PAGE in (await browser.get("/board/clients/acme")).text
        shown = (await browser.get(PAGE)).text
        assert "What would go" in shown
        refused = await browser.post(PAGE, data={"confirm": "adam"})
        assert refused.status_code == 422
        assert "once more" in refused.text
        assert (await browser.post(PAGE, data={"confirm": "anna"})).status_code == 303
        assert "begins in a moment" in (await browser.get(PAGE)).text
        await carried(world)
        shown = (await browser.get(PAGE)).text
        assert "It is done." in shown
    assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["subject"] == ERASED
    async with world.browser("level1") as browser:
        assert PAGE not in (await browser.get("/board/clients/acme")).text
