"""OL Care: confirmation, progress on demand, one contact throughout, and the way up."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused
from tests.clauses.test_trackforce_contact import flat


@pytest.mark.clause("OL-07")
async def test_a_ticket_opened_on_the_portal_is_confirmed_by_e_mail_at_once(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-02 03:10")  # a Sunday night
    ticket = await desk.open("anna", channel="portal")
    (confirmation,) = desk.mails(ticket, "opened", to="anna")
    assert f"[{ticket}]" in confirmation.subject
    assert "Your ticket has been received" in flat(confirmation.text)
    sent = (await desk.get("anna", f"/v1/tickets/{ticket}/file"))["messages"][0]
    assert (sent["template"], sent["to"], sent["event"]) == ("opened", "anna", 1)
    assert (await desk.clock(ticket, "response"))["verdict"] is None  # a confirmation is no first response


@pytest.mark.clause("OL-13")
async def test_a_client_who_asks_for_progress_has_at_once_what_is_known_and_support_is_told(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open("anna", severity="p1")
    await desk.until("03-03 22:00")  # closed for the night
    await desk.step("anna", ticket, "progress-requests", text="Can we print tomorrow?")
    (told,) = desk.mails(ticket, "progress", to="anna")
    assert desk.wall(told.data["next_by"]) == "2031-03-04 09:00"  # one business day after 9:00
    text = flat(told.text)
    assert "It has been with level 1 support since Monday, 3 March 2031, 09:00" in text
    assert "You will hear from us again by Tuesday, 4 March 2031, 09:00" in text
    (asked,) = desk.mails(ticket, "staff_progress", to="support")
    assert "Can we print tomorrow?" in asked.text
    assert "progress_asked" in await desk.types(ticket, "anna")


@pytest.mark.clause("OL-13")
async def test_a_client_asks_and_adds_information_even_while_a_resolution_waits_for_its_answer(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open("anna")
    await evaluated(desk, ticket)
    await desk.step("bob", ticket, "resolution", kind="fix", text="The driver has been replaced.")
    await desk.step("anna", ticket, "comments", text="It happens with tray 2 only.")
    await desk.step("anna", ticket, "progress-requests")
    assert (await desk.ticket(ticket))["status"] == "resolved"
    assert [mail.data["text"] for mail in desk.mails(ticket, "staff_comment")] == ["It happens with tray 2 only."]
    assert "waiting for your answer to it" in flat(desk.mails(ticket, "progress")[0].text)


@pytest.mark.clause("OL-24")
async def test_technical_support_stays_the_contact_whoever_works_on_the_ticket(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open("anna")
    await evaluated(desk, ticket)
    await desk.step("bob", ticket, "escalations", level="rnd", reason="It is a defect of the product.", assignee="dora")
    await desk.step("dora", ticket, "comments", text="We have reproduced it.")
    await desk.step("dora", ticket, "questions", question="Which firmware is it?")
    await desk.step("anna", ticket, "answers", text="4.2")
    await desk.step("dora", ticket, "resolution", kind="workaround", text="Use tray 1.")
    mails = [mail for mail in desk.mails(ticket) if mail.to == "anna"]
    assert {mail.template for mail in mails} >= {"opened", "severity", "escalated", "comment", "question", "resolution"}
    for mail in mails:
        assert "Your contact: Technical support" in flat(mail.text), mail.template
    passed_on = next(mail for mail in mails if mail.template == "escalated")
    assert "Your contact stays the same, whoever works on the ticket: Technical support." in flat(passed_on.text)
    assert {
        str(message.reply.id) for message in desk.messages(ticket) if message.to.id == "anna" and message.reply
    } == {"support"}
    assert all(message.reply is not None for message in desk.messages(ticket) if message.to.id == "anna")


@pytest.mark.clause("OL-12")
async def test_a_problem_moves_up_by_shares_of_its_target_and_its_severity(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open("anna", severity="p1")
    await evaluated(desk, ticket, severity="p1", impact="production-down")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We are on it.")
    # Two business days of eight hours: 80 % are used up on Tuesday at 13:48 (12 h 48 min), all of it on Wednesday 9:00.
    await desk.until("03-04 13:47")
    assert desk.mails(ticket, "staff_manager") == []
    await desk.until("03-12 18:00")
    rungs = [(mail.to, mail.data["share"]) for mail in desk.mails(ticket, "staff_manager")]
    assert rungs == [("lead", 80), ("manager", 100), ("manager", 150)]
    mild = await desk.open("anna", severity="p3")
    await evaluated(desk, mild, severity="p3", impact="other-function")
    await desk.step("bob", mild, "acknowledgement", means="call", text="We are on it.")
    await desk.until("06-02 18:00")
    assert [(mail.to, mail.data["share"]) for mail in desk.mails(mild, "staff_manager")] == [
        ("lead", 80), ("manager", 100),
    ]  # fmt: skip


@pytest.mark.clause("OL-12")
async def test_the_ladder_is_what_the_file_says(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    desk.rewrite("olcare", "{at: 75 %, of: response, tell: team,", "{at: 50 %, of: response, tell: lead,")
    ticket = await desk.open("anna", severity="p1")
    await desk.until("03-03 11:01")  # half of four hours
    assert [(mail.to, mail.data["share"]) for mail in desk.mails(ticket, "staff_manager")] == [("lead", 50)]


@pytest.mark.clause("OL-12")
async def test_a_client_who_is_not_satisfied_asks_for_the_support_manager_at_any_time(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-02 03:10")
    ticket = await desk.open("anna")
    await desk.step("anna", ticket, "manager-requests", reason="This is the third time.")
    await evaluated(desk, ticket)
    await desk.step("bob", ticket, "resolution", kind="fix", text="Replaced.")
    await desk.step("anna", ticket, "manager-requests", reason="It was replaced before.")
    reasons = [mail.data["reason"] for mail in desk.mails(ticket, "staff_manager", to="manager")]
    assert reasons == ["This is the third time.", "It was replaced before."]
    assert len(desk.mails(ticket, "manager", to="anna")) == 2
    await desk.step("anna", ticket, "consent")
    with pytest.raises(Refused) as refusal:
        await desk.step("anna", ticket, "manager-requests", reason="Still.")
    assert refusal.value.code == "ticket_closed"
    desk.rewrite("olcare", "on_demand: {tell: manager,", "on_demand: {tell: lead,")
    other = await desk.open("anna")
    await desk.step("anna", other, "manager-requests", reason="Nobody calls back.")
    assert [mail.to for mail in desk.mails(other, "staff_manager")] == ["lead"]


async def evaluated(desk: Desk, ticket: str, severity: str = "p2", impact: str = "important-function") -> None:
    """What OL Care wants to be set before the first response (OL-08)."""
    await desk.step("bob", ticket, "triage", severity=severity, impact=impact, reason="Looked at.", assignee="bob")
