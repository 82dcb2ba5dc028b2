"""Alertmanager's door: one ticket for an episode however often it is posted, and each alert decided by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.monitoring.carrying import ranked
from store import directory
from tests.api.conftest import World
from tests.api.monitoring.posting import ALERTMANAGER as DOOR
from tests.api.monitoring.posting import alert, group, posted

PAYLOADS = Path(__file__).parents[3].parent / "shared" / "payloads"


async def test_a_firing_alert_opens_a_ticket_that_says_where_it_came_from(world: World) -> None:
    [taken] = await posted(world, group(alert()))
    assert (taken["fingerprint"], taken["outcome"]) == ("a1", "opened")
    ticket = (await world.get("level1", f"/v1/tickets/{taken['ticket']}")).json()
    assert (ticket["organisation"], ticket["channel"], ticket["severity"]) == ("acme", "monitoring", "critical")
    assert (ticket["subject"], ticket["contact"]) == ("Disk 95 %", "adam")
    assert ticket["episode"] == "alertmanager/a1"
    opened = (await world.get("level1", f"/v1/tickets/{taken['ticket']}/timeline")).json()["items"][0]
    for part in ("host: db1", "alertname: DiskFull", "https://acme.example/disk", "http://mon/1"):
        assert part in opened["data"]["description"]


async def test_the_same_episode_posted_again_and_again_makes_no_second_ticket(world: World) -> None:
    [first] = await posted(world, group(alert()))
    changed = {**alert(), "annotations": {"summary": "Disk 97 %"}}
    for body in (group(alert()), group(changed), group(alert(), status="resolved")):
        [again] = await posted(world, body)
        assert (again["outcome"], again["ticket"]) == ("known", first["ticket"])
    assert len(world.engine.started) == 1


async def test_posted_again_before_the_database_knows_it_is_still_one_ticket(world: World) -> None:
    world.engine.lagging = True
    [first] = await posted(world, group(alert()))
    [again] = await posted(world, group({**alert(), "annotations": {}}))
    assert (again["outcome"], again["ticket"]) == ("known", first["ticket"])


async def test_a_new_start_while_its_ticket_is_open_is_a_word_on_it(world: World) -> None:
    [first] = await posted(world, group(alert()))
    [second] = await posted(world, group({**alert(), "startsAt": "2026-03-02T08:59:00Z"}))
    assert (second["outcome"], second["ticket"]) == ("joined", first["ticket"])
    assert len(world.engine.started) == 1


async def test_a_resolved_alert_comments_and_proposes_to_resolve_once(world: World) -> None:
    [opened] = await posted(world, group(alert()))
    ended = alert(status="resolved", ends="2026-03-02T08:59:30Z")
    for _ in range(3):
        [cleared] = await posted(world, group(ended))
        assert (cleared["outcome"], cleared["ticket"]) == ("cleared", opened["ticket"])
    items = (await world.get("level1", f"/v1/tickets/{opened['ticket']}/timeline")).json()["items"]
    told = [item["type"] for item in items if item["by"] == "integrator"]
    assert told.count("comment_added") == told.count("resolution_suggested") == 1
    assert (await world.get("level1", f"/v1/tickets/{opened['ticket']}")).json()["status"] == "new"


async def test_each_alert_is_decided_by_its_own_status_not_by_the_groups(world: World) -> None:
    await posted(world, group(alert("a1"), alert("a2", client="BETA")))
    mixed = group(alert("a1", status="resolved", ends="2026-03-02T09:00:00Z"), alert("a3"), status="firing")
    assert [taken["outcome"] for taken in await posted(world, mixed)] == ["cleared", "opened"]


async def test_what_is_absent_from_a_group_is_not_resolved(world: World) -> None:
    first = await posted(world, group(alert("a1"), alert("a2")))
    await posted(world, group(alert("a2"), truncated=1))
    state = world.engine.runs[first[0]["ticket"]].state
    assert state.suggestion is None


async def test_an_alert_that_cannot_become_a_ticket_says_why_and_holds_nobody_up(world: World) -> None:
    body = group(
        alert("a1", client="NOBODY"),
        {**alert("a2"), "labels": {"alertname": "X"}},
        alert("a3", client="BETA"),
        {**alert("a4"), "startsAt": "yesterday"},
        {"status": "firing"},
        alert("a6", status="resolved", ends="2026-03-02T09:00:00Z"),
        alert("a7"),
    )
    taken = await posted(world, body)
    assert [one["outcome"] for one in taken] == ["skipped"] * 6 + ["opened"]
    for one, why in zip(
        taken, ("NOBODY", '"client"', "several contracts", "startsAt", "labels", "no ticket"), strict=False
    ):
        assert why in one["reason"], one


async def test_a_ticket_that_is_archived_meanwhile_is_left_alone(world: World) -> None:
    [opened] = await posted(world, group(alert()))
    await world.step("client", opened["ticket"], "withdrawal", reason="Disk replaced.")
    world.turn(days=31)
    [late] = await posted(world, group(alert(status="resolved", ends="2026-04-02T09:00:00Z")))
    assert (late["outcome"], late["reason"]) == ("skipped", "its ticket is archived")


async def test_while_the_engine_is_away_alerts_are_kept_and_posted_again_they_are_still_one(world: World) -> None:
    [known] = await posted(world, group(alert("a1")))
    world.engine.away = True
    answer = await world.post("integrator", DOOR, group(alert("a1"), alert("a2"), alert("a3", client="NOBODY")))
    assert answer.status_code == 202
    assert [one["outcome"] for one in answer.json()["alerts"]] == ["known", "pending", "skipped"]
    world.engine.away = False
    taken = await posted(world, group(alert("a1"), alert("a2")))
    assert [one["outcome"] for one in taken] == ["known", "opened"]
    assert taken[0]["ticket"] == known["ticket"]


async def test_labels_can_have_other_names_and_organisations_aliases(world: World) -> None:
    body = group({**alert(), "labels": {"alertname": "X", "customer": "acme transport", "level": "warning"}})
    [taken] = await posted(world, body, "?organisation_label=customer&severity_label=level")
    ticket = (await world.get("level1", f"/v1/tickets/{taken['ticket']}")).json()
    assert (ticket["organisation"], ticket["severity"]) == ("acme", "important")


@pytest.mark.parametrize(
    ("named", "severity"),
    [("low", "low"), ("critical", "blocking"), ("warning", "low"), ("info", "none"), ("page", None), (None, None)],
)
def test_a_severity_is_the_agreements_own_or_its_rank(named: str | None, severity: str | None) -> None:
    assert ranked(named, ("blocking", "low", "none")) == severity


async def test_control_characters_of_a_monitor_reach_no_database(world: World) -> None:
    [taken] = await posted(world, group({**alert(), "annotations": {"summary": "Disk\u0000 full\n\n now"}}))
    assert (await world.get("level1", f"/v1/tickets/{taken['ticket']}")).json()["subject"] == "Disk full now"


async def test_how_many_alerts_a_group_leaves_out_is_told(world: World) -> None:
    answer = await world.post("integrator", DOOR, group(alert(), truncated=7))
    assert answer.json()["left_out"] == 7


async def test_a_big_group_is_not_too_large(world: World) -> None:
    big = {**alert(), "annotations": {"summary": "x", "description": "y" * 600_000}}
    assert (await posted(world, group(big)))[0]["outcome"] == "opened"


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the recorded payloads lie beside the repository, in shared/")
async def test_what_a_real_alertmanager_sent_opens_and_clears(world: World) -> None:
    directory.save(
        world.database,
        directory.Contract(
            id="beta-2", organisation="beta", agreement="proconcept", valid_from=world.now, valid_to=world.now
        ),
    )
    world.turn(days=270)

    async def told(name: str) -> list[tuple[str, str]]:
        body = json.loads((PAYLOADS / f"alertmanager_{name}.json").read_text())
        return [(one["fingerprint"][:4], one["outcome"]) for one in await posted(world, body)]

    assert await told("01_firing") == [("a206", "opened")]
    assert await told("01_firing") == [("a206", "known")]
    assert await told("02_resolved") == [("a206", "cleared")]
    assert await told("grouped_05_firing") == [("1bc2", "opened"), ("2823", "opened")]
    assert await told("grouped_06_firing") == [("1bc2", "cleared"), ("2823", "known")]
    assert await told("grouped_07_firing") == [("2823", "known"), ("7f12", "opened")]
    assert len(world.engine.started) == 4
