"""Waiting for a defect at R&D: no due date, news once, and the release that takes the ticket up again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

REASON = "The spooler loses its connection; only a new version can solve it."
FIXED = "The spooler keeps its connection."
ERROR: dict[str, Any] = {"kind": "software-error", "intake": {"prerequisites": True}}
"""A free error of the software, used as the editor wants it (1L-05, 1L-07)."""


async def defect(desk: Desk, name: str = "D-1", **more: Any) -> str:
    """A defect of R&D's."""
    body = {"id": name, "title": "Loses its connection", "description": "After 49 days.", **more}
    return str((await desk.post("bob", "/v1/defects", body))["id"])


async def release(desk: Desk, version: str, *fixes: str, **more: Any) -> dict[str, Any]:
    """A release that Dora of R&D publishes; its defects know when this returns, their tickets soon after."""
    body = {"product": "spooler", "version": version, "fixes": list(fixes), "text": FIXED, **more}
    return dict(await desk.post("dora", "/v1/releases", body))


async def heard(desk: Desk, name: str) -> None:
    """Returns when nobody who waits has anything left to hear."""
    await desk.settled(lambda: desk.unheard(name) == 0)


@pytest.mark.clause("PC-05")
async def test_a_ticket_that_waits_for_a_patch_has_no_due_date_and_the_patch_takes_it_up_again(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("proconcept", start="03-03 09:00")
    ticket = await desk.open("anna", severity="normal")
    assert await desk.due(ticket, "resolution") == "2031-03-17 09:00"  # ten business days
    await desk.until("03-03 11:00")
    await desk.step("bob", ticket, "defect", defect=await defect(desk), reason=REASON)
    clock = await desk.clock(ticket, "resolution", "anna")
    assert (clock["due"], clock["standing"]) == (None, "paused")
    assert "R&D’s correction is awaited, so no due date can be named" in clock["sentence"]
    assert clock["spent"] == pytest.approx(2 * 3600, abs=60)  # a virtual second for each real one meanwhile
    told = desk.mails(ticket, "defect_awaited", to="anna")[0]
    assert "Loses" not in told.text  # what R&D calls it is R&D's
    assert REASON.split(";")[0] in told.text.replace("\n", " ")
    assert "nous ne pouvons pas donner de date" in told.text.replace("\n", " ")

    await desk.until("06-02 09:00")  # a quarter of a year later
    assert (await desk.clock(ticket, "resolution"))["verdict"] is None
    assert not [kind for kind in await desk.types(ticket) if kind == "clock_missed"]
    await release(desk, "11.4", "D-1")
    await heard(desk, "D-1")
    row = await desk.ticket(ticket)
    assert (row["status"], row["resolution_kind"], row["level"]) == ("resolved", "fix", "support")
    offered = desk.mails(ticket, "resolution", to="anna")[0]
    assert FIXED in offered.text
    assert "spooler 11.4" in offered.text.replace("\n", " ")
    # Refused, it goes on with what was left: it had used two of the hours of its first day.
    await desk.step("anna", ticket, "refusal", reason="It still stops.")
    clock = await desk.clock(ticket, "resolution")
    assert (clock["standing"], clock["spent"]) == ("running", pytest.approx(2 * 3600, abs=5))


@pytest.mark.clause("PC-05")
async def test_a_ticket_at_rnd_comes_back_to_customer_services_with_the_patch(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "escalations", level="rnd", reason="It needs a look at the source.")
    await desk.step("dora", ticket, "defect", defect=await defect(desk), reason=REASON)
    await release(desk, "11.4", "D-1")
    await heard(desk, "D-1")
    assert (await desk.ticket(ticket))["level"] == "support"
    internal = await desk.clocks(ticket, "internal")
    assert [clock["verdict"] for clock in internal] == ["met", "met"]


async def test_rnds_plain_answers_reach_each_client_who_waits_once_and_one_who_comes_later_hears_the_last(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("proconcept")
    first, second = await desk.open("anna"), await desk.open("anna")
    name = await defect(desk)
    await desk.step("bob", first, "defect", defect=name, reason=REASON)
    for text in ("We can reproduce it.", "We know the cause."):
        await desk.post("dora", f"/v1/defects/{name}/answers", {"text": text})
        await heard(desk, name)
    await desk.step("bob", second, "defect", defect=name, reason=REASON)
    await heard(desk, name)
    texts = [[mail.data["text"] for mail in desk.mails(ticket, "defect_news")] for ticket in (first, second)]
    assert texts == [["We can reproduce it.", "We know the cause."], ["We know the cause."]]
    assert (await desk.get("bob", f"/v1/defects/{name}"))["waiting"] == 2
    assert (await desk.ticket(first))["status"] == "open"


async def test_a_rejected_defect_gives_the_ticket_back_to_support_with_its_time_running(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket, name = await desk.open("anna"), await defect(desk)
    await desk.step("bob", ticket, "escalations", level="rnd", reason="It needs a look at the source.")
    await desk.step("dora", ticket, "defect", defect=name, reason=REASON)
    await desk.post("dora", f"/v1/defects/{name}/rejection", {"text": "It works as designed."})
    await heard(desk, name)
    row = await desk.ticket(ticket)
    assert (row["status"], row["level"]) == ("open", "support")
    assert (await desk.clock(ticket, "resolution"))["standing"] == "running"
    assert "It works as designed." in desk.mails(ticket, "defect_rejected", to="anna")[0].text
    assert desk.mails(ticket, "staff_defect_rejected")[0].to == "support"
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "defect", defect=name, reason=REASON)
    assert refusal.value.code == "defect_settled"


@pytest.mark.clause("PC-13")
async def test_a_patch_for_one_supported_version_frees_only_the_tickets_of_that_version(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    name = await defect(desk, product="spooler")
    tickets = {}
    for version in ("11.3.2", "12.0", None):
        product = {"name": "spooler", **({"version": version} if version else {})}
        tickets[version] = await desk.open("anna", product=product)
        await desk.step("bob", tickets[version], "defect", defect=name, reason=REASON)
    await release(desk, "11.4", name, line="11")
    await heard(desk, name)
    statuses = {version: (await desk.ticket(ticket))["status"] for version, ticket in tickets.items()}
    assert statuses == {"11.3.2": "resolved", "12.0": "open", None: "resolved"}
    assert desk.mails(tickets["12.0"], "defect_news")[0].data["release"] == "spooler 11.4"
    await release(desk, "12.1", name, line="12")
    await heard(desk, name)
    assert (await desk.ticket(tickets["12.0"]))["status"] == "resolved"
    published = (await desk.get("dora", "/v1/releases", params={"product": "spooler"}))["items"]
    assert [(one["version"], one["line"]) for one in published] == [("12.1", "12"), ("11.4", "11")]


@pytest.mark.clause("OL-16")
async def test_a_p4_problem_has_no_date_but_the_next_release_which_solves_it(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open("anna", severity="p4")
    clock = await desk.clock(ticket, "resolution")
    assert (clock["promise"], clock["due"], clock["clause"]) == ("next release", None, ["OL-16"])
    await desk.step(
        "bob", ticket, "triage", severity="p4", impact="worked-around", assignee="bob", reason="Looked at together."
    )
    await desk.step("bob", ticket, "defect", defect=await defect(desk), reason=REASON)
    await desk.until("09-01 10:00")
    await release(desk, "2031.2", "D-1")
    await heard(desk, "D-1")
    assert "spooler 2031.2" in desk.mails(ticket, "resolution")[0].text.replace("\n", " ")
    await desk.step("anna", ticket, "consent")
    clock = await desk.clock(ticket, "resolution")
    assert (clock["verdict"], clock["due"], clock["late"]) == ("cancelled", None, 0)  # neither met nor missed


@pytest.mark.clause("1L-05")
async def test_a_blocking_software_error_is_offered_a_workaround_and_followed_until_rnd_has_solved_it(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("onelife", cover="maintenance")
    ticket = await desk.open("anna", severity="blocking", **ERROR)
    await desk.step("bob", ticket, "notes", text="Analysis: the log shows a lost connection; it can be reproduced.")
    await desk.step("bob", ticket, "escalations", level="rnd", reason="A malfunction of the software, with evidence.")
    name = await defect(desk)
    with pytest.raises(Refused) as refusal:
        await desk.step("dora", ticket, "defect", defect=name, reason=REASON)
    assert refusal.value.code == "workaround_missing"
    await desk.step("dora", ticket, "defect", defect=name, reason=REASON, workaround="Restart it at noon.")
    assert "Restart it at noon." in desk.mails(ticket, "defect_awaited", to="anna")[0].text
    await desk.step("dora", ticket, "resolution", kind="workaround", text="Restart it at noon.")
    await desk.step("anna", ticket, "consent")
    assert (await desk.ticket(ticket))["status"] == "closed"

    await desk.until("09-01 10:00")  # long after the thirty days in which it could be reopened
    assert (await desk.ticket(ticket))["status"] == "closed"  # and not archived: it is still followed
    await desk.post("dora", f"/v1/defects/{name}/answers", {"text": "It is nearly done."})
    await heard(desk, name)
    await desk.until("10-01 10:00")
    await release(desk, "11.4", name)
    await heard(desk, name)
    assert [mail.template for mail in desk.mails(ticket, to="anna")][-2:] == ["defect_news", "release"]
    assert (await desk.ticket(ticket))["status"] == "closed"
    assert desk.wall((await desk.ticket(ticket))["reopen_until"]) == "2031-10-31 10:00"  # thirty days after
    await desk.until("10-05 10:00")
    await desk.step("anna", ticket, "reopening", reason="The new version stops as well.")
    assert (await desk.ticket(ticket))["status"] == "open"


@pytest.mark.clause("1L-05")
async def test_where_no_workaround_is_possible_that_is_said_and_a_normal_error_needs_none(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", cover="maintenance")
    name = await defect(desk)
    blocking = await desk.open("anna", severity="blocking", **ERROR)
    await desk.step("bob", blocking, "defect", defect=name, reason=REASON, no_workaround=True)
    normal = await desk.open("anna", severity="normal", **ERROR)
    await desk.step("bob", normal, "defect", defect=name, reason=REASON)
    assert desk.mails(normal, "defect_awaited")
