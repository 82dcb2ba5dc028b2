"""An alert that is sent once while the engine is away opens its ticket all the same, as of when it came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.monitoring import sweeping
from api.monitoring.monitors import Monitors
from api.monitoring.sweeping import carry_out
from runtime.settings import Settings
from store.database import Database
from tests.api.conftest import SECRETS, World
from tests.api.fake_engine import FakeEngine
from tests.api.monitoring.posting import ALERTMANAGER, alert, fires, group, posted, timeline
from tests.api.monitoring.test_icinga2 import notice
from tests.cli.stacks import free_port

EVENT = {
    "specversion": "1.0", "id": "e-7", "source": "https://ci.acme.example", "type": "example.build.firing",
    "subject": "build/main", "time": "2026-03-02T09:00:00Z",
    "data": {"title": "The build is broken", "severity": "critical", "organisation": "ACME"},
}  # fmt: skip


async def send(world: World, *alerts: dict[str, Any], expected: int = 202) -> list[dict[str, Any]]:
    answer = await world.post("integrator", ALERTMANAGER, group(*alerts))
    assert answer.status_code == expected, answer.text
    return list(answer.json()["alerts"])


async def swept(world: World, at: datetime | None = None) -> int:
    """The engine is back, and a round is made."""
    world.engine.away = False
    world.turn(minutes=20)
    return await carry_out(world.app.state.context, at or world.now)


async def listed(world: World, **wanted: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return list((await world.get("operations", f"/v1/alerts?{query}")).json()["items"])


async def ticket(world: World, number: str) -> dict[str, Any]:
    answer = await world.get("level1", f"/v1/tickets/{number}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("door", "body", "media"),
    [
        (ALERTMANAGER, group(alert()), "application/json"),
        ("/v1/monitors/cloudevents", EVENT, "application/cloudevents+json"),
        ("/v1/monitors/icinga2", notice(), "application/json"),
    ],
)
async def test_what_is_sent_once_while_the_engine_is_away_becomes_a_ticket_as_of_then(
    world: World, door: str, body: Any, media: str
) -> None:
    world.engine.away = True
    sent = world.now
    answer = await world.post("integrator", door, body, headers={"Content-Type": media})
    assert answer.status_code == 202, answer.text
    [taken] = answer.json()["alerts"]
    assert taken["outcome"] == "pending"
    assert "kept" in taken["reason"]
    assert await swept(world) == 1
    [row] = await listed(world)
    assert (row["outcome"], row["times"]) == ("opened", 1)
    opened = await ticket(world, row["ticket"])
    assert datetime.fromisoformat(opened["opened_at"]) == sent
    assert opened["severity"] == "critical"
    assert await swept(world) == 0


async def test_a_firing_and_its_end_that_were_both_missed_are_told_in_their_order(world: World) -> None:
    world.engine.away = True
    since = world.now.isoformat()
    await send(world, {**alert(), "startsAt": since, "annotations": {"summary": "Disk 95 %", "description": "sda1"}})
    world.turn(minutes=1)
    over = {**alert(status="resolved", ends=world.now.isoformat()), "startsAt": since}
    assert [one["outcome"] for one in await send(world, over)] == ["pending"]
    assert await swept(world) == 1
    [row] = await listed(world, firing="false")
    assert row["outcome"] == "opened"
    assert (await timeline(world, row["ticket"])).count("resolution_suggested") == 1
    assert "sda1" in world.engine.started[0].opening.description


async def test_an_end_that_comes_before_the_sweep_opens_the_ticket_with_what_its_firing_said(world: World) -> None:
    world.engine.away = True
    since = world.now.isoformat()
    await send(world, {**alert(), "startsAt": since, "annotations": {"summary": "Disk 95 %", "description": "sda1"}})
    world.engine.away = False
    over = {**alert(status="resolved", ends=world.now.isoformat()), "startsAt": since}
    [taken] = await send(world, over, expected=200)
    assert taken["outcome"] == "cleared"
    assert "sda1" in world.engine.started[0].opening.description
    assert await swept(world) == 0


async def test_an_end_alone_that_was_missed_is_told_later(world: World) -> None:
    since = world.now.isoformat()
    opened = await fires(world, since=since)
    world.engine.away = True
    over = {**alert(status="resolved", ends=world.now.isoformat()), "startsAt": since}
    assert [one["outcome"] for one in await send(world, over)] == ["pending"]
    assert "resolution_suggested" not in await timeline(world, opened["ticket"])
    assert await swept(world) == 1
    assert (await timeline(world, opened["ticket"])).count("resolution_suggested") == 1


async def test_a_severity_that_changed_meanwhile_is_told_later(world: World) -> None:
    since = world.now.isoformat()
    opened = await fires(world, since=since, severity="warning")
    world.engine.away = True
    await send(world, {**alert(severity="critical"), "startsAt": since})
    assert "comment_added" not in await timeline(world, opened["ticket"])
    assert await swept(world) == 1
    assert (await timeline(world, opened["ticket"])).count("comment_added") == 1
    assert await swept(world) == 0


async def test_a_storm_that_was_missed_is_bounded_all_the_same(world: World) -> None:
    world.engine.away = True
    taken = await send(world, *({**alert(f"a{number}"), "startsAt": world.now.isoformat()} for number in range(30)))
    assert {one["outcome"] for one in taken} == {"pending"}
    assert await swept(world) == 30
    assert len(world.engine.started) == 10
    assert await listed(world, outcome="pending") == []
    assert len({row["ticket"] for row in await listed(world, limit="100")}) == 10


async def test_processes_that_sweep_at_once_open_one_ticket(world: World) -> None:
    world.engine.away = True
    await send(world, alert())
    world.engine.away = False
    world.turn(minutes=1)
    context = world.app.state.context
    await asyncio.gather(*(carry_out(context, world.now) for _ in range(4)))
    assert len(world.engine.started) == 1


async def test_what_a_request_is_carrying_out_just_now_is_left_to_it(world: World) -> None:
    world.engine.away = True
    await send(world, alert())
    world.engine.away = False
    assert await carry_out(world.app.state.context, world.now) == 0
    assert world.engine.started == []


async def test_a_round_ends_early_while_the_engine_is_still_away_and_loses_nothing(world: World) -> None:
    world.engine.away = True
    await send(world, *(alert(f"a{number}") for number in range(8)))
    world.turn(minutes=1)
    assert await carry_out(world.app.state.context, world.now) == 0
    assert len(await listed(world, outcome="pending")) == 8
    assert await swept(world) == 8


async def test_an_alert_that_joins_a_ticket_which_is_only_kept_joins_it_when_it_is_opened(world: World) -> None:
    world.engine.away = True
    await send(world, {**alert(), "startsAt": world.now.isoformat()})
    world.turn(seconds=30)
    await send(world, {**alert(), "startsAt": world.now.isoformat()})
    assert await swept(world) == 2
    assert len(world.engine.started) == 1
    rows = await listed(world)
    assert sorted(row["outcome"] for row in rows) == ["joined", "opened"]
    assert len({row["ticket"] for row in rows}) == 1


async def test_what_the_rules_refuse_after_all_is_listed_with_the_reason_and_so_is_what_would_have_joined_it(
    world: World, database: Database
) -> None:
    world.engine.away = True
    await send(world, {**alert(), "startsAt": world.now.isoformat()})
    world.turn(seconds=30)
    await send(world, {**alert(), "startsAt": world.now.isoformat()})
    with database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM contracts WHERE organisation = 'acme'")
    await swept(world)
    rows = await listed(world, outcome="skipped")
    assert len(rows) == 2
    assert all("no contract" in row["reason"] for row in rows)
    assert await swept(world) == 0


async def test_one_that_is_kept_from_a_monitor_without_a_file_by_now_is_listed_with_the_reason(
    monitored: Callable[..., World],
) -> None:
    world = monitored(probes_yaml="monitor: probes\nformat: alertmanager\norganisation: acme\n")
    world.engine.away = True
    answer = await world.post("integrator", ALERTMANAGER + "?monitor=probes", group(alert()))
    assert answer.status_code == 202, answer.text
    world.app.state.context.monitors = Monitors()
    await swept(world)
    [row] = await listed(world)
    assert row["outcome"] == "skipped"
    assert "probes" in row["reason"]


async def test_reported_again_when_the_engine_is_back_there_is_nothing_left_to_sweep(world: World) -> None:
    world.engine.away = True
    await send(world, alert())
    world.engine.away = False
    [taken] = await posted(world, group(alert()))
    assert taken["outcome"] == "opened"
    assert await swept(world) == 0
    assert len(world.engine.started) == 1


async def test_the_application_looks_by_itself_as_soon_as_it_has_its_engine(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "RETRY_AFTER", 0.05)
    monkeypatch.setattr(sweeping, "MARGIN", timedelta(0))
    nobody = f"127.0.0.1:{free_port()}"
    app = create_app(Settings(home=tmp_path, temporal_address=nobody, command_timeout=timedelta(0)), database=database)
    key = {"Authorization": f"Bearer {SECRETS['integrator']}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://escalade", headers=key) as http,
    ):
        answer = await http.post(ALERTMANAGER, json=group(alert()))
        assert answer.status_code == 202, answer.text
        engine = FakeEngine(database, lambda: datetime.now(UTC))
        app.state.context.connected = engine
        for _ in range(600):
            if engine.started:
                break
            await asyncio.sleep(0.1)
        assert [one.opening.subject for one in engine.started if one.opening] == ["Disk 95 %"]
