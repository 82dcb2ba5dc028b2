"""Grafana's door: its alerts become tickets that lead back to what was seen."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import World
from tests.api.monitoring.posting import posted

DOOR = "/v1/monitors/grafana"


def notification(status: str = "firing", **labels: str) -> dict[str, Any]:
    """What Grafana's webhook contact point posts (unified alerting)."""
    alert = {
        "status": status,
        "labels": {
            "alertname": "CPU",
            "client": "ACME",
            "grafana_folder": "Lyon",
            "severity": "critical",
            **labels,
        },
        "annotations": {"summary": "CPU 97 %", "description": "All cores."},
        "startsAt": "2026-03-02T09:50:00+01:00",
        "endsAt": "2026-03-02T09:58:00+01:00" if status == "resolved" else "0001-01-01T00:00:00Z",
        "values": {"A": 97.2},
        "valueString": "[ var='A' labels={} value=97.2 ]",
        "generatorURL": "https://grafana.example/alerting/grafana/cf2/view",
        "fingerprint": "c6eadffa33fcdf37",
        "silenceURL": "https://grafana.example/alerting/silence/new",
        "dashboardURL": "https://grafana.example/d/cpu",
        "panelURL": "https://grafana.example/d/cpu?viewPanel=2",
        "imageURL": "",
        "orgId": 1,
    }
    return {
        "receiver": "escalade", "status": status, "orgId": 1, "alerts": [alert], "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "https://grafana.example/", "version": "1", "groupKey": "{}:{}",
        "truncatedAlerts": 0, "title": "[FIRING:1]", "state": "alerting", "message": "...",
    }  # fmt: skip


async def test_a_firing_alert_opens_a_ticket_with_its_links_and_value(world: World) -> None:
    [taken] = await posted(world, notification(), door=DOOR)
    assert taken["outcome"] == "opened"
    ticket = (await world.get("level1", f"/v1/tickets/{taken['ticket']}")).json()
    assert (ticket["episode"], ticket["subject"]) == ("grafana/c6eadffa33fcdf37", "CPU 97 %")
    opened = (await world.get("level1", f"/v1/tickets/{taken['ticket']}/timeline")).json()["items"][0]
    for part in ("dashboard: https://grafana.example/d/cpu", "viewPanel=2", "value=97.2", "All cores."):
        assert part in opened["data"]["description"]


async def test_repeated_and_resolved_it_stays_one_ticket(world: World) -> None:
    [first] = await posted(world, notification(), door=DOOR)
    [again] = await posted(world, notification(), door=DOOR)
    [over] = await posted(world, notification("resolved"), door=DOOR)
    assert [one["outcome"] for one in (first, again, over)] == ["opened", "known", "cleared"]
    assert len({one["ticket"] for one in (first, again, over)}) == 1


async def test_a_test_of_the_contact_point_is_answered_with_what_is_missing(world: World) -> None:
    body = notification()
    body["alerts"][0]["labels"] = {"alertname": "TestAlert", "instance": "Grafana"}
    [taken] = await posted(world, body, door=DOOR)
    assert taken["outcome"] == "skipped"
    assert '"client"' in taken["reason"]


async def test_a_monitor_with_a_file_has_its_own_labels_words_and_organisation(monitored: Any) -> None:
    world = monitored()
    body = notification(priority="P2", client="somebody else")
    [taken] = await posted(world, body, "?monitor=grafana-prod", door=DOOR)
    ticket = (await world.get("level1", f"/v1/tickets/{taken['ticket']}")).json()
    assert (ticket["organisation"], ticket["severity"]) == ("acme", "important")
    assert ticket["episode"] == "grafana-prod/c6eadffa33fcdf37"


async def test_alerts_that_grafana_left_out_of_a_group_are_counted(world: World) -> None:
    answer = await world.post("integrator", DOOR, {**notification(), "truncatedAlerts": 7})
    assert answer.json()["left_out"] == 7
