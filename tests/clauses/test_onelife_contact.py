"""1Life: filing at any hour, calls and remote hands, everything on the ticket, and five technicians who share them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.words import Level, Role
from store.directory import Staff
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused
from tests.clauses.test_trackforce_contact import flat


@pytest.mark.clause("1L-10")
async def test_a_client_files_at_three_on_a_sunday_morning_and_is_called_back_by_the_team(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-02 03:00")
    ticket = await desk.open("anna", channel="portal")
    assert len(desk.mails(ticket, "opened", to="anna")) == 1
    assert len(desk.mails(ticket, "staff_opened", to="support")) == 1
    await desk.until("03-03 09:20")
    assert (await desk.ticket(ticket))["status"] == "new"
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We called, and saw the same message.")
    (told,) = desk.mails(ticket, "first_response", to="anna")
    assert "Nous vous avons appelé" in flat(told.text)


@pytest.mark.clause("1L-10")
async def test_where_something_must_be_seen_the_client_is_invited_to_a_remote_session(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "assignment", assignee="lea")
    at = desk.at("03-03 14:00").isoformat()
    await desk.step("bob", ticket, "sessions", at=at, text="Open the client software and read us the code it shows.")
    (invited,) = desk.mails(ticket, "session", to="anna")
    text = flat(invited.text)
    assert "lundi 3 mars 2031 à 14:00" in text
    assert "read us the code it shows" in text
    assert len(desk.mails(ticket, "staff_session", to="lea")) == 1
    (entry,) = [entry for entry in await desk.timeline(ticket, "anna") if entry["type"] == "session_offered"]
    assert "2031-03-03 14:00" in entry["sentence"]
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "sessions", at=desk.at("03-03 08:00").isoformat(), text="Now?")
    assert (refusal.value.status, refusal.value.code) == (422, "session_in_the_past")
    await desk.until("03-03 14:30")
    await desk.step("lea", ticket, "acknowledgement", means="remote_session", text="The filter was set on last year.")
    assert "lors d’une session à distance" in flat(desk.mails(ticket, "first_response")[0].text)


@pytest.mark.clause("1L-02", "1L-11")
async def test_one_read_returns_everything_that_was_done_on_a_ticket(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    ticket = await lived(desk)
    whole = await desk.get("bob", f"/v1/tickets/{ticket}/file")
    steps = [entry["type"] for entry in whole["timeline"]]
    assert steps == await desk.types(ticket)
    for step in ("ticket_opened", "ticket_assigned", "first_response_given", "note_added", "comment_added",
                 "information_requested", "information_given", "resolution_proposed", "consent_given",
                 "ticket_closed"):  # fmt: skip
        assert step in steps
    assert all(entry["sentence"] for entry in whole["timeline"])
    assert whole["ticket"]["id"] == ticket
    sent = [(one["template"], one["to"]) for one in whole["messages"]]
    assert ("opened", "anna") in sent
    assert ("staff_answer", "bob") in sent
    assert {one["kind"] for one in whole["clocks"]} <= {"consent", "internal"}  # 1Life promises no times


@pytest.mark.clause("1L-11")
async def test_in_the_clients_file_nothing_internal_stands(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    ticket = await lived(desk)
    whole = await desk.get("anna", f"/v1/tickets/{ticket}/file")
    assert "note_added" not in [entry["type"] for entry in whole["timeline"]]
    assert "They always forget the filter." not in str(whole)
    assert "bob" not in {entry.get("by_id") for entry in whole["timeline"]}
    assert {one["to"] for one in whole["messages"]} == {"anna"}
    assert "internal" not in {one["kind"] for one in whole["clocks"]}
    assert whole["ticket"].get("next_due") is None


@pytest.mark.clause("1L-12")
async def test_a_client_follows_open_and_closed_tickets_with_how_they_were_solved(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    closed, still_open = await lived(desk), await desk.open("anna", subject="Another one")
    listed = (await desk.get("anna", "/v1/tickets", params={"order": "opened_at"}))["items"]
    assert {one["id"]: one["status"] for one in listed} == {closed: "closed", still_open: "new"}
    (solved,) = (await desk.get("anna", "/v1/tickets", params={"status": "closed"}))["items"]
    assert (solved["closing"], solved["resolution_kind"], solved["resolution_text"]) == (
        "consent", "fix", "The filter is set on this year.",
    )  # fmt: skip


@pytest.mark.clause("1L-13")
async def test_a_client_reopens_a_ticket_when_the_problem_comes_back(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    ticket = await lived(desk)
    await desk.until("04-01 10:00")  # 29 days later; 30 are assumed
    await desk.step("anna", ticket, "reopening", reason="It is back since the update.")
    seen = await desk.ticket(ticket, "anna")
    assert (seen["status"], seen["round"]) == ("open", 2)
    assert [one.data["reason"] for one in desk.mails(ticket, "staff_reopened")] == ["It is back since the update."]


@pytest.mark.clause("1L-13")
async def test_until_when_it_can_be_reopened_is_what_the_file_says(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    desk.rewrite("onelife", "  within: 30 days\n", "  within: 2 days\n")
    ticket = await lived(desk)
    await desk.until("03-06 10:00")
    with pytest.raises(Refused) as refusal:
        await desk.step("anna", ticket, "reopening", reason="It is back.")
    assert refusal.value.status == 409


@pytest.mark.clause("1L-14")
async def test_a_client_comments_on_a_ticket_and_whoever_works_on_it_reads_it(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "assignment", assignee="lea")
    await desk.step("anna", ticket, "comments", text="It also happens with the delivery notes.")
    assert [one.data["text"] for one in desk.mails(ticket, "staff_comment", to="lea")] == [
        "It also happens with the delivery notes."
    ]
    (entry,) = [entry for entry in await desk.timeline(ticket, "ines") if entry["type"] == "comment_added"]
    assert "It also happens with the delivery notes." in entry["sentence"]


@pytest.mark.clause("1L-25")
async def test_five_technicians_share_the_tickets_and_each_ticket_has_one(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    team = ["bob", "emma", "lea", "paul", "tom"]
    desk.save(
        *(
            Staff(id=who, name=who.title(), email=f"{who}@support.example", role=Role.level1, level=Level.support)
            for who in ("emma", "paul", "tom")
        )
    )
    tickets = [await desk.open("anna", subject=f"Request {number}") for number in range(7)]
    for ticket in tickets:  # each goes to whoever has least to do
        listed = (await desk.get("bob", "/v1/staff", params={"level": "support"}))["items"]
        assert sorted(one["id"] for one in listed) == team
        await desk.step("bob", ticket, "assignment", assignee=listed[0]["id"])
    listed = (await desk.get("max", "/v1/staff", params={"level": "support"}))["items"]
    assert sorted(one["open_tickets"] for one in listed) == [1, 1, 1, 2, 2]
    assert {(await desk.ticket(ticket))["assignee"] for ticket in tickets} == {*team}
    await desk.step("bob", tickets[0], "assignment", assignee="tom")  # it has one, and now that is another
    assert (await desk.ticket(tickets[0]))["assignee"] == "tom"
    for stranger in ("mallory", "anna"):
        with pytest.raises(Refused) as refusal:
            await desk.step("bob", tickets[0], "assignment", assignee=stranger)
        assert (refusal.value.status, refusal.value.code) == (422, "unknown_assignee")


async def lived(desk: Desk) -> str:
    """A ticket from opening to consent, with a bit of everything."""
    ticket = await desk.open("anna", subject="The list is empty")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We called you.")
    await desk.step("bob", ticket, "notes", text="They always forget the filter.")
    await desk.step("bob", ticket, "questions", question="Which year?")
    await desk.step("anna", ticket, "answers", text="This one.")
    await desk.step("anna", ticket, "comments", text="The invoices, too.")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The filter is set on this year.")
    await desk.environment.sleep(timedelta(minutes=5))
    await desk.step("anna", ticket, "consent")
    return ticket
