"""Prometheus and Alertmanager, as Debian has them, through the running stack: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.stacks import eventually
from tests.e2e.monitors import EXAMPLES, Monitoring, binary
from tests.e2e.running import Caller, Running

PATIENCE = 90


@pytest.fixture(scope="module")
def monitored(
    tmp_path_factory: pytest.TempPathFactory, stack: Running, people: tuple[Caller, Caller]
) -> Iterator[tuple[Running, Monitoring, Caller, Caller]]:
    """The stack, a real monitoring that watches one shop, its client, and support."""
    for name in ("prometheus", "prometheus-alertmanager"):
        binary(name)
    home = Path(tmp_path_factory.mktemp("monitored")) / "home"
    monitoring = Monitoring(home, stack.api, stack.demo["keys"]["integrator"], client="sprinters")
    try:
        yield stack, monitoring.start(), *people
    finally:
        monitoring.stop()


def alerts(support: Caller, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = support.get("/v1/alerts", source="alertmanager", **query)["items"]
    return found


def events(support: Caller, ticket: str) -> list[str]:
    return [entry["type"] for entry in support.everything(f"/v1/tickets/{ticket}/timeline")]


@pytest.mark.timeout(600)
def test_a_real_alertmanager_fires_repeats_resolves_and_comes_back(
    monitored: tuple[Running, Monitoring, Caller, Caller],
) -> None:
    stack, monitoring, client, support = monitored
    monitoring.metric.value = 0.12
    [first] = eventually(lambda: alerts(support, outcome="opened"), "the alert has a ticket", PATIENCE)
    ticket = support.get(f"/v1/tickets/{first['ticket']}")
    assert (ticket["organisation"], ticket["channel"]) == ("sprinters", "monitoring")
    assert ticket["subject"] == "Checkout error ratio 12%"

    eventually(lambda: alerts(support)[0]["times"] >= 3, "Alertmanager has repeated it", PATIENCE)
    assert events(support, first["ticket"]).count("ticket_opened") == 1

    # Killed while it fires on and on: Alertmanager repeats what was not answered, and nothing comes twice.
    seen = alerts(support)[0]["times"]
    stack.kill("api")
    stack.kill("worker")
    eventually(lambda: patiently(support)[0]["times"] > seen, "it is heard of again", PATIENCE)
    assert len(alerts(support)) == 1
    assert len(support.everything("/v1/tickets")) == len({one["id"] for one in support.everything("/v1/tickets")})

    monitoring.metric.value = 0.01
    eventually(lambda: "resolution_suggested" in events(support, first["ticket"]), "the ticket hears its end", PATIENCE)
    assert alerts(support)[0]["firing"] is False

    # It comes back while the ticket is closed, and the worker dies at that moment: the same ticket, opened again once.
    answer = client.patient(f"/v1/tickets/{first['ticket']}/withdrawal", {"reason": "Over."}, "closes")
    assert answer.status_code == 200, answer.text
    stack.kill("worker")
    monitoring.metric.value = 0.3
    eventually(lambda: len(patiently(support)) == 2, "the new episode is listed", PATIENCE)
    eventually(lambda: not patiently(support, outcome="pending"), "it is carried out", PATIENCE)
    newest, oldest = alerts(support)
    assert (newest["outcome"], newest["ticket"]) == ("reopened", oldest["ticket"])
    assert events(support, first["ticket"]).count("ticket_reopened") == 1
    assert events(support, first["ticket"]).count("ticket_opened") == 1


@pytest.mark.timeout(300)
def test_the_example_of_cloud_events_opens_a_ticket_and_ends_its_alert(
    monitored: tuple[Running, Monitoring, Caller, Caller],
) -> None:
    stack, _, _, support = monitored
    binary("curl")
    given = {"ESCALADE_URL": stack.api, "ESCALADE_KEY": stack.demo["keys"]["integrator"], "ORGANISATION": "sprinters"}
    done = subprocess.run(
        [EXAMPLES / "cloudevents" / "send.sh"], env={**os.environ, **given}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    first, last = (json.loads(line)["alerts"][0] for line in done.stdout.splitlines())
    assert (first["outcome"], last["outcome"]) == ("opened", "cleared")
    [listed] = support.get(f"/v1/tickets/{first['ticket']}/alerts")["items"]
    assert (listed["subject"], listed["firing"]) == ("Gate 4: 81 degrees", False)


def patiently(support: Caller, **query: Any) -> list[dict[str, Any]]:
    """The alerts, once the API is back."""

    def asked() -> list[list[dict[str, Any]]]:
        try:
            return [alerts(support, **query)]
        except (httpx.TransportError, AssertionError):
            return []

    return eventually(asked, "the API answers", PATIENCE)[0]
