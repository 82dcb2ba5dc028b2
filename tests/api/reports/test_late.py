"""The late report through its doors: sums, rows, promises with their reason, messages; after four hours out."""

from __future__ import annotations

from typing import Any

import pytest

from store.recording import record
from tests.api.conftest import World
from tests.factories import DAY, HOUR, MONDAY, Life

AGAIN = MONDAY + 4 * HOUR
DAY_OF_IT = f"from_at={MONDAY:%Y-%m-%dT%H:%M:%SZ}&to_at={MONDAY + DAY:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def slept(world: World) -> World:
    """One ticket of acme's and one of beta's, on which nothing fired for four hours."""
    for name, organisation in (("A1", "acme"), ("B1", "beta")):
        life = Life(name, organisation=organisation)
        record(world.database, life.take(), life.now)
        record(world.database, life.oversleep(AGAIN).take(), AGAIN)
    world.turn(hours=5)
    return world


async def asked(world: World, path: str, who: str = "level1") -> Any:
    answer = await world.get(who, f"/v1/reports/late{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_sums_come_first_and_are_over_all_pages(slept: World) -> None:
    report = await asked(slept, f"?{DAY_OF_IT}&limit=1")
    summary = report["summary"]
    assert summary["tickets"] == 2
    assert summary["fired"] == sum(summary["by_kind"].values()) > 2
    assert summary["worst"] >= summary["median"] > 3600
    assert summary["until"] == "2026-03-02T13:00:00Z"
    assert [gap["tickets"] for gap in summary["gaps"]] == [2]
    assert summary["promises"] == {"not_noticed": 2, "not_sent": 2}
    assert summary["messages"]["unsent"] == summary["messages"]["count"] > 0
    assert len(report["items"]) == 1
    assert report["next"]


async def test_pages_follow_each_other_and_show_every_row_once(slept: World) -> None:
    for door in ("", "/promises", "/messages"):
        whole = (await asked(slept, f"{door}?{DAY_OF_IT}&limit=200"))["items"]
        path: str | None = f"/v1/reports/late{door}?{DAY_OF_IT}&limit=1"
        seen = []
        while path:
            answer = await slept.get("level1", path)
            seen += answer.json()["items"]
            path = answer.links["next"]["url"] if "next" in answer.links else None
        assert seen == whole
        assert len(seen) > 2
        refused = await slept.get("level1", f"/v1/reports/late{door}?cursor=x")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


async def test_filters_hold_in_rows_and_sums(slept: World) -> None:
    acme = await asked(slept, f"?{DAY_OF_IT}&organisation=acme&fired=update")
    assert acme["summary"]["by_kind"] == {"update": 1}
    assert [(item["ticket"], item["fired"]) for item in acme["items"]] == [("A1", "update")]
    worst = await asked(slept, f"?{DAY_OF_IT}&order=worst")
    assert [item["late"] for item in worst["items"]] == sorted((one["late"] for one in worst["items"]), reverse=True)
    assert (await asked(slept, f"?{DAY_OF_IT}&later_than=20000"))["items"] == []
    sent = await asked(slept, f"/promises?{DAY_OF_IT}&why=not_sent")
    assert {(item["ticket"], item["kind"], item["why"]) for item in sent["items"]} == {
        ("A1", "update", "not_sent"), ("B1", "update", "not_sent"),
    }  # fmt: skip


async def test_a_time_in_which_all_was_well_says_so_with_nothing(world: World) -> None:
    report = await asked(world, "")
    assert report["items"] == []
    assert report["summary"]["fired"] == 0
    assert report["summary"]["median"] is None


async def test_a_client_does_not_read_it(slept: World) -> None:
    for door in ("", "/promises", "/messages"):
        assert (await slept.get("client", f"/v1/reports/late{door}")).status_code == 403
