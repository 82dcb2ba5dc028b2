"""Signing in by OpenID Connect, against a real provider: who gets in as whom, and whatever does not fit is refused."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api.access.browser import COOKIE
from api.identity.provider_client import ProviderClient
from domain.words import Level, Role
from runtime.settings import Settings
from store import directory, identities, sessions
from store.database import Database
from store.tables import contacts
from tests.api.conftest import World
from tests.api.identity.provider import CLIENT, back, change, provider, query, sign_in, there
from tests.api.identity.test_links import browser, waiting


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture
async def world(database: Database, tmp_path: Path, issuer: str) -> AsyncIterator[World]:
    async with opened(database, tmp_path, issuer) as made:
        yield made


class opened:
    """A world whose clock is the provider's."""

    def __init__(self, database: Database, home: Path, issuer: str, **more: Any) -> None:
        settings = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": "s", **more}
        self.world = World(database, Settings(home=home, **settings))
        self.world.now = datetime.now(UTC)

    async def __aenter__(self) -> World:
        return self.world

    async def __aexit__(self, *_: object) -> None:
        await self.world.http.aclose()


async def me(visitor: httpx.AsyncClient) -> dict[str, Any]:
    answer = await visitor.get("/v1/me", headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_contact_is_known_by_its_verified_address_and_goes_where_it_wanted(world: World) -> None:
    async with browser(world) as visitor:
        assert "Single sign-on" in (await visitor.get("/sign-in")).text
        entered = await sign_in(visitor, "u-anna", next="/portal/tickets/X")
        assert (entered.status_code, entered.headers["Location"]) == (303, "/portal/tickets/X")
        found = await me(visitor)
    assert (found["id"], found["organisation"], found["contact_role"], found["way"]) == (
        "anna", "acme", "key_user", "oidc",
    )  # fmt: skip
    contact = directory.contact(world.database, "anna")
    assert contact is not None
    assert (contact.name, contact.email, contact.language) == ("Anna Berg", "anna@acme.example", "fr")


async def test_a_new_client_is_entered_and_known_again(world: World) -> None:
    for _ in range(2):
        async with browser(world) as visitor:
            await sign_in(visitor, "u-new")
            found = await me(visitor)
            assert (found["id"], found["organisation"], found["contact_role"]) == ("noe.petit@acme", "acme", "key_user")
    entered = [one for one in directory.contacts(world.database, "acme") if one.email == "noe@acme.example"]
    assert [(one.id, one.name, one.language) for one in entered] == [("noe.petit@acme", "Noé Petit", "fr")]


async def test_an_address_that_is_not_verified_makes_nobody_somebody_else(world: World) -> None:
    async with browser(world) as visitor:
        await sign_in(visitor, "u-posing")
        found = await me(visitor)
    assert found["id"] not in ("anna", "adam")
    entered = directory.contact(world.database, found["id"])
    assert entered is not None
    assert (entered.email, entered.role) == (None, "end_user")
    anna = directory.contact(world.database, "anna")
    assert anna is not None
    assert anna.name == "Anna"


@pytest.mark.parametrize(
    ("sub", "id", "role", "level", "group"),
    [
        ("u-bob", "bob", Role.level1, Level.support, None),
        ("u-clara", "clara", Role.consultant, Level.consulting, "finance"),
        ("u-max", "max", Role.manager, None, None),
    ],
)
async def test_staff_has_the_role_of_its_strongest_group(
    world: World, sub: str, id: str, role: Role, level: Level | None, group: str | None
) -> None:
    async with browser(world) as visitor:
        assert (await sign_in(visitor, sub, next="/")).headers["Location"] == "/board"
        assert (await me(visitor))["role"] == role
    member = directory.member(world.database, id)
    assert member is not None
    assert (member.role, member.level, member.group) == (role, level, group)


async def test_operations_sign_in_without_becoming_somebody_who_gets_tickets(world: World) -> None:
    async with browser(world) as visitor:
        await sign_in(visitor, "u-olaf")
        assert (await me(visitor))["id"] == "olaf.night"
    assert directory.member(world.database, "olaf.night") is None


@pytest.mark.parametrize(
    ("sub", "words"),
    [
        ("u-nobody", "none of your groups opens anything here"),
        ("u-two", "name several organisations"),
        ("u-lost", "an organisation that is not known here"),
    ],
)
async def test_whoever_has_no_place_here_is_told_why(world: World, sub: str, words: str) -> None:
    async with browser(world) as visitor:
        refused = await sign_in(visitor, sub)
        assert (refused.status_code, words in refused.text) == (403, True)
        assert COOKIE not in visitor.cookies


async def test_a_group_that_was_taken_away_ends_access_at_the_next_sign_in(world: World, issuer: str) -> None:
    async with browser(world) as visitor, browser(world) as again:
        await sign_in(visitor, "u-bob")
        assert (await me(visitor))["role"] == "level1"
        change(issuer, "u-bob", groups=[])
        try:
            assert (await sign_in(again, "u-bob")).status_code == 403
        finally:
            change(issuer, "u-bob")
        world.turn(seconds=4)
        assert (await visitor.get("/v1/me")).status_code == 401
    assert sessions.of_subject(world.database, "bob", world.now) == []


async def test_a_role_that_changed_ends_the_sessions_of_the_old_one(world: World, issuer: str) -> None:
    async with browser(world) as visitor, browser(world) as again:
        await sign_in(visitor, "u-bob")
        change(issuer, "u-bob", groups=["managers"])
        try:
            await sign_in(again, "u-bob")
        finally:
            change(issuer, "u-bob")
        world.turn(seconds=4)
        assert (await visitor.get("/v1/me")).status_code == 401
        assert (await me(again))["role"] == "manager"


async def test_a_contact_that_was_deactivated_does_not_come_back_by_its_provider(world: World) -> None:
    with world.database.begin() as connection:
        connection.execute(update(contacts).where(contacts.c.id == "anna").values(deactivated_at=world.now))
    async with browser(world) as visitor:
        refused = await sign_in(visitor, "u-anna")
        assert (refused.status_code, "access was taken away" in refused.text) == (403, True)
    assert [one.id for one in directory.contacts(world.database, "acme")] == ["adam"]


async def test_whoever_came_by_the_provider_is_sent_no_link_by_mail(world: World) -> None:
    async with browser(world) as visitor:
        await sign_in(visitor, "u-anna")
        await visitor.post("/sign-in/link", data={"email": "anna@acme.example"})
        assert waiting(world) == []


async def test_groups_mean_what_the_settings_say_and_nothing_else(
    database: Database, tmp_path: Path, issuer: str
) -> None:
    async with opened(database, tmp_path, issuer, oidc_groups="football=client:gamma") as world:
        async with browser(world) as visitor:
            await sign_in(visitor, "u-nobody")
            assert (await me(visitor))["organisation"] == "gamma"
        async with browser(world) as visitor:
            assert (await sign_in(visitor, "u-max")).status_code == 403


async def test_the_provider_is_asked_with_state_nonce_and_a_challenge_that_the_verifier_answers(world: World) -> None:
    seen: list[str] = []

    class Watching(ProviderClient):
        async def exchange(self, code: str, verifier: str, redirect_uri: str, now: datetime) -> dict[str, Any]:
            seen.append(verifier)
            return await super().exchange(code, verifier, redirect_uri, now)

    clients = world.app.state.providers
    clients["sso"] = Watching(clients["sso"].provider)
    async with browser(world) as visitor:
        address = await there(visitor)
        asked = query(address)
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile email")
        assert min(len(asked["state"]), len(asked["nonce"])) >= 32
        await visitor.get(back(address, "u-anna"))
    digest = base64.urlsafe_b64encode(hashlib.sha256(seen[0].encode()).digest()).decode().rstrip("=")
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (digest, "S256")


def stale(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and "not begun in this browser" in answer.text


async def test_a_state_that_was_tampered_with_or_comes_from_elsewhere_is_refused(world: World) -> None:
    async with browser(world) as visitor, browser(world) as other:
        path = back(await there(visitor), "u-anna")
        assert stale(await other.get(path))
        assert stale(await visitor.get(path.replace("state=", "state=x")))
        assert stale(await visitor.get(path.split("&state=")[0]))
        assert COOKIE not in visitor.cookies


async def test_a_sign_in_ends_once_and_a_code_is_worth_something_once(world: World) -> None:
    async with browser(world) as visitor:
        path = back(await there(visitor), "u-anna")
        assert (await visitor.get(path)).status_code == 303
        assert stale(await visitor.get(path))
    async with browser(world) as thief:
        mine = await there(thief)
        stolen = f"/sign-in/back/sso?state={query(mine)['state']}&code={query(path)['code']}"
        refused = await thief.get(stolen)
        assert (refused.status_code, "did not let you in" in refused.text) == (403, True)


async def test_a_sign_in_that_takes_too_long_begins_again(world: World) -> None:
    async with browser(world) as visitor:
        path = back(await there(visitor), "u-anna")
        world.turn(minutes=10)
        assert stale(await visitor.get(path))


async def test_a_token_for_another_nonce_is_refused(world: World) -> None:
    async with browser(world) as visitor:
        address = await there(visitor)
        refused = await visitor.get(back(address.replace("nonce=", "nonce=x"), "u-anna"))
        assert (refused.status_code, "cannot be trusted" in refused.text) == (403, True)


async def test_a_token_that_ran_out_is_refused(database: Database, tmp_path: Path) -> None:
    with provider(lasts=timedelta(seconds=1)) as address:
        async with opened(database, tmp_path, address) as world, browser(world) as visitor:
            path = back(await there(visitor), "u-anna")
            world.turn(minutes=2)
            refused = await visitor.get(path)
            assert (refused.status_code, "cannot be trusted" in refused.text) == (403, True)


def part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def unsigned(token: str) -> str:
    return f"{part({'alg': 'none'})}.{token.split('.')[1]}."


def of_another(token: str) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "==="))
    return f"{head}.{part({**claims, 'sub': 'u-max'})}.{signature}"


@pytest.mark.parametrize("tampered", [unsigned, of_another, lambda _: "", lambda _: "a.b.c", lambda token: token[:-9]])
async def test_a_token_that_its_provider_did_not_sign_so_is_refused(world: World, tampered: Any) -> None:
    class Tampering(ProviderClient):
        async def exchange(self, code: str, verifier: str, redirect_uri: str, now: datetime) -> dict[str, Any]:
            tokens = await super().exchange(code, verifier, redirect_uri, now)
            return {**tokens, "id_token": tampered(tokens["id_token"])}

    clients = world.app.state.providers
    clients["sso"] = Tampering(clients["sso"].provider)
    async with browser(world) as visitor:
        refused = await sign_in(visitor, "u-anna")
        assert (refused.status_code, "cannot be trusted" in refused.text) == (403, True)


async def test_whoever_goes_back_at_the_provider_is_led_to_begin_again(world: World) -> None:
    async with browser(world) as visitor:
        state = query(await there(visitor))["state"]
        refused = await visitor.get(f"/sign-in/back/sso?error=access_denied&state={state}")
        assert (refused.status_code, "Begin again" in refused.text) == (403, True)


async def test_a_provider_that_is_away_says_so_and_nothing_breaks(database: Database, tmp_path: Path) -> None:
    async with opened(database, tmp_path, "http://localhost:9") as world, browser(world) as visitor:
        away = await visitor.get("/sign-in/with/sso")
        assert (away.status_code, "does not answer" in away.text) == (503, True)
        assert (await visitor.get("/sign-in/with/other")).status_code == 404


async def test_signing_out_leads_to_the_providers_own_sign_out(world: World, issuer: str) -> None:
    async with browser(world) as visitor:
        await sign_in(visitor, "u-anna")
        left = await visitor.post("/sign-out")
        assert left.headers["Location"] == "/sign-in?out=sso"
        shown = await visitor.get("/sign-in?out=sso")
        assert "You are signed out." in shown.text
        assert "/sign-out/at/sso" in shown.text
        away = (await visitor.get("/sign-out/at/sso")).headers["Location"]
        assert away.startswith(f"{issuer}/")
        assert query(away)["post_logout_redirect_uri"].endswith("/sign-in")


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def test_tokens_are_kept_nowhere(world: World, tmp_path: Path) -> None:
    tokens: list[str] = []

    class Watching(ProviderClient):
        async def exchange(self, code: str, verifier: str, redirect_uri: str, now: datetime) -> dict[str, Any]:
            given = await super().exchange(code, verifier, redirect_uri, now)
            tokens.extend(str(given[name]) for name in ("id_token", "access_token"))
            return given

    clients = world.app.state.providers
    clients["sso"] = Watching(clients["sso"].provider)
    async with browser(world) as visitor:
        await sign_in(visitor, "u-anna")
        assert len(tokens) == 2
        assert all(token.encode() not in everything(tmp_path) for token in tokens)
        assert all(token not in str(dict(visitor.cookies)) for token in tokens)
    assert identities.of_subject(world.database, "anna")[0].external == "u-anna"
