"""Every refusal leaves a trace, a flood leaves a number, and nobody can be told from it whose address it was."""

from __future__ import annotations

from typing import Any

from api.access.audit import MANY, MOST, Audit
from api.access.browser import HEADER
from domain.words import Role
from store import audit, keys
from tests.api.conftest import World
from tests.api.identity.test_by_key import enter
from tests.api.identity.test_links import asked, browser


async def listed(world: World, query: str = "", who: str = "manager") -> list[dict[str, Any]]:
    answer = await world.get(who, f"/v1/audit?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_each_refusal_is_there_with_who_what_and_why(world: World) -> None:
    ticket = await world.open()
    await world.get(None, f"/v1/tickets/{ticket}")
    await world.get("esk_guessed", f"/v1/tickets/{ticket}")
    await world.post("client", f"/v1/tickets/{ticket}/notes", {"text": "x"})
    async with world.browser("level1") as visitor:
        await visitor.post(f"/v1/tickets/{ticket}/notes", json={"text": "x"}, headers={HEADER: "guessed"})
        await visitor.post("/v1/keys", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    told = {(one["operation"], one["code"], one["subject"], one["count"]) for one in await listed(world)}
    assert told == {
        ("read_ticket", "unauthorised", None, 2),
        ("note", "not_permitted", "anna", 1),
        ("note", "page_too_old", "bob", 1),
        ("make_key", "foreign_page", "bob", 1),
    }


async def test_coming_going_and_keys_are_there(world: World) -> None:
    async with browser(world) as visitor:
        await visitor.post(await asked(world, visitor))
        await visitor.post("/sign-out")
    async with browser(world) as visitor:
        await enter(visitor, "esk_wrong")
    body = {"name": "x", "role": "level1", "subject": "bob"}
    ident = (await world.post("manager", "/v1/keys", body)).json()["key"]["id"]
    await world.post("manager", f"/v1/keys/{ident}/revocation")
    told = [
        (one["operation"], one["outcome"], one["subject"], one["about"], one["code"]) for one in await listed(world)
    ]
    assert sorted(told, key=str) == sorted(
        [
            ("sign_in", "done", "anna", "link", None),
            ("sign_out", "done", "anna", None, None),
            ("sign_in_by_key", "refused", None, None, "key_unknown"),
            ("make_key", "done", "max", ident, None),
            ("revoke_key", "done", "max", ident, None),
        ],
        key=str,
    )


async def test_a_flood_is_a_number_not_a_row_each(world: World) -> None:
    for _ in range(150):
        await world.get(None, "/v1/tickets")
    entries = await listed(world, "code=unauthorised")
    assert [one["count"] for one in entries] == [150]
    world.turn(minutes=1)
    await world.get(None, "/v1/tickets")
    assert [one["count"] for one in await listed(world, "code=unauthorised")] == [1, 150]


async def test_a_flood_from_everywhere_is_bounded(world: World) -> None:
    pen: Audit = world.app.state.audit
    from starlette.requests import Request

    for number in range(MOST + 500):
        scope = {
            "type": "http", "app": world.app, "headers": [], "state": {},
            "client": (f"10.{number // 250}.{number % 250}.1", 1),
        }  # fmt: skip
        pen.refused(Request(scope), "unauthorised", world.now, "read_ticket")
    await pen.flush()
    many = await listed(world, f"operation={MANY}")
    assert [(one["count"], one["origin"]) for one in many] == [(500, None)]


async def test_processes_that_count_the_same_refusal_add_up(world: World) -> None:
    await world.get(None, "/v1/tickets")
    other = World(world.database, world.app.state.settings)
    await other.get(None, "/v1/tickets")
    await other.app.state.audit.flush()
    assert [one["count"] for one in await listed(world)] == [2]
    await other.http.aclose()


async def test_the_list_has_filters_an_order_and_pages(world: World) -> None:
    for _ in range(5):
        await world.get(None, "/v1/tickets")
        world.turn(minutes=1)
    seen: list[str] = []
    path = "/v1/audit?operation=list_tickets&outcome=refused&order=oldest&limit=2"
    while path:
        answer = await world.get("operations", path)
        seen += [one["at"] for one in answer.json()["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert len(seen) == 5
    assert seen == sorted(seen)
    assert len(await listed(world, f"from_at={seen[1]}&to_at={seen[3]}")) == 2
    assert await listed(world, "subject=anna") == []


async def test_an_origin_is_a_network_and_no_address(world: World) -> None:
    await world.get(None, "/v1/tickets")
    assert [one["origin"] for one in await listed(world)] == ["127.0.0.0/24"]


async def test_a_visitor_who_is_led_to_the_sign_in_was_refused_nothing(world: World) -> None:
    async with browser(world) as visitor:
        assert (await visitor.get("/account")).status_code == 303
    assert await listed(world) == []


async def test_what_is_older_than_its_days_is_forgotten(world: World) -> None:
    from datetime import timedelta

    from api.tidying import tidy

    await world.get(None, "/v1/tickets")
    await world.app.state.audit.flush()
    settings = world.app.state.settings
    tidy(world.database, settings, world.now + timedelta(days=settings.audit_days - 1))
    assert len(audit.find(world.database, audit.AuditFilter())[0]) == 1
    tidy(world.database, settings, world.now + timedelta(days=settings.audit_days + 1))
    assert audit.find(world.database, audit.AuditFilter())[0] == []
    assert keys.create(world.database, role=Role.manager, subject="max", now=world.now)
