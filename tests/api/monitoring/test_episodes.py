"""An alert's episodes: one ticket however it flaps, reopened within its window, and storms that stay bounded."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import alert_lists
from store import tickets as stored
from store.alert_lists import AlertFilter
from tests.api.conftest import World
from tests.api.monitoring.posting import ALERTMANAGER, alert, ends, fires, group, posted, timeline


async def test_a_new_episode_reopens_its_closed_ticket(world: World) -> None:
    first = await fires(world)
    await world.step("client", first["ticket"], "withdrawal", reason="Cleaned.")
    world.turn(days=2)
    again = await fires(world)
    assert (again["outcome"], again["ticket"]) == ("reopened", first["ticket"])
    ticket = (await world.get("level1", f"/v1/tickets/{first['ticket']}")).json()
    assert (ticket["status"], ticket["round"]) == ("open", 2)


async def test_the_same_new_episode_reopens_once(world: World) -> None:
    first = await fires(world)
    await world.step("client", first["ticket"], "withdrawal", reason="Cleaned.")
    world.turn(days=2)
    since = world.now.isoformat()
    taken = [await fires(world, since=since) for _ in range(3)]
    assert [one["outcome"] for one in taken] == ["reopened", "known", "known"]
    await world.step("client", first["ticket"], "withdrawal", reason="Cleaned again.")
    assert (await fires(world, since=since))["outcome"] == "known"  # closed while it fires on: somebody decided so
    assert (await timeline(world, first["ticket"])).count("ticket_reopened") == 1


async def test_after_the_window_a_new_episode_is_a_new_ticket(world: World) -> None:
    first = await fires(world)
    await world.step("client", first["ticket"], "withdrawal", reason="Cleaned.")
    world.turn(days=31)
    again = await fires(world)
    assert again["outcome"] == "opened"
    assert again["ticket"] != first["ticket"]


async def test_closed_since_it_was_looked_up_it_is_reopened_all_the_same(world: World) -> None:
    first = await fires(world)
    world.turn(minutes=10)
    world.engine.lagging = True  # the database still says that it is open
    await world.step("client", first["ticket"], "withdrawal", reason="Cleaned.")
    again = await fires(world)
    assert (again["outcome"], again["ticket"]) == ("reopened", first["ticket"])


async def test_archived_since_it_was_looked_up_it_is_a_new_ticket(world: World) -> None:
    first = await fires(world)
    world.turn(minutes=10)
    world.engine.lagging = True
    await world.step("client", first["ticket"], "withdrawal", reason="Cleaned.")
    world.turn(days=40)
    again = await fires(world)
    assert again["outcome"] == "opened"
    assert again["ticket"] != first["ticket"]
    assert (await fires(world, since=world.now.isoformat()))["ticket"] == again["ticket"]


async def test_an_alert_that_takes_the_proposal_back(world: World) -> None:
    first = await fires(world)
    cause = {"cause": "configuration", "cause_text": "A log."}
    await world.step("level1", first["ticket"], "resolution", kind="fix", text="Cleaned.", **cause)
    world.turn(minutes=10)
    assert (await fires(world))["outcome"] == "joined"
    assert (await world.get("level1", f"/v1/tickets/{first['ticket']}")).json()["status"] == "open"


async def test_flapping_makes_one_ticket_that_is_told_a_few_times_and_lists_all(world: World) -> None:
    tickets, outcomes = set(), []
    for _ in range(20):
        since = world.now.isoformat()
        taken = await fires(world, since=since)
        tickets.add(taken["ticket"])
        outcomes.append(taken["outcome"])
        world.turn(seconds=30)
        await ends(world, since=since)
        world.turn(seconds=30)
    assert len(tickets) == 1
    assert outcomes == ["opened", "joined", "joined", "joined", *["listed"] * 16]
    types = await timeline(world, tickets.pop())
    assert types.count("alert_repeated") == 3
    assert types.count("resolution_suggested") <= 4
    told = [event.fact.text for run in world.engine.runs.values() for event in events(world, run.state.id)]
    assert any("oscille" in text for text in told)  # ACME reads French
    assert len(alert_lists.find(world.database, AlertFilter(organisation="acme"), limit=100)[0]) == 20


def events(world: World, ticket: str) -> list[Any]:
    return stored.events(world.database, ticket, limit=500, types=["alert_repeated"])


async def test_a_firing_that_was_said_to_have_ended_and_goes_on_is_not_lost(world: World) -> None:
    since = world.now.isoformat()
    first = await fires(world, since=since)
    await ends(world, since=since)
    assert (await fires(world, since=since))["outcome"] == "known"  # reports that crossed on their way
    await world.step("client", first["ticket"], "withdrawal", reason="Over.")
    world.turn(minutes=20)
    again = await fires(world, since=since)
    assert (again["outcome"], again["ticket"]) == ("reopened", first["ticket"])
    assert (await fires(world, since=since))["outcome"] == "known"


async def test_what_ends_is_told_when_nothing_else_fires_under_the_ticket(world: World) -> None:
    one = world.now.isoformat()
    first = await fires(world, since=one)
    world.turn(minutes=1)
    two = world.now.isoformat()
    await fires(world, since=two)
    assert (await ends(world, since=one))["outcome"] == "cleared"
    assert "resolution_suggested" not in await timeline(world, first["ticket"])
    await ends(world, since=two)
    assert "resolution_suggested" in await timeline(world, first["ticket"])


async def test_a_storm_makes_no_more_tickets_than_allowed_and_loses_nothing(world: World) -> None:
    alerts = [{**alert(f"a{number}"), "startsAt": world.now.isoformat()} for number in range(1_000)]
    taken: list[dict[str, Any]] = []
    for begin in range(0, 1_000, 250):
        taken += await posted(world, group(*alerts[begin : begin + 250]))
        world.turn(seconds=15)
    tickets = {one["ticket"] for one in taken}
    assert len(tickets) == len(world.engine.started) == 10
    assert {one["outcome"] for one in taken} == {"opened", "listed"}
    [storm] = {one["ticket"] for one in taken if one["outcome"] == "listed"}
    listed: list[dict[str, Any]] = []
    path: str | None = f"/v1/tickets/{storm}/alerts?limit=200&order=oldest"
    while path:
        page = (await world.get("level1", path)).json()
        listed += page["items"]
        path = f"/v1/tickets/{storm}/alerts?limit=200&order=oldest&cursor={page['next']}" if "next" in page else None
    assert len(listed) == len({one["fingerprint"] for one in listed}) == 991
    assert all(one["firing"] for one in listed)
    types = await timeline(world, storm)
    assert types.count("alert_repeated") == 2  # 10 and 100: one word for many
    again = await posted(world, group(*alerts[:250]))
    assert {one["outcome"] for one in again} == {"known"}


async def test_a_storm_that_is_over_says_so_once(world: World) -> None:
    since = world.now.isoformat()
    names = [f"a{number}" for number in range(14)]
    taken = [await fires(world, name, since=since) for name in names]
    storm = taken[-1]["ticket"]
    under = [name for name, one in zip(names, taken, strict=True) if one["ticket"] == storm]
    assert len(under) == 5
    for name in under[:-1]:
        await ends(world, name, since=since)
    assert "resolution_suggested" not in await timeline(world, storm)
    await ends(world, under[-1], since=since)
    assert (await timeline(world, storm)).count("resolution_suggested") == 1
    page = (await world.get("client", f"/v1/tickets/{storm}/alerts?firing=false")).json()
    assert len(page["items"]) == 5


async def test_when_the_storm_has_passed_alerts_have_tickets_of_their_own_again(world: World) -> None:
    for number in range(12):
        await fires(world, f"a{number}")
    world.turn(minutes=6)
    assert (await fires(world, "b1"))["outcome"] == "opened"


async def test_another_group_has_its_own_share(world: World) -> None:
    for number in range(12):
        await fires(world, f"a{number}", severity="warning")
    urgent = await fires(world, "b1", severity="critical")
    assert urgent["outcome"] == "opened"
    ticket = (await world.get("level1", f"/v1/tickets/{urgent['ticket']}")).json()
    assert ticket["severity"] == "critical"


async def test_reopenings_count_for_the_storm_too(world: World) -> None:
    opened = []
    for number in range(20):
        opened.append((await fires(world, f"a{number}"))["ticket"])
        world.turn(minutes=6)
    for ticket in opened:
        await world.step("client", ticket, "withdrawal", reason="Cleaned.")
    again = [await fires(world, f"a{number}") for number in range(20)]
    assert [one["outcome"] for one in again].count("reopened") == 9
    assert len({one["ticket"] for one in again}) == 10


async def test_while_the_engine_is_away_a_storm_is_not_lost(world: World) -> None:
    alerts = group(*({**alert(f"a{number}"), "startsAt": world.now.isoformat()} for number in range(30)))
    world.engine.away = True
    answer = await world.post("integrator", ALERTMANAGER, alerts)
    assert answer.status_code == 202
    world.engine.away = False
    taken = await posted(world, alerts)
    assert len({one["ticket"] for one in taken}) == len(world.engine.started) == 10
    assert {one["outcome"] for one in taken} <= {"opened", "listed", "known"}
    pending = (await world.get("operations", "/v1/alerts?outcome=pending")).json()
    assert pending["items"] == []


async def test_two_at_once_make_one_ticket_and_reopen_once(world: World) -> None:
    body = group({**alert(), "startsAt": world.now.isoformat()})
    both = await asyncio.gather(*(world.post("integrator", ALERTMANAGER, body) for _ in range(6)))
    assert len({answer.json()["alerts"][0]["ticket"] for answer in both}) == len(world.engine.started) == 1
    ticket = both[0].json()["alerts"][0]["ticket"]
    await world.step("client", ticket, "withdrawal", reason="Cleaned.")
    world.turn(days=1)
    body = group({**alert(), "startsAt": world.now.isoformat()})
    await asyncio.gather(*(world.post("integrator", ALERTMANAGER, body) for _ in range(6)))
    assert (await timeline(world, ticket)).count("ticket_reopened") == 1


async def test_an_alert_that_no_contract_covers_holds_no_place_in_a_storm(world: World) -> None:
    taken = [await fires(world, f"b{number}", client="BETA") for number in range(15)]
    assert {one["outcome"] for one in taken} == {"skipped"}
    page = (await world.get("level1", "/v1/alerts?outcome=skipped&organisation=beta")).json()
    assert len(page["items"]) == 15
    assert all("several contracts" in one["reason"] for one in page["items"])
    assert all("ticket" not in one for one in page["items"])


STEPS = st.lists(st.sampled_from(["fire", "end", "close", "hour", "month"]), min_size=1, max_size=15)
examples = itertools.count()


@given(STEPS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_however_it_flaps_a_firing_alert_has_an_open_ticket(world: World, steps: list[str]) -> None:
    name = f"h{next(examples)}"
    firing, ticket, since = False, None, ""
    tickets: set[str] = set()
    for step in [*steps, "close"]:
        if step == "fire":
            since, firing = world.now.isoformat(), True
            ticket = (await fires(world, name, since=since, severity="info"))["ticket"]
            tickets.add(ticket)
            status = (await world.get("level1", f"/v1/tickets/{ticket}")).json()["status"]
            assert status in ("new", "open", "waiting")
            world.turn(seconds=1)
        elif step == "end" and firing:
            await ends(world, name, since=since, severity="info")
            firing = False
        elif step == "close" and ticket:
            await world.post("client", f"/v1/tickets/{ticket}/withdrawal", {"reason": "Over."})
        elif step == "hour":
            world.turn(hours=1)
        elif step == "month" and ticket:
            await world.post("client", f"/v1/tickets/{ticket}/withdrawal", {"reason": "Over."})
            world.turn(days=31)
    assert len(tickets) <= 1 + steps.count("month")
