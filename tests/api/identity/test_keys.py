"""Keys that people make themselves: shown once, narrowed, bounded by what their maker may give."""

from __future__ import annotations

from typing import Any

import pytest

from api.access.scopes import BUNDLES
from domain.words import Role
from store import directory, keys
from tests.api.conftest import World
from tests.api.identity.test_by_key import enter
from tests.api.identity.test_links import browser


def wanted(**changes: Any) -> dict[str, Any]:
    return {"name": "Prometheus", "role": "integrator", "subject": "prom", "organisation": "acme", **changes}


async def made(world: World, who: str = "manager", **changes: Any) -> dict[str, Any]:
    answer = await world.post(who, "/v1/keys", wanted(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_key_is_shown_once_works_and_is_revoked(world: World) -> None:
    new = await made(world)
    assert new["secret"].startswith("esk_")
    assert (await world.get(new["secret"], "/v1/me")).json()["id"] == "prom"
    assert new["key"]["expires_at"][:10] == "2027-03-02"
    read = await world.get("manager", f"/v1/keys/{new['key']['id']}")
    assert new["secret"] not in read.text
    assert (read.json()["made_by"], read.json()["state"]) == ("max", "good")
    revoked = await world.post("manager", f"/v1/keys/{new['key']['id']}/revocation")
    assert revoked.json()["state"] == "revoked"
    world.turn(seconds=4)
    assert (await world.get(new["secret"], "/v1/me")).status_code == 401
    again = await world.post("manager", f"/v1/keys/{new['key']['id']}/revocation")
    assert again.json()["revoked_at"] == revoked.json()["revoked_at"]


async def test_sent_twice_nothing_is_made_twice(world: World) -> None:
    first = await world.post("manager", "/v1/keys", wanted(), key="k1")
    second = await world.post("manager", "/v1/keys", wanted(), key="k1")
    assert (second.status_code, second.json()["code"]) == (409, "key_exists")
    assert first.json()["key"]["id"] in second.json()["detail"]


async def test_a_scope_leaves_out_the_rest_of_the_role(world: World) -> None:
    ticket = await world.open()
    reader = (await made(world, role="level1", subject="bob", organisation=None, scopes=["read"]))["secret"]
    assert (await world.get(reader, f"/v1/tickets/{ticket}")).status_code == 200
    refused = await world.post(reader, f"/v1/tickets/{ticket}/notes", {"text": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert "scopes" in refused.json()["detail"]
    me = (await world.get(reader, "/v1/me")).json()
    assert "read_ticket" in me["operations"]
    assert "note" not in me["operations"]
    one = (await made(world, role="level1", subject="bob", organisation=None, scopes=["note"]))["secret"]
    assert (await world.post(one, f"/v1/tickets/{ticket}/notes", {"text": "x"})).status_code == 200
    assert (await world.get(one, f"/v1/tickets/{ticket}")).status_code == 403


async def test_a_scope_never_gives_what_the_role_does_not_have(world: World) -> None:
    narrow = (await made(world, scopes=["read", "tickets", "monitoring", "sell_hours"]))["secret"]
    assert (await world.post(narrow, "/v1/monitors/alertmanager", {"alerts": []})).status_code == 200
    assert (await world.get(narrow, "/v1/staff")).status_code == 403
    assert "sell_hours" not in (await world.get(narrow, "/v1/me")).json()["operations"]


async def test_a_narrowed_key_makes_no_wider_one(world: World) -> None:
    narrow = (await made(world, role="manager", subject="max", organisation=None, scopes=["make_key", "read"]))[
        "secret"
    ]
    for scopes in (None, ["tickets"], ["read", "revoke_key"]):
        refused = await world.post(narrow, "/v1/keys", wanted(scopes=scopes))
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_too_wide")
    assert (await world.post(narrow, "/v1/keys", wanted(scopes=["read_ticket"]))).status_code == 201


async def test_a_key_user_makes_keys_for_herself_and_for_programs_of_her_organisation(world: World) -> None:
    own = await made(world, "client", role="client", subject=None, organisation=None)
    assert (own["key"]["subject"], own["key"]["organisation"]) == ("anna", "acme")
    program = await made(world, "client", subject=None, organisation=None)
    assert (program["key"]["subject"], program["key"]["organisation"]) == ("acme-program", "acme")
    for changes, code in (
        ({"role": "manager"}, "not_yours_to_give"),
        ({"role": "level1"}, "not_yours_to_give"),
        ({"role": "client", "subject": "adam"}, "not_yours_to_give"),
        ({"organisation": "beta"}, "not_your_organisation"),
    ):
        refused = await world.post("client", "/v1/keys", wanted(**changes))
        assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_an_end_user_and_a_program_with_a_clients_key_may_not(world: World) -> None:
    world.key("program", Role.client, "erp", "acme")
    for who in ("beta", "program"):
        refused = await world.post(who, "/v1/keys", wanted(organisation=None))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
        assert "key users and administrators" in refused.json()["detail"]
        assert "make_key" not in (await world.get(who, "/v1/me")).json()["operations"]


async def test_a_changed_role_is_felt_within_seconds(world: World) -> None:
    berta = directory.contact(world.database, "berta")
    assert berta is not None
    assert (await world.get("beta", "/v1/keys")).status_code == 403
    directory.save(world.database, berta.model_copy(update={"role": "administrator"}))
    world.turn(seconds=4)
    assert (await world.get("beta", "/v1/keys")).status_code == 200


async def test_a_client_sees_the_keys_of_its_organisation_only(world: World) -> None:
    theirs = await made(world, organisation="beta")
    ours = await made(world)
    listed = (await world.get("client", "/v1/keys")).json()["items"]
    assert {one["organisation"] for one in listed} == {"acme"}
    assert ours["key"]["id"] in {one["id"] for one in listed}
    assert (await world.get("client", "/v1/keys?organisation=beta")).json()["items"] == []
    for path in (f"/v1/keys/{theirs['key']['id']}", "/v1/keys/none"):
        assert (await world.get("client", path)).json()["code"] == "unknown_key"
        assert (await world.post("client", f"{path}/revocation")).json()["code"] == "unknown_key"


async def test_the_list_has_filters_an_order_and_pages(world: World) -> None:
    names = [(await made(world, name=f"key {number}"))["key"]["id"] for number in range(5)]
    world.turn(days=1)
    last = (await made(world, days=1))["key"]["id"]
    world.turn(days=2)
    assert [one["id"] for one in (await world.get("manager", "/v1/keys?state=expired")).json()["items"]] == [last]
    seen: list[str] = []
    path = "/v1/keys?role=integrator&subject=prom&order=oldest&limit=2"
    while path:
        answer = await world.get("manager", path)
        seen += [one["id"] for one in answer.json()["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == [*sorted(names), last]
    assert (await world.get("manager", "/v1/keys?cursor=junk")).status_code == 422


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": "system"}, "no_such_holder"),
        ({"subject": None}, "holder_missing"),
        ({"role": "client", "organisation": None}, "organisation_missing"),
        ({"organisation": "nobody"}, "invalid"),
        ({"scopes": ["everything"]}, "invalid"),
        ({"scopes": []}, "invalid"),
        ({"days": 0}, "invalid"),
        ({"days": 731}, "key_too_long"),
        ({"name": ""}, "invalid"),
    ],
)
async def test_what_cannot_be_made_is_refused_with_the_place(world: World, changes: dict[str, Any], code: str) -> None:
    refused = await world.post("manager", "/v1/keys", wanted(**changes))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"].startswith("/")


async def test_revoking_a_key_ends_the_sessions_that_it_began(world: World) -> None:
    new = await made(world, role="level1", subject="bob", organisation=None)
    async with browser(world) as visitor:
        await enter(visitor, new["secret"])
        assert (await visitor.get("/v1/me")).status_code == 200
        await world.post("manager", f"/v1/keys/{new['key']['id']}/revocation")
        world.turn(seconds=4)
        assert (await visitor.get("/v1/me")).status_code == 401


def test_a_bundle_names_operations_that_there_are() -> None:
    from api.access.permissions import PERMISSIONS

    for _, operations in BUNDLES.values():
        assert operations <= set(PERMISSIONS)
        assert len(operations) > 3
    assert len(keys.PREFIX) == 4
