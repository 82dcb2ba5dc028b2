"""One ticket from its opening to its second life, through the doors."""

from __future__ import annotations

from api.access.owners import Owners
from tests.api.conftest import World

CAUSE = {"cause": "configuration", "cause_text": "A switch in the wrong place."}
"""The root cause that the agreement asks for (TF-17)."""


async def test_a_ticket_goes_from_opening_to_reopening_through_the_doors(world: World) -> None:
    ticket = await world.open()
    world.turn(minutes=20)
    receipt = await world.step("level1", ticket, "acknowledgement", means="call", text="On it.")
    assert receipt["status"] == "open"
    assert "first_response_given" in receipt["events"]
    await world.step("level1", ticket, "triage", severity="important", reason="Two of five gates open.")
    await world.step("manager", ticket, "assignment", assignee="bob")
    await world.step("client", ticket, "comments", text="It is cold outside.")
    await world.step("level1", ticket, "notes", text="Controller again?")
    await world.step("level1", ticket, "status-updates", text="Part ordered.")
    assert (await world.step("level1", ticket, "questions", question="Which firmware?"))["status"] == "waiting"
    assert (await world.step("client", ticket, "answers", text="4.2"))["status"] == "open"
    assert (await world.step("level1", ticket, "escalations", level="rnd", reason="A defect."))["level"] == "rnd"
    await world.step("client", ticket, "manager-requests", reason="A day already.")
    assert (await world.step("rnd", ticket, "resolution", kind="fix", text="New build.", **CAUSE))[
        "status"
    ] == "resolved"
    assert (await world.step("client", ticket, "refusal", reason="Left gate."))["status"] == "open"
    await world.step("rnd", ticket, "resolution", kind="fix", text="Newer build.", **CAUSE)
    assert (await world.step("client", ticket, "consent"))["status"] == "resolved"
    assert (await world.step("level1", ticket, "consent"))["status"] == "closed"
    world.turn(days=2)
    assert (await world.step("client", ticket, "reopening", reason="Closed again."))["status"] == "open"
    assert (await world.step("client", ticket, "withdrawal", reason="A fuse of ours."))["status"] == "closed"
    assert (await world.get("client", f"/v1/tickets/{ticket}")).json()["round"] == 2


async def test_an_archived_ticket_is_reopened_by_staff_in_a_new_run(world: World) -> None:
    ticket = await world.open()
    await world.step("client", ticket, "withdrawal", reason="Solved itself.")
    world.turn(days=31)
    assert ticket not in world.engine.runs
    refused = await world.post("level1", f"/v1/tickets/{ticket}/comments", {"text": "Hello?"})
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_archived")
    late = await world.post("client", f"/v1/tickets/{ticket}/reopening", {"reason": "It is back."})
    assert (late.status_code, late.json()["code"]) == (409, "reopening_window_over")
    assert ticket not in world.engine.runs
    receipt = await world.step("level1", ticket, "reopening", reason="It is back.")
    assert receipt["status"] == "open"
    assert world.engine.started[-1].run == 2
    assert (await world.get("client", f"/v1/tickets/{ticket}")).json()["status"] == "open"


async def test_a_ticket_that_the_engine_lost_is_not_silently_begun_again(world: World) -> None:
    ticket = await world.open()
    world.engine.lose(ticket)
    answer = await world.post("level1", f"/v1/tickets/{ticket}/comments", {"text": "Hello?"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_lost")


async def test_an_opening_that_is_not_recorded_yet_can_be_read_and_stepped_on(world: World) -> None:
    world.engine.lagging = True
    ticket = await world.open()
    world.app.state.context.owners = Owners()  # as another API process, which has not seen the opening
    assert (await world.get("client", f"/v1/tickets/{ticket}")).json()["subject"] == "The gates stay closed"
    assert (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"] == []
    assert (await world.get("client", f"/v1/tickets/{ticket}/clocks")).json()["source"] == "live"
    assert (await world.step("client", ticket, "comments", text="One more thing."))["ticket"] == ticket
