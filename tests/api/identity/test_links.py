"""Links in mails: one answer for everybody, one sign-in for each link, and none by opening it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import pytest

from api.access.browser import COOKIE
from runtime.links import link_secret
from store import outbox, routing, sessions, sign_in_links
from store.outbox import Waiting
from tests.api.conftest import World


def browser(world: World) -> httpx.AsyncClient:
    """A browser in which nobody is signed in."""
    transport = httpx.ASGITransport(world.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://escalade", headers={"Accept": "text/html"})


def waiting(world: World) -> list[Waiting]:
    """The sign-in mails that would go out now, as delivery finds them."""
    routing.route(world.database, world.now)
    return [one for one in outbox.due(world.database, world.now) if one.message.template == "sign_in_link"]


def secret_of(world: World, mail: Waiting) -> str:
    return link_secret(world.app.state.settings, mail.message.data["link"])


async def asked(world: World, visitor: httpx.AsyncClient, email: str = "anna@acme.example", next: str = "/") -> str:
    """Asks for a link in that browser; its address."""
    answer = await visitor.post("/sign-in/link", data={"email": email, "next": next})
    assert (answer.status_code, answer.headers["Location"].split("&")[0]) == (303, "/sign-in?sent=1")
    return f"/sign-in/link/{secret_of(world, waiting(world)[-1])}"


async def test_a_link_leads_from_the_address_to_the_page_that_was_wanted(world: World) -> None:
    async with browser(world) as visitor:
        address = await asked(world, visitor, "Anna@ACME.example ", next="/v1/me")
        shown = await visitor.get(address)
        assert shown.status_code == 200
        assert "Sign in as Anna" in shown.text
        assert "checkbox" not in shown.text
        entered = await visitor.post(address)
        assert (entered.status_code, entered.headers["Location"]) == (303, "/v1/me")
        me = (await visitor.get("/v1/me")).json()
        assert (me["id"], me["organisation"], me["way"], me["language"]) == ("anna", "acme", "link", "fr")


async def test_staff_is_sent_a_link_too(world: World) -> None:
    async with browser(world) as visitor:
        entered = await visitor.post(await asked(world, visitor, "max@support.example"))
        assert entered.headers["Location"] == "/board"
        assert (await visitor.get("/v1/me")).json()["role"] == "manager"


async def test_opening_a_link_signs_nobody_in_and_does_not_use_it_up(world: World) -> None:
    async with browser(world) as visitor, browser(world) as scanner:
        address = await asked(world, visitor)
        for _ in range(3):
            assert COOKIE not in (await scanner.get(address)).headers.get("Set-Cookie", "")
        assert (await scanner.get("/v1/me")).status_code == 401
        assert (await visitor.post(address)).status_code == 303


async def test_a_link_works_once(world: World) -> None:
    async with browser(world) as visitor, browser(world) as other:
        address = await asked(world, visitor)
        assert (await visitor.post(address)).status_code == 303
        again = await other.post(address, data={"confirmed": "yes"})
        assert again.status_code == 410
        assert "does not work any more" in again.text
        assert (await other.get("/v1/me")).status_code == 401


async def test_of_many_who_use_a_link_at_once_one_gets_in(world: World) -> None:
    async with browser(world) as visitor:
        address = await asked(world, visitor)
        others = [browser(world) for _ in range(12)]
        answers = await asyncio.gather(*(one.post(address, data={"confirmed": "yes"}) for one in others))
        assert sorted(one.status_code for one in answers) == [303] + [410] * 11
        assert len(sessions.of_subject(world.database, "anna", world.now)) == 1
        for one in others:
            await one.aclose()


async def test_a_link_lasts_a_quarter_of_an_hour(world: World) -> None:
    async with browser(world) as visitor:
        address = await asked(world, visitor)
        world.turn(minutes=15)
        assert (await visitor.get(address)).status_code == 410
        assert (await visitor.post(address)).status_code == 410


async def test_another_browser_has_to_confirm_who_it_is(world: World) -> None:
    async with browser(world) as visitor, browser(world) as other:
        address = await asked(world, visitor)
        shown = await other.get(address)
        assert "not asked for in this browser" in shown.text
        refused = await other.post(address)
        assert (refused.status_code, "confirm who you are" in refused.text) == (422, True)
        assert (await other.post(address, data={"confirmed": "yes"})).status_code == 303


async def test_a_foreign_page_cannot_press_the_button(world: World) -> None:
    async with browser(world) as visitor:
        address = await asked(world, visitor)
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert (await visitor.post(address, headers=foreign)).status_code == 403
        posted = await visitor.post("/sign-in/link", data={"email": "max@support.example"}, headers=foreign)
        assert posted.status_code == 403


async def test_a_known_and_an_unknown_address_are_told_the_same(world: World) -> None:
    told = []
    for email in ("anna@acme.example", "nobody@acme.example", "not an address", ""):
        async with browser(world) as visitor:
            answer = await visitor.post("/sign-in/link", data={"email": email})
            cookie = SimpleCookie(answer.headers["Set-Cookie"])["escalade_asked"]
            told.append((answer.status_code, answer.headers["Location"], answer.text, dict(cookie), len(cookie.value)))
    assert all(one == told[0] for one in told)
    assert [one.message.to.id for one in waiting(world)] == ["anna"]


async def test_what_differs_for_a_known_address_happens_after_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.identity import by_link

    answered: list[str] = []

    def put(*_: object) -> bool:
        answered.append("looked the address up")
        return False

    monkeypatch.setattr(by_link, "_put", put)
    transport = httpx.ASGITransport(world.app)
    messages: list[str] = []

    async def watched(scope: object, receive: object, send: object) -> None:
        async def noted(message: dict[str, object]) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                messages.append("answered" if not answered else "too late")
            await send(message)  # type: ignore[operator]

        await world.app(scope, receive, noted)  # type: ignore[arg-type]

    transport.app = watched  # type: ignore[assignment]
    async with httpx.AsyncClient(transport=transport, base_url="http://escalade") as visitor:
        await visitor.post("/sign-in/link", data={"email": "anna@acme.example"})
    assert (messages, answered) == (["answered"], ["looked the address up"])


async def test_no_message_and_no_row_holds_what_opens_the_link(world: World) -> None:
    async with browser(world) as visitor:
        address = await asked(world, visitor)
    secret = address.rsplit("/", 1)[1]
    assert secret not in waiting(world)[0].message.model_dump_json()
    link = sign_in_links.find(world.database, secret, world.now)
    assert link is not None
    assert secret not in link.model_dump_json()


async def test_the_mail_leads_to_the_link(world: World) -> None:
    from activities.texts import Texts
    from runtime.links import link_address

    async with browser(world) as visitor:
        address = await asked(world, visitor)
    settings = world.app.state.settings
    mail = Texts(link=lambda id: link_address(settings, id)).render(waiting(world)[0].message)
    assert mail.language == "fr"
    assert f"{settings.pages_url}{address}" in mail.text.splitlines()


async def test_signing_in_gives_a_new_session_and_ends_the_one_that_was_planted(world: World) -> None:
    planted, old = sessions.begin(
        world.database, subject="berta", role=sessions.Role.client, organisation="beta", name="Berta", language="en",
        way="link", now=world.now,
    )  # fmt: skip
    async with browser(world) as visitor:
        address = await asked(world, visitor)
        visitor.cookies.set(COOKIE, planted, domain="escalade.local")
        entered = await visitor.post(address)
        fresh = SimpleCookie(entered.headers.get_list("Set-Cookie")[0])[COOKIE]
        assert fresh.value != planted
        assert (fresh["httponly"], fresh["samesite"], fresh["path"]) == (True, "lax", "/")
    assert sessions.find(world.database, planted, world.now + timedelta(seconds=1)) is None
    assert old.subject == "berta"


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0d\n", "javascript:x"]
)
async def test_nobody_is_led_elsewhere(world: World, next: str) -> None:
    async with browser(world) as visitor:
        entered = await visitor.post(await asked(world, visitor, next=next))
        assert entered.headers["Location"] == "/portal"
        assert (await visitor.get("/sign-in", params={"next": next})).headers["Location"] == "/portal"
