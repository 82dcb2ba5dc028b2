"""R&D's pages of the board: what is done there is what the doors of the API do."""

from __future__ import annotations

import pytest

from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]

OPENING = {"title": "The reader refuses badges", "description": "Since 11.0.", "product": "gates", "id": "D-7"}
RELEASE = {"product": "gates", "version": "11.4.2", "fixes[]": "D-7", "text": "Badges are read again."}


async def test_a_defect_is_opened_told_of_and_corrected_by_a_release_on_the_board(world: World) -> None:
    ticket = await world.open()
    async with world.browser("level1") as support:
        opened = await support.post("/board/defects", data=OPENING)
        assert (opened.status_code, opened.headers["location"]) == (303, "/board/defects/D-7?done=open")
    await world.step("level1", ticket, "defect", defect="D-7", reason="It is the reader.", no_workaround=True)
    async with world.browser("rnd") as rnd:
        told = await rnd.post("/board/defects/D-7/answer", data={"text": "We can reproduce it."})
        assert told.headers["location"] == "/board/defects/D-7?done=answer"
        page = (await rnd.get(told.headers["location"])).text
        assert "Everybody who waits has been told." in page
        assert "We can reproduce it." in page
        published = await rnd.post("/board/releases", data=RELEASE)
        assert published.headers["location"] == "/board/releases?done=publish"
        listed = (await rnd.get(published.headers["location"])).text
        assert "Badges are read again." in listed
    defect = (await world.get("rnd", "/v1/defects/D-7")).json()
    assert (defect["status"], [one["kind"] for one in defect["news"]]) == ("fixed", ["answer", "release"])


async def test_what_is_refused_is_said_on_its_form_with_what_was_typed(world: World) -> None:
    async with world.browser("rnd") as rnd:
        await rnd.post("/board/defects", data=OPENING)
        twice = await rnd.post("/board/defects", data={**OPENING, "title": "Another of that number"})
        assert twice.status_code == 409
        assert "Another of that number" in twice.text
        assert 'role="alert"' in twice.text
        empty = await rnd.post("/board/defects/D-7/reject", data={"text": " "})
        assert empty.status_code == 422
        assert 'id="reject-text-fault"' in empty.text
        other = await rnd.post("/board/releases", data={**RELEASE, "product": "doors", "text": "Typed with care."})
        assert other.status_code == 422
        assert "Typed with care." in other.text
        assert (await rnd.post("/board/defects/D-7/nonsense", data={"text": "x"})).status_code == 404
        assert (await rnd.post("/board/defects/D-8/answer", data={"text": "x"})).status_code == 404


async def test_a_settled_defect_asks_for_nothing_more(world: World) -> None:
    async with world.browser("rnd") as rnd:
        await rnd.post("/board/defects", data=OPENING)
        assert 'action="/board/defects/D-7/reject"' in (await rnd.get("/board/defects/D-7")).text
        await rnd.post("/board/defects/D-7/reject", data={"text": "As designed."})
        assert 'action="/board/defects/D-7' not in (await rnd.get("/board/defects/D-7")).text


@pytest.mark.parametrize("who", ["level1", "operations"])
async def test_others_read_what_rnd_says_and_have_no_form_for_it(world: World, who: str) -> None:
    async with world.browser("rnd") as rnd:
        await rnd.post("/board/defects", data=OPENING)
    async with world.browser(who) as other:
        assert 'action="/board/defects/D-7' not in (await other.get("/board/defects/D-7")).text
        assert 'action="/board/releases"' not in (await other.get("/board/releases")).text
        assert (await other.post("/board/defects/D-7/answer", data={"text": "x"})).status_code == 403
        assert (await other.post("/board/releases", data=RELEASE)).status_code == 403
