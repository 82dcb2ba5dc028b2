"""Signing in with a key, where that is switched on."""

from __future__ import annotations

from pathlib import Path

import httpx

from domain.words import Role
from runtime.settings import Settings
from store import keys
from store.database import Database
from tests.api.conftest import DAY, World
from tests.api.identity.test_links import browser


async def enter(visitor: httpx.AsyncClient, key: str) -> httpx.Response:
    return await visitor.post("/sign-in/key", data={"key": key, "next": "/v1/me"})


async def test_a_key_signs_in_whoever_holds_it(world: World) -> None:
    async with browser(world) as visitor:
        assert 'type="password"' in (await visitor.get("/sign-in")).text
        assert (await enter(visitor, world.keys["manager"])).headers["Location"] == "/v1/me"
        me = (await visitor.get("/v1/me")).json()
        assert (me["id"], me["role"], me["name"], me["way"]) == ("max", "manager", "Max", "key")


async def test_a_bad_key_is_told_so_on_the_page(world: World) -> None:
    async with browser(world) as visitor:
        for bad in ("", "esk_guessed", "x" * 200):
            answer = await enter(visitor, bad)
            assert (answer.status_code, "does not open anything" in answer.text) == (401, True)


async def test_a_key_for_a_program_opens_no_page(world: World) -> None:
    secret, _ = keys.create(world.database, role=Role.manager, subject="max", now=world.now, scopes=["read"])
    async with browser(world) as visitor:
        answer = await enter(visitor, secret)
        assert (answer.status_code, "made for a program" in answer.text) == (403, True)


async def test_the_session_ends_when_its_key_does(world: World) -> None:
    secret, _ = keys.create(
        world.database, role=Role.manager, subject="max", now=world.now, expires_at=world.now + DAY / 24
    )
    async with browser(world) as visitor:
        await enter(visitor, secret)
        world.turn(minutes=59)
        assert (await visitor.get("/v1/me")).status_code == 200
        world.turn(minutes=1)
        assert (await visitor.get("/v1/me")).status_code == 401


async def test_where_it_is_switched_off_there_is_no_such_door(database: Database, tmp_path: Path) -> None:
    made = World(database, Settings(home=tmp_path, key_sign_in=False, sign_in_links=False))
    async with made.http, browser(made) as visitor:
        shown = (await visitor.get("/sign-in")).text
        assert "password" not in shown
        assert "no way to sign in is configured" in shown
        assert (await enter(visitor, made.keys["manager"])).status_code == 404
        assert (await visitor.post("/sign-in/link", data={"email": "anna@acme.example"})).status_code == 404


async def test_cookies_travel_over_https_only_where_people_come_by_https(database: Database, tmp_path: Path) -> None:
    made = World(database, Settings(home=tmp_path, public_url="https://support.example"))
    async with made.http, browser(made) as visitor:
        entered = await enter(visitor, made.keys["manager"])
        asked = await visitor.post("/sign-in/link", data={"email": "x@y.example"})
        for answer in (entered, asked):
            for cookie in answer.headers.get_list("Set-Cookie"):
                assert {"secure", "httponly", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
