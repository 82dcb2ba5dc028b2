"""Alerts as senders write them, and a way to post them."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import World

ALERTMANAGER = "/v1/monitors/alertmanager"
NEVER = "0001-01-01T00:00:00Z"
STARTED = "2026-03-02T08:58:11.123456789Z"


def alert(fingerprint: str = "a1", *, status: str = "firing", ends: str = NEVER, **labels: str) -> dict[str, Any]:
    """One alert as Alertmanager writes it."""
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "client": "ACME", "severity": "critical", "host": "db1", **labels},
        "annotations": {"summary": "Disk 95 %", "runbook_url": "https://acme.example/disk"},
        "startsAt": STARTED,
        "endsAt": ends,
        "generatorURL": "http://mon/1",
        "fingerprint": fingerprint,
    }


def group(*alerts: dict[str, Any], status: str = "firing", truncated: int = 0) -> dict[str, Any]:
    """A group of them; its own status says nothing about each."""
    return {"version": "4", "status": status, "alerts": list(alerts), "truncatedAlerts": truncated, "groupKey": "{}"}


async def posted(
    world: World, body: Any, query: str = "", *, door: str = ALERTMANAGER, who: str = "integrator", **more: Any
) -> list[dict[str, Any]]:
    """What became of each alert."""
    answer = await world.post(who, door + query, body, **more)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["alerts"])


async def fires(world: World, fingerprint: str = "a1", *, since: str | None = None, **labels: str) -> dict[str, Any]:
    """An episode of that alert that begins now."""
    body = {**alert(fingerprint, **labels), "startsAt": since or world.now.isoformat()}
    [taken] = await posted(world, group(body))
    return taken


async def ends(world: World, fingerprint: str = "a1", *, since: str, **labels: str) -> dict[str, Any]:
    """The end of the episode that began `since`, now."""
    body = {**alert(fingerprint, status="resolved", ends=world.now.isoformat(), **labels), "startsAt": since}
    [taken] = await posted(world, group(body))
    return taken


async def timeline(world: World, ticket: str) -> list[str]:
    """Types of the events of a ticket."""
    answer = await world.get("level1", f"/v1/tickets/{ticket}/timeline?limit=100")
    return [item["type"] for item in answer.json()["items"]]
