"""One ticket of each agreement, from opening to reopening, through the HTTP API against the real engine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from tests.cli.stacks import eventually
from tests.e2e.running import Caller, Running

SEVERITIES = {"trackforce": "critical", "olcare": "p1", "proconcept": "blocking", "onelife": "blocking"}
PROMISED = {
    "trackforce": {"response", "update", "resolution"},
    "olcare": {"response", "update", "resolution"},
    "proconcept": {"response", "resolution"},
    "onelife": set[str](),  # 1L-24: nothing is promised, so nothing is shown
}


class Desk:
    """The people around one organisation's ticket."""

    def __init__(self, stack: Running, agreement: str) -> None:
        self.organisation = next(org for org in stack.demo["organisations"] if org["agreement"] == agreement)
        self.client = Caller(stack.api, self.organisation["key"])
        self.support, self.consultant, self.manager = (
            Caller(stack.api, stack.demo["keys"][role]) for role in ("level1", "consultant", "manager")
        )


def step(caller: Caller, ticket: str, path: str, **body: Any) -> dict[str, Any]:
    answer = caller.post(f"/v1/tickets/{ticket}/{path}", body)
    assert answer.status_code == 200, f"{path}: {answer.text}"
    receipt: dict[str, Any] = answer.json()
    return receipt


def evaluate(desk: Desk, ticket: str, agreement: str) -> None:
    """What OL Care wants to be set before the first response (OL-08)."""
    if agreement == "olcare":
        more = {"severity": "p1", "impact": "production-down", "assignee": "bob"}
        step(desk.support, ticket, "triage", reason="Looked at.", **more)


@pytest.mark.parametrize("agreement", SEVERITIES)
def test_a_ticket_lives_from_opening_to_reopening(stack: Running, agreement: str) -> None:
    desk = Desk(stack, agreement)
    body = {"subject": "Nothing prints", "description": "Since seven.", "channel": "portal",
            "severity": SEVERITIES[agreement]}  # fmt: skip
    opened = desk.client.post("/v1/tickets", body)
    assert opened.status_code == 201, opened.text
    ticket = opened.json()["id"]
    assert opened.headers["Location"] == f"/v1/tickets/{ticket}"
    assert {clock["kind"] for clock in desk.client.get(f"/v1/tickets/{ticket}/clocks")["items"]} >= PROMISED[agreement]

    step(desk.support, ticket, "assignment", assignee="bob")
    evaluate(desk, ticket, agreement)
    answered = step(desk.support, ticket, "acknowledgement", means="call", text="We called you back.")
    assert answered["status"] == "open"
    step(desk.support, ticket, "status-updates", text="The cause is narrowed down.")
    assert step(desk.support, ticket, "questions", question="Which printer?")["status"] == "waiting"
    assert step(desk.client, ticket, "comments", text="The second one.")["status"] == "open"
    step(desk.support, ticket, "notes", text="Looks like the spooler.")

    groups = {"proconcept": "technical"}
    escalation = {"level": "consulting", "reason": "The label's layout was made to measure."}
    escalation |= {"group": groups[agreement]} if agreement in groups else {}
    taken, back = ({"assignee": "clara"}, {"assignee": "bob"}) if agreement == "olcare" else ({}, {})  # OL-18
    assert step(desk.support, ticket, "escalations", **escalation, **taken)["level"] == "consulting"
    returned = step(desk.consultant, ticket, "escalations", level="support", reason="It is not.", **back)
    assert returned["level"] == "support"
    step(desk.client, ticket, "manager-requests", reason="A whole shift is waiting.")

    cause = {"cause": "usage", "cause_text": "The wrong tray."} if agreement == "trackforce" else {}  # TF-17
    assert step(desk.support, ticket, "resolution", kind="fix", text="Restarted.", **cause)["status"] == "resolved"
    assert step(desk.client, ticket, "refusal", reason="Still nothing.")["status"] == "open"
    step(desk.support, ticket, "resolution", kind="workaround", text="Use the first printer.", **cause)
    closed = step(desk.client, ticket, "consent")
    if agreement == "trackforce":  # TF-11: both representatives
        assert closed["status"] == "resolved"
        closed = step(desk.manager, ticket, "consent")
    assert closed["status"] == "closed"
    refused = desk.support.post(f"/v1/tickets/{ticket}/status-updates", {"text": "More."})
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_closed")
    assert step(desk.client, ticket, "reopening", reason="It is back.")["status"] == "open"

    row = desk.client.get(f"/v1/tickets/{ticket}")
    assert (row["status"], row["round"]) == ("open", 2)
    theirs = [entry["type"] for entry in desk.client.everything(f"/v1/tickets/{ticket}/timeline")]
    ours = [entry["type"] for entry in desk.support.everything(f"/v1/tickets/{ticket}/timeline")]
    assert "note_added" in ours
    assert "note_added" not in theirs
    for told in ("escalated", "resolution_refused", "ticket_closed", "ticket_reopened", "information_given"):
        assert told in theirs
    step(desk.client, ticket, "withdrawal", reason="End of the test.")


def test_a_client_finds_its_ticket_in_its_list_and_nobody_elses(stack: Running) -> None:
    desk, other = Desk(stack, "olcare"), Desk(stack, "onelife")
    body = {"subject": "Found in the list", "description": "Once.", "channel": "portal"}
    ticket = desk.client.post("/v1/tickets", body).json()["id"]
    eventually(lambda: ticket in [row["id"] for row in desk.client.everything("/v1/tickets")], "listed", 10)
    assert ticket not in [row["id"] for row in other.client.everything("/v1/tickets")]
    for path in ("", "/timeline", "/clocks"):
        hidden, unknown = (other.client.http.get(f"/v1/tickets/{name}{path}") for name in (ticket, "0000000000"))
        assert (hidden.status_code, hidden.json()["code"]) == (unknown.status_code, unknown.json()["code"])
        assert hidden.status_code == 404


def test_a_refused_command_costs_the_ticket_no_event(stack: Running) -> None:
    desk = Desk(stack, "olcare")
    body = {"subject": "Counted", "description": "Twice.", "channel": "portal"}
    ticket = desk.client.post("/v1/tickets", body).json()["id"]
    evaluate(desk, ticket, "olcare")
    step(desk.support, ticket, "acknowledgement", means="call", text="Hello.")
    before = desk.support.everything(f"/v1/tickets/{ticket}/timeline")
    for _ in range(3):
        again = desk.support.post(f"/v1/tickets/{ticket}/acknowledgement", {"means": "call", "text": "Hello."})
        assert again.status_code == 409
        assert "status update" in again.json()["detail"]
    assert desk.support.everything(f"/v1/tickets/{ticket}/timeline") == before


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(stack: Running) -> None:
    desk = Desk(stack, "olcare")
    body = {"subject": "Once only", "description": "Sent twice.", "channel": "portal"}
    first, again = (desk.client.post("/v1/tickets", body, key="open-once") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert desk.client.post("/v1/tickets", {**body, "subject": "Other"}, key="open-once").status_code == 409
    ticket = first.json()["id"]
    path = f"/v1/tickets/{ticket}/comments"
    one, two = (desk.client.post(path, {"text": "Only once."}, key="say-once") for _ in range(2))
    assert one.json() == two.json()
    other = desk.client.post(path, {"text": "Something else."}, key="say-once")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    said = [
        entry for entry in desk.client.everything(f"/v1/tickets/{ticket}/timeline") if entry["type"] == "comment_added"
    ]
    assert len(said) == 1


async def test_operations_find_a_ticket_in_the_engine_by_its_state_and_read_it_in_words(stack: Running) -> None:
    desk = Desk(stack, "proconcept")
    body = {"subject": "Seen by operations", "description": "In words.", "channel": "portal", "severity": "major"}
    ticket = desk.client.post("/v1/tickets", body).json()["id"]
    step(desk.support, ticket, "escalations", level="consulting", group="finance", reason="A question of payroll.")
    client = await Client.connect(f"127.0.0.1:{stack.settings['temporal_port']}")
    query = "EscaladeLevel = 'consulting/finance' AND EscaladeSeverity = 'major' AND EscaladeOrganisation = 'jura'"

    async def found() -> list[str]:
        return [row.id async for row in client.list_workflows(query)]

    for _ in range(100):  # the engine's index follows its histories within moments
        if await found():
            break
        await asyncio.sleep(0.1)
    assert await found() == [f"ticket-{ticket}"]
    metadata = await client.get_workflow_handle(f"ticket-{ticket}").query("__temporal_workflow_metadata")
    words = str(metadata)
    assert "severity major, at consulting / finance" in words
    assert "paused (level)" in words  # PC-12: best effort, no deadline
