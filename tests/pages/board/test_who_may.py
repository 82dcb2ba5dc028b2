"""None of the board is a client's or a monitor's: no page, no form, no stream, no report."""

from __future__ import annotations

import pytest

from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]

PAGES = (
    "/board", "/board/overview", "/board/messages", "/board/refused", "/board/defects", "/board/releases",
    "/board/clients", "/board/clients/acme", "/board/staff", "/board/calls", "/board/alerts", "/board/services",
    "/board/maintenance", "/board/hours", "/operations/messages", "/operations/webhooks", "/operations/channels",
    "/operations/audit",
)  # fmt: skip


@pytest.mark.parametrize("who", ["client", "beta", "integrator"])
async def test_nobody_else_reaches_a_page_or_the_stream(world: World, who: str) -> None:
    ticket = await world.open()
    for path in (*PAGES, f"/board/tickets/{ticket}", "/board/tickets/0000000000", "/operations", "/board/stream"):
        async with world.browser(who) as browser:
            answer = await browser.get(path, headers={"Accept": "text/event-stream, text/html"})
            assert answer.status_code == 403, path
            assert ticket not in answer.text.replace(path, ""), path
    async with world.browser(who) as browser:
        for path in ("/board/assignments", f"/board/tickets/{ticket}/steps/note", "/board/messages/M1/match"):
            assert (await browser.post(path, data={"text": "x"})).status_code == 403, path


async def test_reports_say_the_same_to_machines_and_refuse_what_they_do_not_know(world: World) -> None:
    ticket = await world.open()
    world.turn(minutes=61)
    report = (await world.get("manager", "/v1/reports/promises")).json()
    assert (report["missed"], report["items"][0]["ticket"]) == (1, ticket)
    assert (await world.get("manager", "/v1/reports/load")).json()["items"][0]["late"] == 1
    due = (await world.get("manager", "/v1/reports/due?minutes=30")).json()["items"]
    assert [one["kind"] for one in due] == ["update"]
    for query in ("?kind=nothing", "?limit=0", "?unknown=1", "?cursor=nonsense", "?from_at=yesterday"):
        refused = await world.get("manager", f"/v1/reports/promises{query}")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), query
