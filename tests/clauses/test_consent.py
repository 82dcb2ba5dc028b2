"""Nothing closes without consent: whose it is, what silence and a refusal mean, what a resolution can be."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

NAMED = {"client_representative": "ines", "provider_representative": "lea"}
CAUSE = {"cause": "configuration", "cause_text": "The queue pointed at the old printer."}


@pytest.mark.clause("TF-11")
async def test_only_the_two_named_representatives_can_agree_and_both_must(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00", **NAMED)
    ticket = await desk.open("anna", severity="critical")  # to be solved by 18:00
    await desk.step("bob", ticket, "resolution", kind="fix", text="The spooler is new.", **CAUSE)
    for who, can in (("anna", "ines"), ("bob", "lea"), ("max", "lea")):
        refusal = await refused(desk, who, ticket, "consent")
        assert (refusal.status, refusal.code) == (403, "not_the_representative")
        assert f'only "{can}" can' in refusal.problem["detail"]
    await desk.step("lea", ticket, "consent")
    assert (await desk.ticket(ticket))["status"] == "resolved"
    await desk.step("ines", ticket, "consent")
    assert (await desk.ticket(ticket))["status"] == "closed"


@pytest.mark.clause("TF-11")
async def test_the_named_persons_are_the_ones_who_are_asked_and_reminded(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00", **NAMED)
    ticket = await desk.open("anna", severity="critical")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The spooler is new.", **CAUSE)
    assert "accepter la résolution" in desk.mails(ticket, "resolution", to="ines")[0].text.replace("\n", " ")
    assert "votre contrat désigne" in desk.mails(ticket, "resolution", to="anna")[0].text.replace("\n", " ")
    assert desk.mails(ticket, "staff_consent_asked", to="lea")
    await desk.until("03-05 10:01")  # two business days later
    assert [mail.to for mail in desk.mails(ticket, "consent_reminder")] == ["ines"]
    assert len(desk.mails(ticket, "staff_consent_asked", to="lea")) == 2


@pytest.mark.clause("TF-11")
async def test_where_nobody_is_named_everybody_of_a_side_can_agree_in_any_order(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")
    await desk.step("bob", ticket, "resolution", kind="workaround", text="Use the second printer.", **CAUSE)
    await desk.step("max", ticket, "consent")
    assert (await refused(desk, "bob", ticket, "consent")).code == "already_consented"
    await desk.step("anna", ticket, "consent")
    assert (await desk.ticket(ticket))["closing"] == "consent"


@pytest.mark.clause("TF-11")
async def test_one_side_can_have_its_representative_while_the_other_has_none(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00", client_representative="ines")
    ticket = await desk.open("anna", severity="critical")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The spooler is new.", **CAUSE)
    await desk.step("bob", ticket, "consent")
    assert (await refused(desk, "anna", ticket, "consent")).code == "not_the_representative"
    await desk.step("ines", ticket, "consent")
    assert (await desk.ticket(ticket))["status"] == "closed"


@pytest.mark.clause("TF-11")
async def test_the_target_is_met_when_the_proposal_was_made_that_they_accepted(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")  # to be solved by 18:00
    await desk.until("03-03 17:00")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The spooler is new.", **CAUSE)
    await desk.until("03-06 09:00")  # days after the target
    await desk.step("anna", ticket, "consent")
    await desk.step("bob", ticket, "consent")
    clock = await desk.clock(ticket, "resolution")
    assert (clock["verdict"], clock["late"]) == ("met", 0)
    assert desk.wall(clock["ended_at"]) == "2031-03-03 17:00"


@pytest.mark.clause("TF-11")
async def test_a_refusal_goes_on_as_if_the_clock_had_never_stopped(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("anna", severity="critical")  # to be solved by 18:00
    await desk.until("03-03 17:00")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The spooler is new.", **CAUSE)
    await desk.until("03-03 19:00")
    await desk.step("anna", ticket, "refusal", reason="Still nothing.")
    clock = await desk.clock(ticket, "resolution")
    assert (clock["standing"], desk.wall(clock["due"])) == ("late", "2031-03-03 18:00")
    await desk.until("03-03 20:20")
    await desk.step("bob", ticket, "resolution", kind="fix", text="And the cable.", **CAUSE)
    await desk.step("anna", ticket, "consent")
    await desk.step("bob", ticket, "consent")
    clock = await desk.clock(ticket, "resolution")
    assert clock["verdict"] == "missed"
    assert clock["late"] == pytest.approx(8400, abs=5)  # from 18:00 to 20:20


@pytest.mark.clause("OL-10")
async def test_at_ol_care_silence_never_closes_and_the_client_alone_does(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await evaluated(desk)
    await desk.step("bob", ticket, "resolution", kind="fix", text="The template is repaired.")
    assert (await refused(desk, "bob", ticket, "consent")).code == "not_yours_to_consent"
    await desk.until("03-10 10:01")  # every two business days: Wednesday, Friday; the next on Tuesday
    assert len(desk.mails(ticket, "consent_reminder", to="anna")) == 2
    await desk.until("2032-03-03 10:00")  # a year of silence
    assert (await desk.ticket(ticket))["status"] == "resolved"
    assert len(desk.mails(ticket, "consent_reminder", to="anna")) > 100
    await desk.step("anna", ticket, "consent")
    closed = await desk.ticket(ticket)
    assert (closed["status"], closed["closing"]) == ("closed", "consent")
    assert (await desk.clock(ticket, "resolution"))["verdict"] == "met"


@pytest.mark.clause("OL-10")
async def test_at_ol_care_a_refusal_takes_the_ticket_back_without_the_time_of_the_answer(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await evaluated(desk)
    before = await desk.due(ticket, "resolution")
    assert before == "2031-03-05 10:00"  # 2 business days
    await desk.until("03-03 16:00")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The template is repaired.")
    await desk.until("03-10 16:00")  # five business days later, at the same time of day
    await desk.step("anna", ticket, "refusal", reason="The logo is still missing.")
    assert (await desk.ticket(ticket))["status"] == "open"
    assert await desk.due(ticket, "resolution") == "2031-03-12 10:00"


@pytest.mark.clause("OL-11")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("fix", "We propose this fix"),
        ("workaround", "We propose this workaround"),
        ("action_plan", "We propose this action plan"),
        ("recommendations", "We propose these recommendations"),
    ],
)
async def test_a_resolution_at_ol_care_is_one_of_four_kinds(new_desk: NewDesk, kind: str, words: str) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await evaluated(desk)
    await desk.step("bob", ticket, "resolution", kind=kind, text="As we discussed.")
    assert words in desk.mails(ticket, "resolution", to="anna")[0].text
    assert (await desk.ticket(ticket, "anna"))["resolution_kind"] == kind


@pytest.mark.clause("OL-11")
async def test_any_other_kind_is_refused_with_those_there_are(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await evaluated(desk)
    body = {"kind": "promised_fix", "text": "Next year.", "promised_by": "2032-01-01T00:00:00Z"}
    refusal = await refused(desk, "bob", ticket, "resolution", **body)
    assert (refusal.status, refusal.code) == (422, "unknown_resolution")
    assert "fix, workaround, action_plan, recommendations" in refusal.problem["detail"]
    assert (await refused(desk, "bob", ticket, "resolution", kind="shrug", text="Who knows.")).status == 422


@pytest.mark.clause("1L-22")
async def test_at_1life_the_client_tests_and_says_whether_it_is_solved(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-03 10:00")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The invoice prints again.")
    assert (await refused(desk, "max", ticket, "consent")).code == "not_yours_to_consent"
    assert "refuser la résolution" in desk.mails(ticket, "resolution", to="anna")[0].text.replace("\n", " ")
    await desk.step("anna", ticket, "refusal", reason="Only the first page does.")
    assert (await desk.ticket(ticket))["status"] == "open"
    await desk.step("bob", ticket, "resolution", kind="fix", text="All pages do.")
    await desk.step("anna", ticket, "consent")
    assert (await desk.ticket(ticket))["closing"] == "consent"


@pytest.mark.clause("1L-22")
async def test_at_1life_five_business_days_of_silence_are_foretold_and_then_close(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-03 10:00")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The invoice prints again.")
    assert desk.wall(desk.mails(ticket, "resolution", to="anna")[0].data["closes_at"]) == "2031-03-10 10:00"
    await desk.until("03-10 09:59")
    assert (await desk.ticket(ticket))["status"] == "resolved"
    await desk.until("03-10 10:01")
    assert (await desk.ticket(ticket))["closing"] == "silence"


async def evaluated(desk: Desk) -> str:
    """A ticket at OL Care with all that it wants set before anybody answers."""
    ticket = await desk.open("anna", impact="production-down")
    reason = "Looked at together."
    await desk.step("bob", ticket, "triage", severity="p1", impact="production-down", assignee="bob", reason=reason)
    return ticket


async def refused(desk: Desk, who: str, ticket: str, path: str, **body: object) -> Refused:
    """The refusal of a step."""
    with pytest.raises(Refused) as refusal:
        await desk.step(who, ticket, path, **body)
    return refusal.value
