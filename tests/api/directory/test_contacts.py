"""A client's key users keep its people; whoever was deactivated is let in no longer, and written to no longer."""

from __future__ import annotations

import pytest

from domain.messages import Recipient
from domain.words import Role
from store import directory
from tests.api.conftest import World

NOAH = {"name": "Noah Petit", "email": "noah@acme.example", "role": "end_user", "language": "fr"}


async def patch(world: World, who: str, contact: str, **body: object) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    answer = await world.http.patch(f"/v1/contacts/{contact}", json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_somebody_is_added_found_changed_and_each_change_tells_who_made_it(world: World) -> None:
    added = await world.post("client", "/v1/contacts", NOAH, key="k1")
    assert added.status_code == 201
    noah = added.json()["id"]
    assert (await world.post("client", "/v1/contacts", NOAH, key="k1")).json()["id"] == noah
    status, changed = await patch(world, "client", noah, role="administrator", telephone="+33 1 40 50 60 70")
    assert (status, changed["role"]) == (200, "administrator")
    assert (await patch(world, "client", noah, telephone=""))[1].get("telephone") is None
    listed = (await world.get("client", "/v1/contacts", params={"limit": 2})).json()
    rest = (await world.get("client", "/v1/contacts", params={"cursor": listed["next"]})).json()
    assert [one["name"] for one in listed["items"] + rest["items"]] == ["Adam", "Anna", "Noah Petit"]
    changes = (await world.get("client", f"/v1/contacts/{noah}/changes")).json()["items"]
    assert [(one["by_id"], sorted(one["after"])) for one in changes][:2] == [
        ("anna", ["telephone"]), ("anna", ["role", "telephone"])
    ]  # fmt: skip
    assert changes[1]["before"] == {"role": "end_user", "telephone": None}


async def test_a_deactivated_contact_is_let_in_no_longer_and_written_to_no_longer(world: World) -> None:
    noah = (await world.post("client", "/v1/contacts", {**NOAH, "role": "key_user"})).json()["id"]
    ticket = await world.open(contact=noah)
    world.key("noah", Role.client, noah, "acme")
    assert (await world.get("noah", "/v1/me")).status_code == 200
    status, gone = await patch(world, "client", noah, active=False)
    assert (status, gone["active"]) == (200, False)
    world.turn(seconds=4)
    refused = await world.get("noah", "/v1/me")
    assert (refused.status_code, "deactivated" in refused.json()["detail"]) == (401, True)
    assert directory.address_of(world.database, Recipient(kind="contact", id=noah)) is None
    assert directory.contacts_reached_at(world.database, "noah@acme.example") == []
    assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["contact"] == noah
    again = await world.post("client", "/v1/tickets", {
        "subject": "x", "description": "x", "channel": "portal", "contact": noah})  # fmt: skip
    assert (again.status_code, again.json()["code"]) == (422, "unknown_contact")
    directory.save(world.database, directory.contact(world.database, noah).model_copy(update={"deactivated_at": None}))  # type: ignore[union-attr]
    assert directory.contact(world.database, noah).deactivated_at is not None  # type: ignore[union-attr]
    assert (await patch(world, "client", noah, active=True))[1]["active"] is True


@pytest.mark.parametrize("body", [{"active": False}, {"role": "end_user"}])
async def test_nobody_locks_itself_out(world: World, body: dict[str, object]) -> None:
    status, refused = await patch(world, "client", "anna", **body)
    assert (status, refused["code"]) == (409, "own_rights")


async def test_the_one_who_agrees_for_its_side_stays(world: World) -> None:
    contract = directory.contract(world.database, "acme-1")
    assert contract is not None
    directory.save(world.database, contract.model_copy(update={"client_representative": "adam"}))
    status, refused = await patch(world, "client", "adam", active=False)
    assert (status, refused["code"]) == (409, "representative_needed")


async def test_one_address_is_one_person_of_an_organisation(world: World) -> None:
    refused = await world.post("client", "/v1/contacts", {**NOAH, "email": "ANNA@acme.example"})
    assert (refused.status_code, refused.json()["code"]) == (422, "address_taken")
    for address in ("nobody", "a b@acme.example", "x@y@z"):
        assert (await world.post("client", "/v1/contacts", {**NOAH, "email": address})).status_code == 422


async def test_another_organisations_people_are_nobody(world: World) -> None:
    assert (await world.get("beta", "/v1/contacts")).status_code == 403  # an end user
    world.key("gina", Role.client, "gina", "gamma")
    directory.save(
        world.database, directory.Contact(id="gina", organisation="gamma", name="G", role="key_user", language="en")
    )
    for contact in ("anna", "nobody"):
        assert (await world.get("gina", f"/v1/contacts/{contact}")).status_code == 404
        assert (await world.get("gina", f"/v1/contacts/{contact}/changes")).status_code == 404
        assert (await patch(world, "gina", contact, name="Mine"))[0] == 404
    other = await world.post("gina", "/v1/contacts", {**NOAH, "organisation": "acme"})
    assert other.status_code == 404
    assert (await world.get("gina", "/v1/contacts", params={"organisation": "acme"})).json()["items"] == []
