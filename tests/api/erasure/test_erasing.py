"""A person is erased while tickets are open: through the engine, then in the record, again after an interruption."""

from __future__ import annotations

import pytest

from api.engine.tickets import EngineAway
from api.erasure.erasing import Erasing, NobodyThere
from domain.commands import Actor
from domain.erasure import ERASED
from domain.words import Role
from store import audit
from tests.api.conftest import World

OPERATOR = Actor(role=Role.operations, id="olaf")
WORDS = ("Everybody calls me Anna-Lena", "anna@acme.example", "Anna-Lena says")


def erasing(world: World, organisation: str = "acme", contact: str = "anna") -> Erasing:
    return Erasing(world.database, world.engine, organisation, contact, OPERATOR, world.now, tries=(0.0,))


async def lived(world: World) -> str:
    ticket = await world.open(description=WORDS[0])
    await world.step("client", ticket, "comments", text=f"{WORDS[2]}: write to {WORDS[1]}")
    return ticket


async def test_nobody_reads_or_finds_the_person_and_the_ticket_goes_on(world: World) -> None:
    ticket = await lived(world)
    clocks = (await world.get("level1", f"/v1/tickets/{ticket}/clocks")).json()
    would = erasing(world).would().counts
    assert would.tickets == 1
    assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["subject"] != ERASED  # so far only counted

    counts = await erasing(world).run()
    assert (counts.tickets, counts.events) == (would.tickets, would.events)
    shown = (await world.get("level1", f"/v1/tickets/{ticket}")).json()
    told = (await world.get("level1", f"/v1/tickets/{ticket}/timeline")).text
    assert shown["subject"] == ERASED
    assert not [word for word in WORDS if word in told]
    assert (await world.get("level1", "/v1/tickets?search=gates")).json()["items"] == []
    assert (await world.get("level1", f"/v1/tickets/{ticket}/clocks")).json() == clocks
    await world.step("level1", ticket, "comments", text="We go on.")
    assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["subject"] == ERASED
    world.turn(minutes=5)
    assert (await world.get("client", "/v1/me")).status_code == 401  # the key was the person's


async def test_the_audit_says_what_went_and_not_whose_it_was(world: World) -> None:
    await lived(world)
    await erasing(world).run()
    found, _ = audit.find(world.database, audit.AuditFilter(operation="erase_contact"))
    (entry,) = found
    assert (entry.subject, entry.organisation, entry.outcome) == ("olaf", "acme", "done")
    assert "1 tickets" in (entry.about or "")
    assert "anna" not in entry.model_dump_json()


async def test_an_engine_that_is_away_leaves_the_rest_to_the_next_run(world: World) -> None:
    ticket = await lived(world)
    world.engine.away = True
    with pytest.raises(EngineAway):
        await erasing(world).run()
    world.engine.away = False
    assert (await world.get("client", "/v1/me")).status_code == 200
    await erasing(world).run()
    again = await erasing(world).run()
    assert (again.events, again.files) == (0, 0)
    types = [event["type"] for event in (await world.get("level1", f"/v1/tickets/{ticket}/timeline")).json()["items"]]
    assert types.count("texts_erased") == 1


async def test_nobody_of_another_organisation_is_erased(world: World) -> None:
    with pytest.raises(NobodyThere):
        await erasing(world, "beta", "anna").run()
    with pytest.raises(NobodyThere):
        erasing(world, "acme", "nobody").would()
