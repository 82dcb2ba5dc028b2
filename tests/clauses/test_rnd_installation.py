"""ProConcept: the client can ask to have the installation of a patch organised, which is billable."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused
from tests.clauses.test_rnd_defects import REASON, defect, heard, release


async def offered(desk: Desk) -> str:
    """A ticket that waited for a defect and has been offered the patch that fixes it."""
    ticket, name = await desk.open("anna"), await defect(desk)
    await desk.step("bob", ticket, "defect", defect=name, reason=REASON)
    await release(desk, "11.4", name)
    await heard(desk, name)
    return ticket


@pytest.mark.clause("PC-13")
async def test_the_client_is_offered_the_installation_and_asks_for_it_instead_of_accepting(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", language="en")
    ticket = await offered(desk)
    mail = desk.mails(ticket, "resolution", to="anna")[0].text.replace("\n", " ")
    assert "If you would like us to organise the installation, ask for it on the ticket." in mail
    assert "Installing and checking a version or a patch. This work is billed." in mail
    await desk.step("anna", ticket, "installation-requests", text="On Tuesday morning, please.")
    row = await desk.ticket(ticket)
    assert (row["status"], row["level"], row["group"]) == ("open", "consulting", "technical")
    assert (row["kind"], row["cover"]) == ("installation", "billable")
    assert desk.mails(ticket, "staff_installation")[0].data["release"] == "spooler 11.4"
    # Consulting is best effort: no due date is named for it.
    assert (await desk.clock(ticket, "resolution"))["due"] is None


@pytest.mark.clause("PC-13")
async def test_the_installation_can_still_be_asked_for_when_the_ticket_is_closed(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await offered(desk)
    await desk.step("anna", ticket, "consent")
    await desk.until("03-13 09:00")
    await desk.step("anna", ticket, "installation-requests", text="On Tuesday morning, please.")
    row = await desk.ticket(ticket)
    assert (row["status"], row["kind"], row["round"]) == ("open", "installation", 2)


async def test_without_a_release_there_is_nothing_to_install(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    with pytest.raises(Refused) as refusal:
        await desk.step("anna", ticket, "installation-requests", text="On Tuesday morning, please.")
    assert (refusal.value.status, refusal.value.code) == (409, "no_release")


async def test_under_an_agreement_that_offers_no_installation_none_is_offered(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", language="en")
    ticket = await offered(desk)
    assert "organise the installation" not in desk.mails(ticket, "resolution", to="anna")[0].text
    with pytest.raises(Refused) as refusal:
        await desk.step("anna", ticket, "installation-requests", text="On Tuesday morning, please.")
    assert refusal.value.code == "installation_not_offered"
