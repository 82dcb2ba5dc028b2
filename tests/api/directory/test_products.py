"""The lists of products and of refused requests: their bounds, filters and cursors; nothing bad gives 500."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import World, filing


async def refuse(world: World, number: int) -> None:
    """A request in a language that trackforce does not serve."""
    body = filing(language="de", subject=f"Number {number}")
    answer = await world.post("client", "/v1/tickets", body, key=f"refused-{number}")
    assert (answer.status_code, answer.json()["code"]) == (422, "language_not_served")


async def test_refused_requests_are_listed_by_pages_and_filtered(world: World) -> None:
    for number in range(3):
        await refuse(world, number)
        world.turn(minutes=1)
    await refuse(world, 1)  # sent again, it is the same one

    async def listed(who: str = "level1", **wanted: Any) -> tuple[list[str], str | None]:
        answer = await world.get(who, "/v1/refused-requests", params=wanted)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert ("Link" in answer.headers) is ("next" in page)
        return [one["subject"] for one in page["items"]], page.get("next")

    first, following = await listed(limit=2)
    assert first == ["Number 2", "Number 1"]
    assert await listed(limit=2, cursor=following) == (["Number 0"], None)
    assert (await listed(order="oldest"))[0] == ["Number 0", "Number 1", "Number 2"]
    assert (await listed(code="referred"))[0] == []
    assert (await listed(organisation="beta"))[0] == []
    assert (await listed(from_at=(world.now).isoformat()))[0] == []


@pytest.mark.parametrize(
    "query", [{"cursor": "?"}, {"limit": 0}, {"organisation": "\0"}, {"code": "A B"}, {"order": "x"}, {"from_at": "x"}]
)
async def test_a_query_that_cannot_be_meant_is_refused(world: World, query: dict[str, Any]) -> None:
    assert (await world.get("level1", "/v1/refused-requests", params=query)).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"product": "gates"},
        {"product": "", "version": "1"},
        {"product": "gates", "version": "1", "stage": "alpha"},
        {"product": "gates", "version": "a\0b"},
        {"product": "gates", "version": "1", "rank": 0},
        {"product": "gates", "version": "1", "released_at": "2026-03-02"},
        {"product": "gates", "version": "1", "end_of_life_at": "2020-01-01T00:00:00Z"},
    ],
)
async def test_a_version_that_cannot_be_is_refused(world: World, body: dict[str, Any]) -> None:
    assert (await world.post("rnd", "/v1/products", body)).status_code == 422


async def test_a_client_reads_its_own_products_only(world: World) -> None:
    own = await world.get("beta", "/v1/organisations/beta/products")
    assert [one["serial"] for one in own.json()["items"]] == ["P-1"]
    for strange in ("acme", "nobody"):
        answer = await world.get("beta", f"/v1/organisations/{strange}/products")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_organisation")
    again = await world.post("level1", "/v1/organisations/beta/products", {"product": "printer", "serial": "P-1"})
    assert again.status_code == 200
    nobody = await world.post("level1", "/v1/organisations/nobody/products", {"product": "printer", "serial": "P-1"})
    assert nobody.status_code == 404


async def test_a_registration_is_taken_back_once_and_by_staff_only(world: World) -> None:
    address, which = "/v1/organisations/beta/products", {"product": "printer", "serial": "P-1"}

    async def withdraw(who: str, **changes: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {world.keys[who]}"}
        answer = await world.http.delete(address, params={**which, **changes}, headers=headers)
        return answer.status_code, answer.json()["code"] if answer.content else ""

    assert await withdraw("beta") == (403, "not_permitted")
    assert await withdraw("level1", serial="P-2") == (404, "unknown_registration")
    assert await withdraw("level1", serial="") == (422, "invalid")
    assert await withdraw("level1") == (204, "")
    assert await withdraw("level1") == (404, "unknown_registration")
    assert (await world.get("beta", address)).json()["items"] == []
    again = await world.post("level1", address, which)
    assert again.status_code == 201


async def test_contracts_that_differ_in_more_than_cover_are_not_chosen_between(world: World) -> None:
    answer = await world.post("level1", "/v1/tickets", filing(organisation="beta"))
    assert (answer.status_code, answer.json()["code"]) == (422, "several_contracts")
