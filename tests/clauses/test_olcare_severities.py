"""OL Care: severities from impacts, targets, progress reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

# By hand, 2031: Friday 11 April; Monday the 14th is Easter Monday, Thursday 1 May a public holiday in France.
FRIDAY = "04-11 15:00"


async def evaluate(desk: Desk, ticket: str, severity: str, impact: str, **more: Any) -> dict[str, Any]:
    body = {"severity": severity, "impact": impact, "assignee": "bob", "reason": "Looked at together.", **more}
    return await desk.step("bob", ticket, "triage", **body)


@pytest.mark.clause("OL-23")
@pytest.mark.parametrize(
    ("impact", "severity"),
    [
        ("production-down", "p1"),
        ("production-compromised", "p1"),
        ("production-degraded", "p2"),
        ("important-function", "p2"),
        ("production-imperfect", "p3"),
        ("other-function", "p3"),
        ("production-unaffected", "p4"),
        ("worked-around", "p4"),
    ],
)
async def test_a_stated_impact_proposes_the_severity(new_desk: NewDesk, impact: str, severity: str) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.ticket(await desk.open(impact=impact), "anna")
    assert (ticket["impact"], ticket["severity"], ticket["provisional"]) == (impact, severity, True)


@pytest.mark.clause("OL-23")
async def test_a_form_offers_the_impacts_in_the_readers_language_and_an_unknown_one_is_answered_with_them(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare")
    answer = await desk.get("anna", "/v1/agreements/olcare/impacts", headers={"Accept-Language": "fr"})
    assert answer["language"] == "fr"
    assert [one["severity"] for one in answer["items"]] == ["p1", "p1", "p2", "p2", "p3", "p3", "p4", "p4"]
    assert answer["items"][0]["title"] == "La production est arrêtée"
    assert answer["items"][0]["severity_title"] == "P1 - Critique"
    with pytest.raises(Refused) as refusal:
        await desk.open(impact="coffee-is-cold")
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_impact")
    assert "production-down" in refusal.value.problem["detail"]
    with pytest.raises(Refused) as hidden:  # an agreement that acme has no contract under
        await desk.get("anna", "/v1/agreements/trackforce/impacts")
    assert hidden.value.status == 404


@pytest.mark.clause("OL-14")
async def test_the_severity_is_set_with_the_client_and_can_change_after_the_first_evaluation(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p1", impact="production-imperfect")
    opened = await desk.ticket(ticket, "anna")  # the client's own word, until support has looked at it
    assert (opened["severity"], opened["impact"], opened["provisional"]) == ("p1", "production-imperfect", True)
    assert await desk.due(ticket, "resolution") == "2031-03-05 10:00"
    await desk.until("03-03 12:00")
    await evaluate(desk, ticket, "p3", "production-imperfect")
    after = await desk.ticket(ticket, "anna")
    assert (after["severity"], after["provisional"]) == ("p3", False)
    assert await desk.due(ticket, "resolution") == "2031-03-24 10:00"  # 15 business days from the opening
    await desk.until("03-04 09:00")
    await evaluate(desk, ticket, "p2", "important-function")
    assert await desk.due(ticket, "resolution") == "2031-03-06 10:00"
    told = desk.mails(ticket, "severity", "anna")
    assert [mail.data["severity"] for mail in told] == ["P3 - Moderate", "P2 - High"]
    assert "Looked at together." in told[1].text
    with pytest.raises(Refused) as refusal:  # this agreement does not leave it open whether the client is told
        await evaluate(desk, ticket, "p3", "other-function", silent=True)
    assert refusal.value.code == "silence_not_allowed"


@pytest.mark.clause("OL-16")
@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("p1", "2031-04-16 15:00"),  # Tuesday 15, Wednesday 16
        ("p2", "2031-04-17 15:00"),
        ("p3", "2031-05-06 15:00"),  # 4 days to the 18th, 5 to the 25th, 3 to the 30th, 2 May, 5 May, 6 May
    ],
)
async def test_targets_count_business_days_over_weekend_and_holidays(
    new_desk: NewDesk, severity: str, due: str
) -> None:
    desk = await new_desk("olcare", start=FRIDAY)
    ticket = await desk.open(severity=severity)
    resolution = await desk.clock(ticket, "resolution", "anna")
    assert (desk.wall(resolution["due"]), resolution["clause"]) == (due, ["OL-16"])
    await desk.until(due.removeprefix("2031-").replace("15:00", "14:59"))
    assert (await desk.clock(ticket, "resolution"))["standing"] == "running"
    await desk.until(due.removeprefix("2031-").replace("15:00", "15:01"))
    assert (await desk.clock(ticket, "resolution"))["standing"] == "late"


@pytest.mark.clause("OL-09", "OL-17")
async def test_progress_is_reported_every_business_day_even_when_nobody_writes(new_desk: NewDesk) -> None:
    # Thursday 27 March 2031; the clocks go forward in the night to Sunday the 30th.
    desk = await new_desk("olcare", start="03-27 11:00")
    ticket = await desk.open(severity="p1")
    await desk.until("03-28 10:00")
    await desk.step("bob", ticket, "status-updates", text="The spooler is being looked at.")  # due at 11:00
    await desk.until("04-02 10:01")
    updates = [entry for entry in await desk.timeline(ticket, "anna") if entry["type"] == "status_updated"]
    assert [(desk.wall(one["at"]), one["data"].get("automatic", False)) for one in updates] == [
        ("2031-03-28 10:00", False),
        ("2031-03-31 10:00", True),  # Monday: no day between
        ("2031-04-01 10:00", True),
        ("2031-04-02 10:00", True),
    ]
    mails = [mail for mail in desk.mails(ticket, to="anna") if mail.template in ("update", "update_automatic")]
    assert [desk.wall(mail.data["next_by"]) for mail in mails] == [
        "2031-03-31 10:00", "2031-04-01 10:00", "2031-04-02 10:00", "2031-04-03 10:00",
    ]  # fmt: skip
    assert all("You will hear from us again by" in mail.text for mail in mails)
    ended = [clock for clock in await desk.clocks(ticket, "update") if clock["verdict"]]
    assert {clock["verdict"] for clock in ended} <= {"met"}


@pytest.mark.clause("OL-17")
@pytest.mark.parametrize(
    ("severity", "impact", "due"),
    [
        ("p2", "production-degraded", "2031-04-15 15:00"),
        ("p3", "other-function", "2031-04-16 15:00"),
        ("p4", "worked-around", "2031-04-21 15:00"),  # "may vary": five business days, as assumed in the file
    ],
)
async def test_each_severity_has_its_interval(new_desk: NewDesk, severity: str, impact: str, due: str) -> None:
    desk = await new_desk("olcare", start=FRIDAY)
    ticket = await desk.open(impact=impact)
    update = await desk.clock(ticket, "update", "anna")
    assert (desk.wall(update["due"]), update["clause"]) == (due, ["OL-17"])
    assert (severity, bool(update["assumed"])) == ((await desk.ticket(ticket))["severity"], True)


@pytest.mark.clause("OL-17")
async def test_another_interval_can_be_agreed_and_outlives_triage_and_reopening(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p4")
    assert await desk.due(ticket, "update") == "2031-03-10 10:00"
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "update-interval", every="now and then", reason="As they like.")
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_interval")
    assert "3 business days" in refusal.value.problem["detail"]
    await desk.until("03-04 09:00")
    await desk.step("bob", ticket, "update-interval", every="3 business days", reason="Anna asked for it.")
    assert await desk.due(ticket, "update") == "2031-03-06 10:00"  # measured from the start of the clock
    (mail,) = desk.mails(ticket, "interval", "anna")
    assert "3 business days" in mail.text
    assert "Anna asked for it." in mail.text
    assert desk.wall(mail.data["next_by"]) == "2031-03-06 10:00"
    assert (await desk.ticket(ticket, "anna"))["update_interval"] == "3 business days"
    await evaluate(desk, ticket, "p1", "production-down")
    assert await desk.due(ticket, "update") == "2031-03-06 10:00"  # P1 alone would be Tuesday
    assert await desk.due(ticket, "resolution") == "2031-03-05 10:00"
    await desk.until("03-06 12:00")
    (automatic,) = desk.mails(ticket, "update_automatic", "anna")
    assert desk.wall(automatic.data["next_by"]) == "2031-03-11 10:00"  # Friday, Monday, Tuesday
    await desk.step("bob", ticket, "resolution", kind="fix", text="New driver.")
    await desk.step("anna", ticket, "consent")
    await desk.until("03-12 10:00")
    await desk.step("anna", ticket, "reopening", reason="It is back.")
    assert await desk.due(ticket, "update") == "2031-03-17 10:00"  # Thursday, Friday, Monday
    await desk.step("bob", ticket, "update-interval", every="1 business day", reason="Closer again.")
    assert await desk.due(ticket, "update") == "2031-03-13 10:00"


@pytest.mark.clause("OL-17")
async def test_an_interval_that_has_passed_already_begins_anew_and_breaks_no_promise(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p3")
    await desk.until("03-04 14:00")
    await desk.step("bob", ticket, "update-interval", every="2 h", reason="Every two hours until Friday.")
    old, new = await desk.clocks(ticket, "update") if len(await desk.clocks(ticket, "update")) > 1 else (None, None)
    assert await desk.due(ticket, "update") == "2031-03-04 16:00"
    assert not desk.mails(ticket, "update_automatic")
    assert old is None or (old["verdict"], new["standing"]) == ("cancelled", "running")
    await desk.until("03-05 10:01")  # 16:00, then one hour on Tuesday and one on Wednesday
    sent = [desk.wall(entry["at"]) for entry in await desk.timeline(ticket) if entry["type"] == "status_updated"]
    assert sent == ["2031-03-04 16:00", "2031-03-05 10:00"]


@pytest.mark.clause("OL-17")
async def test_the_interval_of_p4_and_whether_another_can_be_agreed_is_what_the_file_says(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start=FRIDAY)
    desk.rewrite("olcare", "every: 5 business days", "every: 2 weeks")
    ticket = await desk.open(severity="p4")
    assert await desk.due(ticket, "update") == "2031-04-25 15:00"
    desk.rewrite("olcare", "  agreed: allowed\n", "")
    ticket = await desk.open(severity="p4")
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "update-interval", every="3 business days", reason="Anna asked for it.")
    assert (refusal.value.status, refusal.value.code) == (409, "interval_fixed")
