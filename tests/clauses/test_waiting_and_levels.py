"""While we wait for the client, or a level promises nothing: which clocks stand still, and which clause says so."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk

EVALUATED = {"severity": "p1", "impact": "production-down", "assignee": "bob", "reason": "Looked at."}


@pytest.mark.clause("OL-19")
async def test_waiting_for_the_client_stops_the_resolution_target_and_nothing_else(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-06 10:00")  # Thursday
    ticket = await desk.open(severity="p1")
    assert await desk.due(ticket, "resolution") == "2031-03-10 10:00"  # Friday, Monday: 16 hours of opening time
    await desk.step("bob", ticket, "triage", **EVALUATED)
    await desk.until("03-06 14:00")
    await desk.step("bob", ticket, "questions", question="May we look at the server? Which version is it?")
    resolution, update = [await desk.clock(ticket, kind, "anna") for kind in ("resolution", "update")]
    assert (resolution["standing"], resolution["due"], resolution["spent"]) == (
        "paused",
        None,
        pytest.approx(4 * 3600, abs=5),
    )
    assert resolution["pauses"][-1]["clause"] == ["OL-19"]
    assert "stands still since 2031-03-06 14:00 Europe/Paris" in resolution["sentence"]
    assert "OL-19" in resolution["sentence"]
    assert (update["standing"], desk.wall(update["due"])) == ("running", "2031-03-07 14:00")
    await desk.until("03-11 11:00")  # the reports go on, and say what is awaited
    waiting = desk.mails(ticket, "update_automatic", "anna")
    assert [mail.data["waiting"] for mail in waiting] == [True, True]  # Friday and Monday, 14:00
    assert all("waiting for the information" in mail.text for mail in waiting)
    await desk.step("anna", ticket, "answers", text="Version 4.2; the door is open to you.")
    # Four hours of sixteen were used: six on Tuesday until 17:00, six on Wednesday.
    assert await desk.due(ticket, "resolution") == "2031-03-12 15:00"
    assert not [mail for mail in desk.mails(ticket, "staff_missed") if mail.data["clock"] == "resolution"]


@pytest.mark.clause("OL-19")
async def test_a_first_response_is_not_put_off_by_a_question_and_missing_information_cannot_miss_the_target(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p1")
    await desk.step("bob", ticket, "triage", **EVALUATED)
    await desk.step("bob", ticket, "questions", question="Since when?")
    assert (await desk.clock(ticket, "response"))["verdict"] == "met"
    await desk.until("04-30 10:00")
    assert (await desk.clock(ticket, "resolution"))["standing"] == "paused"
    assert "resolution" not in [mail.data["clock"] for mail in desk.mails(ticket, "staff_missed")]


@pytest.mark.clause("OL-19")
async def test_the_client_is_asked_to_test_a_solution_before_applying_it(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p1", language="fr")
    await desk.step("bob", ticket, "triage", **EVALUATED)
    await desk.step("bob", ticket, "resolution", kind="fix", text="Le pilote 4.2 est prêt.")
    (mail,) = desk.mails(ticket, "resolution", "anna")
    assert "Testez la solution dans un environnement de développement" in mail.text
    assert (await desk.ticket(ticket))["status"] == "resolved"  # the client tests, then agrees or refuses


async def at_consulting(desk: Desk) -> str:
    ticket = await desk.open(severity="normal")
    await desk.until("03-04 10:00")
    await desk.step(
        "bob", ticket, "escalations", level="consulting", group="logistics", reason="A new column is wanted."
    )
    return ticket


@pytest.mark.clause("PC-12")
async def test_level_one_has_targets(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 08:30")
    dues = {}
    for severity in ("blocking", "major", "normal"):
        ticket = await desk.open(severity=severity)
        clocks = [await desk.clock(ticket, kind, "anna") for kind in ("response", "resolution")]
        assert all(clock["clause"] == ["PC-12"] and clock["assumed"] for clock in clocks)
        dues[severity] = [desk.wall(clock["due"]) for clock in clocks]
    assert dues == {  # 08:00-12:00 and 13:30-17:30: eight hours a day
        "blocking": ["2031-03-03 10:30", "2031-03-04 08:30"],
        "major": ["2031-03-03 14:00", "2031-03-06 08:30"],
        "normal": ["2031-03-04 08:30", "2031-03-17 08:30"],
    }


@pytest.mark.clause("PC-12")
async def test_at_level_two_no_deadline_is_shown_nor_missed_even_after_a_year(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 10:00")
    ticket = await at_consulting(desk)
    resolution = await desk.clock(ticket, "resolution", "anna")
    assert (resolution["standing"], resolution["due"], resolution["verdict"]) == ("paused", None, None)
    assert resolution["pauses"][-1]["reasons"] == ["level"]
    assert resolution["pauses"][-1]["clause"] == ["PC-12"]
    assert "it does not run at this level, PC-12" in resolution["sentence"]
    await desk.until("2032-03-04 10:00")
    resolution = await desk.clock(ticket, "resolution", "anna")
    assert (resolution["standing"], resolution["due"], resolution["late"]) == ("paused", None, 0)
    assert not desk.mails(ticket, "staff_missed")
    assert not desk.mails(ticket, "staff_manager")
    assert "clock_missed" not in await desk.types(ticket)
    assert (await desk.get("bob", "/v1/tickets", params={"overdue": "true"}))["items"] == []


@pytest.mark.clause("PC-12")
async def test_back_at_level_one_the_clock_goes_on_with_what_was_left(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 10:00")
    ticket = await at_consulting(desk)  # 8 h used: from Monday 10:00 to Tuesday 10:00
    await desk.until("03-06 10:00")
    await desk.step("clara", ticket, "escalations", level="support", reason="It is standard after all.")
    # Ten business days are 80 h; 72 h are left on Thursday the 6th at 10:00: nine days more, Wednesday the 19th.
    assert await desk.due(ticket, "resolution") == "2031-03-19 10:00"
    pause = (await desk.clock(ticket, "resolution", "anna"))["pauses"][0]
    assert (desk.wall(pause["since"]), desk.wall(pause["until"])) == ("2031-03-04 10:00", "2031-03-06 10:00")
    assert pause["clause"] == ["PC-12"]


@pytest.mark.clause("PC-12")
async def test_the_values_of_level_one_and_what_stops_at_level_two_are_what_the_file_says(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 10:00")
    desk.rewrite("proconcept", "resolution: {within: 10 business days", "resolution: {within: 5 business days")
    ticket = await desk.open(severity="normal")
    assert await desk.due(ticket, "resolution") == "2031-03-10 10:00"
    desk.rewrite("proconcept", "clocks: [response, resolution]", "clocks: [response]")
    ticket = await at_consulting(desk)
    assert await desk.due(ticket, "resolution") == "2031-03-17 10:00"


@pytest.mark.clause("OL-19")
async def test_which_clocks_wait_for_the_client_is_what_the_file_says(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    desk.rewrite("olcare", "waiting: {pauses: [resolution]", "waiting: {pauses: [resolution, update]")
    ticket = await desk.open(severity="p1")
    await desk.step("bob", ticket, "triage", **EVALUATED)
    await desk.step("bob", ticket, "questions", question="Since when?")
    assert {(await desk.clock(ticket, kind))["standing"] for kind in ("update", "resolution")} == {"paused"}
