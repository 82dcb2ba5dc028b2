"""OL Care: who stands ahead in the queue, and who looks after a client of Gold or Platinum."""

from __future__ import annotations

from typing import Any

import pytest

from domain.words import Role
from store.directory import Staff
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk
from tests.clauses.test_olcare_cover import client

SAM = Staff(id="sam", name="Sam Olsen", email="sam@support.example", role=Role.manager)


async def queue(desk: Desk, limit: int = 50, status: tuple[str, ...] = ("new",)) -> list[str]:
    """Subjects in the order in which the work is to be taken up, read page by page."""
    found: list[str] = []
    params: dict[str, Any] = {"order": "queue", "limit": limit, "status": status}
    while True:
        page = await desk.get("bob", "/v1/tickets", params=params)
        found += [item["subject"] for item in page["items"]]
        if "next" not in page:
            return found
        params["cursor"] = page["next"]


async def open_for(desk: Desk, who: tuple[str, str], subject: str, **filed: Any) -> str:
    body = {"organisation": who[0], "contact": who[1], "channel": "portal", "subject": subject, **filed}
    ticket = await desk.open("bob", **body)
    await desk.ticket(ticket)
    return ticket


@pytest.mark.clause("OL-03")
async def test_gold_and_platinum_stand_ahead_in_the_queue_and_then_what_is_nearest_to_being_missed(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare", start="03-03 09:30", programme="standard")
    acme, bolt, cliff = ("acme", "anna"), ("bolt", "rita"), ("cliff", "cora")
    for who, programme in ((bolt, "gold"), (cliff, "platinum")):
        client(desk, *who, programme=programme)
    # By hand: two hours by telephone and four on the portal.
    await open_for(desk, acme, "standard, due at 11:30", channel="telephone", severity="p1")
    await open_for(desk, acme, "standard, due at 13:30", severity="p2")
    await open_for(desk, bolt, "gold, due at 13:30")
    await desk.until("03-03 10:00")
    missed = await open_for(desk, bolt, "gold, due at 12:00", channel="telephone")
    await desk.until("03-03 11:00")
    await open_for(desk, cliff, "platinum, due at 15:00", severity="p4")
    expected = [
        "platinum, due at 15:00",
        "gold, due at 12:00",
        "gold, due at 13:30",
        "standard, due at 11:30",
        "standard, due at 13:30",
    ]
    assert await queue(desk) == expected
    assert await queue(desk, limit=1) == expected  # page by page, nothing twice and nothing skipped
    # What was missed goes on being the most urgent of its programme, ahead of what falls due next.
    await desk.until("03-03 12:30")
    assert (await desk.clock(missed, "response"))["standing"] == "late"
    assert (await queue(desk))[:3] == expected[:3]
    # Answered, its next promise is a report on Wednesday: the other gold ticket comes first.
    await desk.step("bob", missed, "triage", severity="p3", impact="other-function", assignee="bob", reason="Seen.")
    await desk.step("bob", missed, "acknowledgement", means="call", text="Begun.")
    assert desk.wall((await desk.ticket(missed))["promise_due"]) == "2031-03-05 12:30"
    assert [item for item in await queue(desk, status=("new", "open")) if "gold" in item] == [expected[2], expected[1]]


@pytest.mark.clause("OL-03")
async def test_which_programme_stands_ahead_is_the_agreement_files_word(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 09:30", programme="standard")
    bolt = ("bolt", "rita")
    client(desk, *bolt, programme="gold")
    desk.rewrite("olcare", "queue: 1\n", "queue: 3\n")
    await open_for(desk, bolt, "gold")
    await open_for(desk, ("acme", "anna"), "standard")
    assert await queue(desk) == ["standard", "gold"]


@pytest.mark.clause("OL-03")
@pytest.mark.parametrize("programme", ["gold", "platinum"])
async def test_a_gold_or_platinum_client_knows_its_success_manager_who_hears_of_each_new_ticket(
    new_desk: NewDesk, programme: str
) -> None:
    desk = await new_desk("olcare", programme=programme, success_manager="sam")
    desk.save(SAM)
    ticket = await desk.open(severity="p2")
    [told] = desk.mails(ticket, to="sam")
    assert told.template == "staff_opened"
    assert "Nothing is printed" in told.subject
    assert (await desk.ticket(ticket, "anna"))["success_manager"] == "sam"
    [confirmed] = desk.mails(ticket, "opened", to="anna")
    assert "Sam Olsen" in confirmed.text
    [contract] = (await desk.get("anna", "/v1/organisations/acme"))["contracts"]
    assert (contract["programme"], contract["success_manager"]) == (programme, {"id": "sam", "name": "Sam Olsen"})


@pytest.mark.clause("OL-03")
async def test_standard_has_no_success_manager_even_if_a_contract_names_one(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", programme="standard", success_manager="sam")
    desk.save(SAM)
    ticket = await desk.open()
    assert desk.mails(ticket, to="sam") == []
    assert "Sam Olsen" not in desk.mails(ticket, "opened", to="anna")[0].text
    assert "success_manager" not in await desk.ticket(ticket, "anna")
