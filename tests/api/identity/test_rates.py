"""Who asks too much waits: over all API processes, and without a write for each request."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import parse

from api.access.rates import Rates, _weighed
from api.http.problems import Problem
from runtime.settings import Settings
from store import rates
from store.database import Database
from tests.api.conftest import World
from tests.api.identity.test_by_key import enter
from tests.api.identity.test_links import browser, waiting
from tests.factories import MONDAY


async def tried(counter: Rates, times: int, now: datetime, setting: str = "10/minute") -> int:
    """How many of so many requests were allowed."""
    allowed = 0
    for _ in range(times):
        try:
            counter.allow("requests", "anna", setting, now)
            allowed += 1
        except Problem:
            continue
    return allowed


async def test_a_limit_lets_so_many_through_and_then_says_when_to_come_again(database: Database) -> None:
    counter = Rates(database)
    assert await tried(counter, 25, MONDAY) == 10
    with pytest.raises(Problem) as refused:
        counter.allow("requests", "anna", "10/minute", MONDAY)
    assert refused.value.status == 429
    assert refused.value.headers["Retry-After"] == "60"
    assert refused.value.headers["RateLimit-Policy"] == '"requests";q=10;w=60'
    assert refused.value.headers["RateLimit"] == '"requests";r=0;t=60'
    counter.allow("requests", "berta", "10/minute", MONDAY)


async def test_the_window_slides(database: Database) -> None:
    counter = Rates(database)
    assert await tried(counter, 10, MONDAY + timedelta(seconds=59)) == 10
    # Half of the window before still counts half a minute later.
    assert await tried(counter, 10, MONDAY + timedelta(seconds=90)) == 5
    assert await tried(counter, 10, MONDAY + timedelta(minutes=5)) == 10


async def test_processes_share_what_they_counted(database: Database) -> None:
    one, other = Rates(database), Rates(database)
    assert await tried(one, 6, MONDAY) == 6
    await one.share(MONDAY)
    other.allow("requests", "anna", "10/minute", MONDAY)
    await other.share(MONDAY)
    assert await tried(other, 10, MONDAY) == 3
    await other.share(MONDAY)
    one.allow("requests", "berta", "10/minute", MONDAY)
    with pytest.raises(Problem):
        for _ in range(5):
            one.allow("requests", "anna", "10/minute", MONDAY)


async def test_a_thousand_requests_cost_one_write(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    real = rates.add

    def counted(*given: object) -> object:
        written.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rates, "add", counted)
    counter = Rates(database)
    for number in range(1_000):
        counter.allow("requests", f"person {number % 7}", "10000/minute", MONDAY)
    assert written == []
    await counter.share(MONDAY)
    assert len(written) == 1


async def test_attempts_are_counted_at_once_and_a_flood_of_them_costs_no_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Rates(database), Rates(database)
    for counter in (one, other, one):
        await counter.attempt("sign-ins", "net", "3/minute", MONDAY)
    for counter in (one, other):
        with pytest.raises(Problem):
            await counter.attempt("sign-ins", "net", "3/minute", MONDAY)
    monkeypatch.setattr(rates, "add", lambda *_: pytest.fail("wrote although it knew"))
    for _ in range(50):
        with pytest.raises(Problem):
            await one.attempt("sign-ins", "net", "3/minute", MONDAY)


async def test_what_is_over_is_forgotten(database: Database) -> None:
    counter = Rates(database)
    counter.allow("requests", "anna", "10/minute", MONDAY)
    await counter.share(MONDAY)
    assert rates.forget(database, MONDAY + timedelta(seconds=119)) == 0
    assert rates.forget(database, MONDAY + timedelta(minutes=2)) == 1


@settings(max_examples=60, deadline=None)
@given(here=st.integers(0, 1_000), before=st.integers(0, 1_000), second=st.floats(0, 59.9))
def test_the_count_lies_between_this_window_and_both(here: int, before: int, second: float) -> None:
    count = _weighed(here, before, parse("10/minute"), MONDAY + timedelta(seconds=second))
    assert here <= count <= here + before


async def world_with(database: Database, home: Path, **more: str) -> World:
    return World(database, Settings(home=home, **more))


async def test_the_api_tells_how_one_stands_and_refuses_with_words(database: Database, tmp_path: Path) -> None:
    made = await world_with(database, tmp_path, rate_requests="3/minute")
    async with made.http:
        first = await made.get("client", "/v1/me")
        assert first.headers["RateLimit"] == '"requests";r=2;t=60'
        for _ in range(2):
            assert (await made.get("client", "/v1/me")).status_code == 200
        refused = await made.get("client", "/v1/me")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused.headers["Retry-After"] == "60"
        assert (await made.get("manager", "/v1/me")).status_code == 200
        assert (await made.get(None, "/health/live")).status_code == 200


async def test_guessing_keys_ends_soon_and_good_keys_of_the_same_network_go_on(
    database: Database, tmp_path: Path
) -> None:
    made = await world_with(database, tmp_path, rate_bad_keys="5/minute")
    async with made.http:
        told = [(await made.get(f"esk_{number}", "/v1/me")).status_code for number in range(8)]
        assert told == [401] * 5 + [429] * 3
        assert (await made.get("client", "/v1/me")).status_code == 200


async def test_attempts_to_sign_in_end_soon(database: Database, tmp_path: Path) -> None:
    made = await world_with(database, tmp_path, rate_sign_ins="4/minute")
    async with made.http, browser(made) as visitor:
        told = [(await enter(visitor, "esk_x")).status_code for _ in range(4)]
        told += [(await visitor.post("/sign-in/link", data={"email": "anna@acme.example"})).status_code]
        assert told == [401] * 4 + [429]


async def test_an_address_is_sent_a_few_links_and_told_the_same_afterwards(database: Database, tmp_path: Path) -> None:
    made = await world_with(database, tmp_path, rate_links="2/hour")
    async with made.http, browser(made) as visitor:
        told = {
            (await visitor.post("/sign-in/link", data={"email": email})).status_code
            for email in ("anna@acme.example", "ANNA@acme.example", "anna@acme.example ", "anna@acme.example")
        }
        assert told == {303}
        assert len(waiting(made)) == 2
