"""Streams that stay open: how many one person may have of them."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from api.board import feed
from tests.api.conftest import World


async def test_one_person_holds_a_bounded_number_of_streams_and_others_have_theirs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_OF_ONE", 3)
    told: feed.Feed = world.app.state.feed
    async with AsyncExitStack() as open_boards:
        for _ in range(3):
            await open_boards.enter_async_context(told.listening(None, "bob"))
        async with world.browser("level1") as browser:
            refused = await browser.get("/board/stream", headers={"Accept": "text/event-stream"})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert refused.headers["Retry-After"]
        assert not told.full_for("clara")
    assert not told.full_for("bob")
    assert not told.looking
