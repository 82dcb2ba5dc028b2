"""`kill -9` of worker, API and Temporal server in the middle of 50 tickets' lives: nothing lost, nothing twice."""

from __future__ import annotations

import collections
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from store import outbox
from store.database import Database
from tests.cli.stacks import ROOT, eventually, free_port
from tests.e2e.running import Caller, Running, sprinters, sprinting

TICKETS, AT_ONCE = 50, 8
SILENT = 5
"""Tickets that nobody answers: their response falls due while everything is dead."""


class Sink:
    """A mail server that keeps what arrives."""

    def __init__(self) -> None:
        self.arrived: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        head = envelope.content.decode(errors="replace")
        self.arrived += [line.split(":", 1)[1].strip() for line in head.splitlines() if line.startswith("Message-ID")]
        return "250 OK"


class Killer(threading.Thread):
    """Kills one process after the other, each after so many more acknowledged commands."""

    def __init__(self, stack: Running, acknowledged: list[Any], every: int) -> None:
        super().__init__(daemon=True)
        self.stack, self.acknowledged, self.every = stack, acknowledged, every
        self.killed: list[str] = []

    def run(self) -> None:
        for number, name in enumerate(("worker", "api", "temporal", "worker", "temporal", "api"), start=1):
            while len(self.acknowledged) < number * self.every:
                time.sleep(0.05)
            self.stack.kill(name)
            self.killed.append(name)


@pytest.mark.timeout(420)
def test_kill_minus_nine_loses_no_acknowledged_command_and_doubles_no_effect(tmp_path: Path) -> None:
    sink = Sink()
    mail = Controller(sink, hostname="127.0.0.1", port=free_port())
    mail.start()
    stack = Running(
        tmp_path / "home", agreements_dir=sprinting(tmp_path), smtp_host="127.0.0.1", smtp_port=mail.port
    ).start()
    try:
        client, support = sprinters(stack)
        acknowledged: list[tuple[str, str, str]] = []
        killer = Killer(stack, acknowledged, every=TICKETS)
        killer.start()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tickets = list(pool.map(lambda number: live(client, support, number, acknowledged), range(TICKETS)))
        killer.join(60)
        assert killer.killed == ["worker", "api", "temporal", "worker", "temporal", "api"]

        silent = [opened(client, f"silent-{number}") for number in range(SILENT)]
        stack.kill_everything()
        time.sleep(30)  # real time: the processes that would keep a virtual one are dead
        stack.start()

        for ticket in silent:
            the_missed_response_says_how_late(support, ticket)
        the_late_report_tells_of_the_outage(stack, silent)
        nothing_lost_nothing_twice(support, tickets, acknowledged)
        mail_is_told_once(stack, sink)
        said = stack.said()
        for name in ("worker", "api", "temporal"):
            assert f"{name} died" in said
    finally:
        stack.stop()
        mail.stop()


def opened(client: Caller, name: str) -> str:
    body = {"subject": name, "description": name, "channel": "portal"}
    answer = client.patient("/v1/tickets", body, f"open-{name}".replace(" ", "-"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def live(client: Caller, support: Caller, number: int, acknowledged: list[tuple[str, str, str]]) -> str:
    """One ticket's life, each command repeated under its key until it is answered, as a client should."""
    ticket = opened(client, f"ticket {number}")
    steps: list[tuple[Caller, str, dict[str, Any], str]] = [
        (support, "acknowledgement", {"means": "call", "text": "Hello."}, "first_response_given"),
        (client, "comments", {"text": "one"}, "comment_added"),
        (support, "status-updates", {"text": "two"}, "status_updated"),
        (support, "questions", {"question": "three"}, "information_requested"),
        (client, "answers", {"text": "four"}, "information_given"),
        (support, "notes", {"text": "five"}, "note_added"),
        (support, "resolution", {"kind": "fix", "text": "six"}, "resolution_proposed"),
        (client, "consent", {}, "ticket_closed"),
    ]
    for position, (caller, path, body, event) in enumerate(steps):
        answer = caller.patient(f"/v1/tickets/{ticket}/{path}", body, f"t{number}-{position}")
        assert answer.status_code == 200, f"{ticket} {path}: {answer.text}"
        acknowledged.append((ticket, event, path))
    return ticket


def the_missed_response_says_how_late(support: Caller, ticket: str) -> None:
    def missed() -> list[dict[str, Any]]:
        timeline = support.everything(f"/v1/tickets/{ticket}/timeline")
        return [entry for entry in timeline if entry["type"] == "clock_missed"]

    found = eventually(missed, f"{ticket} noticed what fell due meanwhile", 60)
    assert len(found) == 1
    due, at = (datetime.fromisoformat(text) for text in (found[0]["data"]["due"], found[0]["at"]))
    assert found[0]["data"]["late"] == pytest.approx((at - due).total_seconds(), abs=0.01)
    assert found[0]["data"]["late"] > 1


def the_late_report_tells_of_the_outage(stack: Running, silent: list[str]) -> None:
    """What the command line says of it, over the API, from what the events tell."""
    key = stack.demo["keys"]["operations"]
    command = [sys.executable, "-m", "cli.main", "late", "--since", "10 min", "--later-than", "1 s"]
    where = ["--api", stack.api, "--key", key, "--organisation", "sprinters", "--fired", "promise", "--json"]
    said = subprocess.run([*command, *where], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    report = json.loads(said)
    assert {row["ticket"] for row in report["fired"]} >= set(silent)
    for row in report["fired"]:
        due, at = (datetime.fromisoformat(row[name]) for name in ("due", "at"))
        assert row["late"] == pytest.approx((at - due).total_seconds(), abs=0.01)
    assert report["summary"]["promises"]["not_noticed"] >= SILENT
    assert any(gap["tickets"] >= SILENT for gap in report["summary"]["gaps"])


def nothing_lost_nothing_twice(support: Caller, tickets: list[str], acknowledged: list[tuple[str, str, str]]) -> None:
    assert len(acknowledged) == TICKETS * 8
    assert len(set(tickets)) == TICKETS
    for ticket in tickets:
        timeline = support.everything(f"/v1/tickets/{ticket}/timeline")
        assert [entry["number"] for entry in timeline] == list(range(1, len(timeline) + 1))
        happened = collections.Counter(entry["type"] for entry in timeline)
        for name, event, path in acknowledged:
            if name == ticket:
                assert happened[event] == 1, f"{path} of {ticket}: {happened[event]} times {event}"
        assert happened["ticket_opened"] == 1


def mail_is_told_once(stack: Running, sink: Sink) -> None:
    """Whatever was delivered twice bears the same Message-ID, and nothing stays behind."""
    database = Database(f"sqlite:///{stack.home / 'escalade.db'}")

    def all_sent() -> bool:
        counts = outbox.counts(database)
        return not counts.get(outbox.State.pending) and bool(counts.get(outbox.State.delivered))

    eventually(all_sent, f"every message is delivered: {outbox.counts(database)}", 60)
    delivered = outbox.counts(database)[outbox.State.delivered]
    assert len(set(sink.arrived)) == delivered
    assert len(sink.arrived) <= delivered * 1.1  # a repetition is an exception, not a habit
    database.close()
