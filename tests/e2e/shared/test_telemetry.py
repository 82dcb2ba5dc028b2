"""What operations see of one command: one trace from the HTTP call to the delivery, metrics, logs with trace ids."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.stacks import eventually
from tests.e2e.collector import Collector
from tests.e2e.running import Caller, Running


@pytest.fixture(scope="module")
def ticket(stack: Running) -> str:
    """A ticket that was opened and commented on."""
    body = {"subject": "Traced", "description": "From door to delivery.", "channel": "portal"}
    client = Caller(stack.api, stack.demo["keys"]["client"])
    return str(client.post("/v1/tickets", body).json()["id"])


def trace_of(seen: Collector, span: dict[str, Any]) -> list[dict[str, Any]]:
    return [other for other in list(seen.spans) if other["trace"] == span["trace"]]


def test_a_command_is_one_trace_from_the_door_to_the_delivery(stack: Running, seen: Collector, ticket: str) -> None:
    support = Caller(stack.api, stack.demo["keys"]["level1"])
    path = f"/v1/tickets/{ticket}/comments"
    assert support.post(path, {"text": "We see it."}).status_code == 200

    def whole() -> list[dict[str, Any]] | None:
        doors = [
            span
            for span in list(seen.spans)
            if span["attributes"].get("url.path", span["attributes"].get("http.target")) == path
        ]
        if not doors:
            return None
        spans = trace_of(seen, doors[0])
        names = {span["name"] for span in spans}
        complete = any("RunActivity:record" in name for name in names) and "deliver message" in names
        return spans if complete else None

    spans = eventually(whole, f"a whole trace; seen: {sorted({span['name'] for span in seen.spans})}", 30)
    assert {span["service"] for span in spans} == {"escalade-api", "escalade-worker"}
    for span in spans:
        assert span["attributes"].get("escalade.ticket") == ticket, span["name"]
    parents = {span["id"]: span for span in spans}
    record = next(span for span in spans if "RunActivity:record" in span["name"])
    chain = [record["name"]]
    while record["parent"] in parents:
        record = parents[record["parent"]]
        chain.append(record["name"])
    assert any("POST" in name for name in chain), chain
    assert any("Update" in name for name in chain), chain


def test_metrics_tell_open_tickets_and_deliveries(stack: Running, seen: Collector, ticket: str) -> None:
    def told(name: str) -> list[dict[str, Any]]:
        return [attributes for metric, attributes, _ in list(seen.metrics) if metric == name]

    def open_ones() -> bool:
        found = told("escalade.tickets.open")
        return any((one["level"], one["severity"]) == ("support", "low") for one in found)

    eventually(open_ones, "open tickets", 60)
    eventually(lambda: told("escalade.deliveries"), "deliveries", 30)
    eventually(lambda: told("escalade.events"), "events", 30)
    labels = {key for attributes in told("escalade.deliveries") for key in attributes}
    assert labels == {"template", "outcome", "channel"}


def test_logs_are_one_json_object_a_line_with_the_trace(stack: Running, ticket: str) -> None:
    def delivered() -> list[dict[str, Any]]:
        lines = [
            json.loads(line)
            for line in (stack.home / "logs" / "worker.log").read_text().splitlines()
            if line.startswith("{")
        ]
        return [line for line in lines if line.get("ticket") == ticket and "trace_id" in line]

    lines = eventually(delivered, "a delivery is logged", 30)
    assert all("@" not in line["to"] or "***" in line["to"] for line in lines)


def test_a_clock_that_fires_is_a_span_that_says_how_late(people: tuple[Caller, Caller], seen: Collector) -> None:
    client, _ = people
    body = {"subject": "Unanswered", "description": "For a second.", "channel": "portal", "severity": "instant"}
    ticket = client.post("/v1/tickets", body).json()["id"]

    def fired() -> list[dict[str, Any]]:
        return [span for span in seen.named("clock clock_missed") if span["attributes"]["escalade.ticket"] == ticket]

    span = eventually(fired, "the missed response is a span", 30)[0]
    assert span["attributes"]["escalade.kind"] == "response"
    assert 0 <= span["attributes"]["escalade.late_seconds"] < 30
    missed = [attributes for name, attributes, _ in seen.metrics if name == "escalade.clocks.missed"]
    eventually(lambda: missed or [a for n, a, _ in list(seen.metrics) if n == "escalade.clocks.missed"], "counted", 30)
