"""Trackforce: closing asks for a root cause, and `bug` for a linked defect."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused
from tests.clauses.test_rnd_defects import FIXED, REASON, defect, heard, release


@pytest.mark.clause("TF-17")
async def test_a_resolution_without_its_root_cause_is_refused_and_with_it_the_client_reads_it(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", language="en")
    ticket = await desk.open("ines", severity="critical")
    for body in ({}, {"cause": "configuration"}, {"cause_text": "Found."}):
        with pytest.raises(Refused) as refusal:
            await desk.step("bob", ticket, "resolution", kind="fix", text="Restarted.", **body)
        assert (refusal.value.status, refusal.value.code) == (422, "root_cause_missing")
    assert (await desk.ticket(ticket))["status"] == "new"
    await desk.step(
        "bob", ticket, "resolution", kind="fix", text="Restarted.", cause="configuration", cause_text="A wrong port."
    )
    mail = desk.mails(ticket, "resolution", to="ines")[0].text
    assert "The root cause: the configuration." in mail
    assert "A wrong port." in mail
    proposed = (await desk.timeline(ticket, "ines"))[-1]
    assert "Root cause (configuration): A wrong port." in next(
        entry["sentence"] for entry in await desk.timeline(ticket, "ines") if entry["type"] == "resolution_proposed"
    ), proposed


@pytest.mark.clause("TF-17")
async def test_a_bug_needs_a_bug_report_and_names_it(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", language="en")
    ticket = await desk.open("ines", severity="critical")
    bug = {"kind": "workaround", "text": "Restart it at noon.", "cause": "bug", "cause_text": "A leak in the driver."}
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "resolution", **bug)
    assert (refusal.value.status, refusal.value.code) == (409, "defect_missing")
    await desk.step("bob", ticket, "defect", defect=await defect(desk, "TF-BUG-7"), reason=REASON)
    await desk.step("bob", ticket, "resolution", **bug)
    mail = desk.mails(ticket, "resolution", to="ines")[0].text.replace("\n", " ")
    assert "The root cause: a bug in the software. It has been reported to R&D as the defect TF-BUG-7." in mail


@pytest.mark.clause("TF-17")
async def test_the_release_that_fixes_the_defect_proposes_the_fix_with_its_root_cause(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    ticket, name = await desk.open("ines", severity="critical"), await defect(desk)
    await desk.step("bob", ticket, "defect", defect=name, reason=REASON)
    await release(desk, "11.4", name)
    await heard(desk, name)
    proposed = next(e for e in await desk.timeline(ticket) if e["type"] == "resolution_proposed")
    assert (proposed["data"]["cause"], proposed["data"]["text"], proposed["by"]) == ("bug", FIXED, "system")


async def test_another_agreement_asks_for_no_root_cause(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "resolution", kind="fix", text="Restarted.")
    assert (await desk.ticket(ticket))["status"] == "resolved"
