"""Trackforce: a promised fix or an agreed plan closes the ticket, and stays tracked until it is kept (TF-11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

CAUSE = {"cause": "configuration", "cause_text": "The controllers have an old firmware."}
PROMISE = {"kind": "promised_fix", "text": "In the next firmware.", **CAUSE}


async def promised(desk: Desk, by: str, **more: Any) -> str:
    """A ticket that was closed with a promise, by both sides' consent."""
    ticket = await desk.open("anna", severity="critical")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    body = {**PROMISE, "promised_by": desk.at(by).isoformat(), **more}
    await desk.step("bob", ticket, "resolution", **body)
    await desk.step("anna", ticket, "consent")
    await desk.step("bob", ticket, "consent")
    return ticket


async def refusal_of(desk: Desk, who: str, ticket: str, path: str, **body: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        await desk.step(who, ticket, path, **body)
    return refusal.value


@pytest.mark.clause("TF-11")
async def test_a_promise_needs_a_date_to_come_and_nothing_else_may_have_one(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")
    for kind in ("promised_fix", "action_plan"):
        refusal = await refusal_of(desk, "bob", ticket, "resolution", **{**PROMISE, "kind": kind})
        assert (refusal.status, refusal.code) == (422, "promise_needs_a_date")
    past = {"promised_by": desk.at("03-03 09:00").isoformat()}
    assert (await refusal_of(desk, "bob", ticket, "resolution", **PROMISE, **past)).code == "promise_in_the_past"
    later = {"promised_by": desk.at("03-20 12:00").isoformat()}
    fix = {**PROMISE, "kind": "fix", **later}
    assert (await refusal_of(desk, "bob", ticket, "resolution", **fix)).code == "promise_not_tracked"
    assert (await desk.ticket(ticket))["status"] == "new"


@pytest.mark.clause("TF-11")
async def test_a_promise_counts_as_the_resolution_and_is_listed_until_it_is_kept(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    later = await promised(desk, "04-01 12:00", kind="action_plan", text="Site by site.")
    sooner = await promised(desk, "03-20 12:00")
    clock = await desk.clock(sooner, "resolution")
    assert (clock["verdict"], (await desk.ticket(sooner))["closing"]) == ("met", "consent")
    assert "Échéance promise" in desk.mails(sooner, "resolution")[0].text
    listed = (await desk.get("bob", "/v1/tickets", params={"commitment": "open", "order": "promised_by"}))["items"]
    assert [(one["id"], desk.wall(one["promised_by"])) for one in listed] == [
        (sooner, "2031-03-20 12:00"), (later, "2031-04-01 12:00"),
    ]  # fmt: skip
    await desk.step("bob", sooner, "commitment/kept", text="The firmware is on your controllers.")
    for state, ticket in (("open", later), ("kept", sooner)):
        listed = (await desk.get("bob", "/v1/tickets", params={"commitment": state}))["items"]
        assert [one["id"] for one in listed] == [ticket]


@pytest.mark.clause("TF-11")
async def test_when_the_promised_instant_comes_assignee_and_lead_are_told_once(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await promised(desk, "03-20 12:00")
    await desk.until("03-20 11:59")
    assert desk.mails(ticket, "staff_commitment_due") == []
    await desk.until("03-25 12:00")
    told = desk.mails(ticket, "staff_commitment_due")
    assert sorted(mail.to for mail in told) == ["bob", "lead"]
    assert "In the next firmware." in told[0].text
    [due] = [entry for entry in await desk.timeline(ticket) if entry["type"] == "commitment_due"]
    assert desk.wall(due["at"]) == "2031-03-20 12:00"
    assert "commitment_due" not in await desk.types(ticket, "anna")


@pytest.mark.clause("TF-11")
async def test_the_ticket_is_not_put_away_while_its_promise_is_open(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await promised(desk, "06-02 12:00")
    await desk.until("06-03 12:00")  # three months; it could be reopened for 30 days
    assert (await desk.ticket(ticket))["status"] == "closed"
    await desk.step("bob", ticket, "commitment/kept", text="The firmware is on your controllers.")
    [mail] = desk.mails(ticket, "commitment_kept", to="anna")
    assert mail.data["late"] == pytest.approx(86_400, abs=5)
    assert "le retard est de 1 jour" in mail.text.replace("\n", " ").replace("\u00a0", " ")
    # From here on the client can say that it does not hold.
    assert desk.wall((await desk.ticket(ticket))["reopen_until"]) == "2031-07-03 12:00"
    await desk.until("07-03 12:01")
    assert (await desk.ticket(ticket))["status"] == "archived"


@pytest.mark.clause("TF-11")
async def test_a_promise_kept_in_time_is_not_called_late_and_nobody_is_asked(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await promised(desk, "03-20 12:00")
    assert (await refusal_of(desk, "anna", ticket, "commitment/kept", text="I say so.")).code == "not_permitted"
    await desk.until("03-19 12:00")
    await desk.step("bob", ticket, "commitment/kept", text="The firmware is on your controllers.")
    assert desk.mails(ticket, "commitment_kept")[0].data["late"] == 0
    again = await refusal_of(desk, "bob", ticket, "commitment/kept", text="Twice.")
    assert (again.status, again.code) == (409, "nothing_promised")
    await desk.until("03-25 12:00")
    assert desk.mails(ticket, "staff_commitment_due") == []


@pytest.mark.clause("TF-11")
async def test_a_ticket_that_is_reopened_is_worked_on_again_and_its_promise_no_longer_stands_alone(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await promised(desk, "03-20 12:00")
    await desk.until("03-10 10:00")
    await desk.step("anna", ticket, "reopening", reason="We cannot wait for it.")
    assert "commitment" not in await desk.ticket(ticket)
    await desk.until("03-21 12:00")
    assert desk.mails(ticket, "staff_commitment_due") == []


@pytest.mark.clause("TF-11")
async def test_a_promised_fix_that_waits_for_a_defect_is_kept_by_the_release_on_its_own(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")
    await desk.post("dora", "/v1/defects", {"id": "D-1", "title": "Resets", "description": "After 49 days."})
    waits = {"defect": "D-1", "reason": "Only a new firmware can solve it.", "no_workaround": True}
    await desk.step("bob", ticket, "defect", **waits)
    promise = {**PROMISE, "cause": "bug", "cause_text": "A counter overflows."}
    await desk.step("bob", ticket, "resolution", **promise, promised_by=desk.at("03-20 12:00").isoformat())
    await desk.step("anna", ticket, "consent")
    await desk.step("bob", ticket, "consent")
    assert (await desk.ticket(ticket))["commitment"] == "open"
    await desk.until("03-21 12:00")
    body = {"product": "gates", "version": "4.2", "fixes": ["D-1"], "text": "The counter is wider."}
    await desk.post("dora", "/v1/releases", body)
    await desk.settled(lambda: desk.unheard("D-1") == 0)
    row = await desk.ticket(ticket)
    assert (row["status"], row["commitment"]) == ("closed", "kept")
    # One letter: what was promised, in which release, a day late, and until when it can be said that it does not hold.
    [mail] = desk.mails(ticket, "commitment_kept", to="anna")
    text = mail.text.replace("\n", " ").replace("\u00a0", " ")
    assert desk.mails(ticket, "release") == []
    assert "The counter is wider." in text
    assert "gates 4.2" in text
    assert "le retard est de 1 jour" in text
    assert "jusqu’au" in text
    refusal = await refusal_of(desk, "bob", ticket, "commitment/kept", text="By hand.")
    assert refusal.code == "nothing_promised"


@pytest.mark.clause("TF-11")
async def test_a_plan_is_not_kept_by_a_release_and_goes_on_being_tracked(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")
    await desk.post("dora", "/v1/defects", {"id": "D-1", "title": "Resets", "description": "After 49 days."})
    waits = {"defect": "D-1", "reason": "Only a new firmware can solve it.", "no_workaround": True}
    await desk.step("bob", ticket, "defect", **waits)
    plan = {**PROMISE, "kind": "action_plan", "text": "Site by site.", "cause": "bug"}
    await desk.step("bob", ticket, "resolution", **plan, promised_by=desk.at("04-20 12:00").isoformat())
    await desk.step("anna", ticket, "consent")
    await desk.step("bob", ticket, "consent")
    body = {"product": "gates", "version": "4.2", "fixes": ["D-1"], "text": "The counter is wider."}
    await desk.post("dora", "/v1/releases", body)
    await desk.settled(lambda: desk.unheard("D-1") == 0)
    assert (await desk.ticket(ticket))["commitment"] == "open"
    assert len(desk.mails(ticket, "release", to="anna")) == 1


@pytest.mark.clause("TF-11")
async def test_a_promise_whose_fix_rnd_gives_up_stands_and_those_who_gave_it_are_told_at_once(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    await desk.post("dora", "/v1/defects", {"id": "D-1", "title": "Resets", "description": "After 49 days."})
    waits = {"defect": "D-1", "reason": "Only a new firmware can solve it.", "no_workaround": True}
    await desk.step("bob", ticket, "defect", **waits)
    promise = {**PROMISE, "cause": "bug", "promised_by": desk.at("03-20 12:00").isoformat()}
    await desk.step("bob", ticket, "resolution", **promise)
    await desk.step("anna", ticket, "consent")
    await desk.step("bob", ticket, "consent")
    await desk.post("dora", "/v1/defects/D-1/rejection", {"text": "The controllers are no longer made."})
    await desk.settled(lambda: desk.unheard("D-1") == 0)
    told = desk.mails(ticket, "staff_defect_rejected")
    assert sorted(mail.to for mail in told) == ["bob", "lead"]
    assert "In the next firmware." in told[0].text
    assert "The controllers are no longer made." in told[0].text
    assert (await desk.ticket(ticket))["commitment"] == "open"
