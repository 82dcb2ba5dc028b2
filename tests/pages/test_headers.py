"""What a browser is told it may do with our answers, and what a foreign page cannot have it do."""

from __future__ import annotations

import hashlib

import pytest

from api.access.browser import COOKIE, HEADER
from api.pages.assets import FOLDER, VENDORED, asset
from domain.words import Role
from store import sessions
from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]

DIGESTS = {
    "htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
    "pico.min.css": "fbc9a63fc9fc9f72d12fd7fc9806e11fa9f77ae4f9cad146b27003a1119ba3db",
}


def test_the_vendored_files_are_as_their_publishers_made_them() -> None:
    assert set(DIGESTS) == set(VENDORED)
    for name, digest in DIGESTS.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


async def test_an_asset_is_kept_for_good_under_its_digest_only(world: World) -> None:
    kept = await world.get(None, asset("escalade.css"))
    assert "immutable" in kept.headers["Cache-Control"]
    assert (await world.get(None, "/static/escalade.css")).headers["Cache-Control"] == "no-cache"


async def test_a_browser_finds_an_icon_where_it_looks_by_itself(world: World) -> None:
    icon = await world.get(None, "/favicon.ico")
    assert icon.status_code == 200
    assert icon.content.startswith(b"\0\0\1\0")


@pytest.mark.parametrize("path", ["/", "/v1/me", "/health/live", "/nothing"])
async def test_every_answer_forbids_scripts_from_elsewhere_and_frames(world: World, path: str) -> None:
    headers = (await world.get(None, path)).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


async def test_a_visitor_is_led_to_the_sign_in_and_a_machine_is_told_401(world: World) -> None:
    person = await world.get(None, "/nothing?x=1", headers={"Accept": "text/html"})
    assert person.status_code == 404
    assert "There is nothing here" in person.text
    home = await world.get(None, "/", headers={"Accept": "text/html"})
    assert (home.status_code, home.headers["Location"]) == (303, "/sign-in")
    assert (await world.get(None, "/v1/me", headers={"Accept": "text/html"})).status_code == 401


async def test_a_session_reads_and_posts_with_its_token_only(world: World) -> None:
    ticket = await world.open()
    async with world.browser("client") as browser:
        assert (await browser.get("/v1/me")).json()["id"] == "anna"
        good = await browser.post(f"/v1/tickets/{ticket}/comments", json={"text": "From the browser."})
        assert good.status_code == 200
        without = await browser.post(f"/v1/tickets/{ticket}/comments", json={"text": "x"}, headers={HEADER: "guessed"})
        assert (without.status_code, without.json()["code"]) == (403, "page_too_old")


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_a_foreign_page_cannot_have_the_browser_post_even_with_the_token(
    world: World, headers: dict[str, str]
) -> None:
    ticket = await world.open()
    async with world.browser("client") as browser:
        refused = await browser.post(f"/v1/tickets/{ticket}/comments", json={"text": "x"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_page")
        assert (await browser.post("/language", data={"language": "fr"}, headers=headers)).status_code == 403


async def test_signing_out_ends_the_session_at_once(world: World) -> None:
    async with world.browser("level1") as browser:
        assert (await browser.get("/v1/me")).status_code == 200
        left = await browser.post("/sign-out")
        assert (left.status_code, left.headers["Location"]) == (303, "/sign-in")
        assert f'{COOKIE}=""' in left.headers["Set-Cookie"]
        assert (await browser.get("/v1/me")).status_code == 401


async def test_a_session_ends_by_rest_and_by_age(world: World) -> None:
    async with world.browser("level1") as browser:
        world.turn(hours=3)
        assert (await browser.get("/v1/me")).status_code == 200
        world.turn(hours=3)
        assert (await browser.get("/v1/me")).status_code == 200
        world.turn(hours=4)
        assert (await browser.get("/v1/me")).status_code == 401
    async with world.browser("level1") as browser:
        for _ in range(4):
            world.turn(hours=3)
            last = (await browser.get("/v1/me")).status_code
        assert last == 401


async def test_the_chosen_language_stays_and_leads_back_to_our_own_pages_only(world: World) -> None:
    async with world.browser("client") as browser:
        chosen = await browser.post("/language", data={"language": "fr", "next": "/nothing"})
        assert (chosen.status_code, chosen.headers["Location"]) == (303, "/nothing")
        assert "escalade_language=fr" in chosen.headers["Set-Cookie"]
        for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nX: y"):
            led = await browser.post("/language", data={"language": "fr", "next": foreign})
            assert led.headers["Location"] == "/"


async def test_a_clients_session_needs_its_organisation(world: World) -> None:
    with pytest.raises(ValueError, match="organisation"):
        sessions.begin(
            world.database, subject="anna", role=Role.client, organisation=None, name="A", language="en", way="link",
            now=world.now,
        )  # fmt: skip
