"""R&D's doors: defects and releases over HTTP, with an engine in memory."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import World

DEFECT = {"title": "Loses its connection", "description": "After 49 days.", "product": "gates"}


async def post(world: World, who: str, path: str, body: Any, key: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {world.keys[who]}", **({"Idempotency-Key": key} if key else {})}
    return await world.http.post(path, json=body, headers=headers)


async def test_a_defect_is_opened_once_under_its_key_and_read_with_its_news(world: World) -> None:
    first = await post(world, "level1", "/v1/defects", DEFECT, "a")
    again = await post(world, "level1", "/v1/defects", DEFECT, "a")
    assert first.status_code == 201
    assert first.json() == again.json()
    other = await post(world, "level1", "/v1/defects", {**DEFECT, "title": "Another"}, "a")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    here = first.headers["Location"]
    answered = await post(world, "rnd", f"{here}/answers", {"text": "We can reproduce it."})
    assert answered.json()["announcements"] == 1
    whole = (await world.get("level1", here)).json()
    assert [(one["kind"], one["text"], one["by"]) for one in whole["news"]] == [
        ("answer", "We can reproduce it.", "rnd")
    ]


async def test_defects_are_listed_in_pages_by_status_and_product(world: World) -> None:
    for number in range(5):
        world.turn(minutes=1)
        product = "gates" if number % 2 else "doors"
        await post(world, "level1", "/v1/defects", {**DEFECT, "id": f"D-{number}", "product": product})
    world.turn(minutes=1)
    await post(world, "rnd", "/v1/defects/D-3/rejection", {"text": "As designed."})
    seen, address = [], "/v1/defects?limit=2"
    while address:
        page = await world.get("rnd", address)
        seen += [one["id"] for one in page.json()["items"]]
        address = f"/v1/defects?limit=2&cursor={page.json()['next']}" if page.json().get("next") else ""
    assert seen == ["D-4", "D-3", "D-2", "D-1", "D-0"]
    listed = (await world.get("rnd", "/v1/defects?product=gates&status=open")).json()["items"]
    assert [one["id"] for one in listed] == ["D-1"]
    newest = (await world.get("rnd", "/v1/defects?order=updated&limit=1")).json()["items"]
    assert [one["id"] for one in newest] == ["D-3"]
    bad = await world.get("rnd", "/v1/defects?cursor=nonsense")
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/cursor")


@pytest.mark.parametrize("path", ["", "/answers", "/rejection", "/closure"])
async def test_an_unknown_defect_is_said_to_be_unknown(world: World, path: str) -> None:
    if path:
        answer = await post(world, "rnd", f"/v1/defects/D-9{path}", {"text": "Hello?"})
    else:
        answer = await world.get("rnd", "/v1/defects/D-9")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_defect")


async def test_a_settled_defect_takes_no_more_news_and_one_without_a_fix_is_not_closed(world: World) -> None:
    await post(world, "level1", "/v1/defects", {**DEFECT, "id": "D-1"})
    early = await post(world, "rnd", "/v1/defects/D-1/closure", {"text": "No more."})
    assert (early.status_code, early.json()["code"]) == (409, "defect_not_fixed")
    await post(world, "rnd", "/v1/defects/D-1/rejection", {"text": "As designed."})
    late = await post(world, "rnd", "/v1/defects/D-1/answers", {"text": "After all."})
    assert (late.status_code, late.json()["code"]) == (409, "defect_settled")


async def test_a_ticket_cannot_wait_for_a_defect_that_is_not_there(world: World) -> None:
    ticket = await world.open()
    answer = await post(world, "level1", f"/v1/tickets/{ticket}/defect", {"defect": "D-9", "reason": "A bug."})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_defect")
    assert answer.json()["errors"][0]["pointer"] == "/defect"


async def test_a_release_is_published_once_and_refuses_what_it_cannot_fix(world: World) -> None:
    await post(world, "level1", "/v1/defects", {**DEFECT, "id": "D-1"})
    body = {"product": "gates", "version": "11.4", "line": "11", "fixes": ["D-1"], "text": "Keeps its connection."}
    published = await post(world, "rnd", "/v1/releases", body)
    assert published.status_code == 201
    again = await post(world, "rnd", "/v1/releases", body)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert (await world.get("rnd", "/v1/defects/D-1")).json()["announcements"] == 1
    other = await post(world, "rnd", "/v1/releases", {**body, "text": "Other words."})
    assert (other.status_code, other.json()["code"]) == (409, "release_exists")
    for fixes, product, code in ((["D-9"], "gates", "unknown_defect"), (["D-1"], "doors", "other_product")):
        refused = await post(
            world, "rnd", "/v1/releases", {**body, "version": "12", "fixes": fixes, "product": product}
        )
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert refused.json()["errors"][0]["pointer"] == "/fixes/0"
    assert (await world.get("rnd", published.headers["Location"])).json()["fixes"] == ["D-1"]
    assert (await world.get("rnd", "/v1/releases/gates/99")).status_code == 404


async def test_a_client_reads_nothing_of_defects_but_its_own_tickets_news(world: World) -> None:
    for path in ("/v1/defects", "/v1/defects/D-1", "/v1/releases"):
        assert (await world.get("client", path)).status_code == 403
