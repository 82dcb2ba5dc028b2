"""Icinga 2's door: a problem is one episode through all its notifications, and its recovery ends it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import World
from tests.api.monitoring.posting import posted, timeline
from tests.factories import MONDAY

DOOR = "/v1/monitors/icinga2"
NOW = int(MONDAY.timestamp())


def notice(kind: str = "PROBLEM", state: str = "CRITICAL", **changes: Any) -> dict[str, Any]:
    """What the script posts: every value is a text, as the environment has it."""
    said = {
        "type": kind, "host": "db1", "service": "disk", "state": state, "output": "DISK CRITICAL\n95 % of /",
        "last_ok": NOW - 120, "last_hard_change": NOW - 60, "at": NOW, "organisation": "ACME", "severity": "",
        "our_service": "", "address": "10.0.0.1", "author": "", "comment": "", "url": "https://icinga.example/db1",
    }  # fmt: skip
    return {name: str(value) for name, value in {**said, **changes}.items()}


async def test_a_problem_opens_a_ticket(world: World) -> None:
    [taken] = await posted(world, notice(), door=DOOR)
    ticket = (await world.get("level1", f"/v1/tickets/{taken['ticket']}")).json()
    assert (ticket["subject"], ticket["severity"]) == ("db1 disk: CRITICAL, DISK CRITICAL", "critical")
    opened = (await world.get("level1", f"/v1/tickets/{taken['ticket']}/timeline")).json()["items"][0]
    assert "95 % of /" in opened["data"]["description"]
    assert "address: 10.0.0.1" in opened["data"]["description"]


async def test_notified_again_it_is_the_same_episode_and_worse_it_says_so(world: World) -> None:
    [first] = await posted(world, notice(state="WARNING"), door=DOOR)
    [again] = await posted(world, notice(state="WARNING", at=NOW + 1800), door=DOOR)
    [worse] = await posted(world, notice(last_hard_change=NOW + 1900, at=NOW + 1900), door=DOOR)
    [as_bad] = await posted(world, notice(last_hard_change=NOW + 1900, at=NOW + 3600), door=DOOR)
    assert [one["outcome"] for one in (first, again, worse, as_bad)] == ["opened", "known", "known", "known"]
    items = (await world.get("level1", f"/v1/tickets/{first['ticket']}/timeline")).json()["items"]
    told = [item["data"]["text"] for item in items if item["type"] == "comment_added"]
    assert len(told) == 1
    assert "critical" in told[0]


async def test_a_recovery_ends_the_problem_and_the_next_one_goes_on_with_the_ticket(world: World) -> None:
    [first] = await posted(world, notice(), door=DOOR)
    recovery = notice("RECOVERY", "OK", output="DISK OK", last_ok=NOW + 300, last_hard_change=NOW + 300, at=NOW + 300)
    for _ in range(2):
        [over] = await posted(world, recovery, door=DOOR)
        assert (over["outcome"], over["ticket"]) == ("cleared", first["ticket"])
    assert (await timeline(world, first["ticket"])).count("resolution_suggested") == 1
    world.turn(minutes=20)
    [next_one] = await posted(world, notice(last_ok=NOW + 900, at=NOW + 1000), door=DOOR)
    assert (next_one["outcome"], next_one["ticket"]) == ("joined", first["ticket"])


async def test_a_host_that_is_down_is_another_alert_than_its_service(world: World) -> None:
    [disk] = await posted(world, notice(), door=DOOR)
    [host] = await posted(world, notice(service="", state="DOWN"), door=DOOR)
    assert host["ticket"] != disk["ticket"]


async def test_what_never_was_well_is_one_problem_however_its_state_changes(world: World) -> None:
    [taken] = await posted(world, notice(last_ok=0), door=DOOR)
    world.turn(minutes=30)
    [again] = await posted(world, notice(last_ok=0, at=NOW + 1800, last_hard_change=NOW + 1800), door=DOOR)
    assert [taken["outcome"], again["outcome"]] == ["opened", "known"]


@pytest.mark.parametrize("kind", ["ACKNOWLEDGEMENT", "DOWNTIMESTART", "FLAPPINGSTART", "CUSTOM"])
async def test_what_people_do_in_icinga_opens_nothing(world: World, kind: str) -> None:
    [taken] = await posted(world, notice(kind), door=DOOR)
    assert taken["outcome"] == "skipped"
    assert "kept" not in taken


async def test_a_recovery_without_a_problem_is_listed(world: World) -> None:
    [taken] = await posted(world, notice("RECOVERY", "OK"), door=DOOR)
    assert taken["outcome"] == "skipped"
    [listed] = (await world.get("level1", "/v1/alerts?outcome=skipped")).json()["items"]
    assert "never reported" in listed["reason"]


@pytest.mark.parametrize("changes", [{"type": "OTHER"}, {"host": ""}, {"at": "soon"}, {"at": "0"}, {"state": ""}])
async def test_a_notification_that_is_none_is_kept(world: World, changes: dict[str, str]) -> None:
    answer = await world.post("integrator", DOOR, notice(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_report")
    assert next(iter(changes)) in answer.json()["detail"]
    assert answer.json()["kept"]
