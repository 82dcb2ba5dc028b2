"""Icinga 2, as Debian has it, through the running stack: its notification script, a problem and its recovery."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.stacks import eventually
from tests.e2e.monitors import Icinga, binary
from tests.e2e.running import Caller, Running

PATIENCE = 90


def alerts(support: Caller, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = support.get("/v1/alerts", source="icinga2", **query)["items"]
    return found


@pytest.mark.timeout(600)
def test_a_problem_opens_a_ticket_gets_worse_recovers_and_comes_back(
    stack: Running, people: tuple[Caller, Caller]
) -> None:
    for name in ("icinga2", "curl"):
        binary(name)
    _, support = people
    icinga = Icinga(stack.api, stack.demo["keys"]["integrator"], client="sprinters")
    try:
        icinga.start()
        icinga.says("1 DISK WARNING - 91 % of / used")
        [first] = eventually(lambda: alerts(support, outcome="opened"), f"a ticket; {icinga.said()}", PATIENCE)
        ticket = support.get(f"/v1/tickets/{first['ticket']}")
        assert ticket["organisation"] == "sprinters"
        assert ticket["subject"] == "db1 disk: WARNING, 1 DISK WARNING - 91 % of / used"
        assert first["labels"] == {"host": "db1", "service": "disk", "state": "WARNING", "address": "10.0.0.1"}

        eventually(lambda: alerts(support)[0]["times"] >= 2, "Icinga has notified again", PATIENCE)
        icinga.says("2 DISK CRITICAL - 97 % of / used")
        eventually(lambda: alerts(support)[0]["severity"] == "critical", "it has got worse", PATIENCE)
        assert len(alerts(support)) == 1

        icinga.says("0 DISK OK")
        eventually(lambda: not alerts(support)[0]["firing"], "it is over", PATIENCE)

        def types() -> list[str]:
            return [entry["type"] for entry in support.everything(f"/v1/tickets/{first['ticket']}/timeline")]

        eventually(lambda: "resolution_suggested" in types(), "the ticket hears that it is over", PATIENCE)
        icinga.says("2 DISK CRITICAL - 99 % of / used")
        eventually(lambda: "alert_repeated" in types(), "the ticket hears that it is back", PATIENCE)
        assert {one["ticket"] for one in alerts(support)} == {first["ticket"]}
    finally:
        icinga.stop()
