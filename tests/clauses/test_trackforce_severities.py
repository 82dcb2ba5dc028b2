"""Trackforce: what is promised for each severity, in opening hours or around the clock, and who sets it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused


async def reports(desk: Desk, ticket: str) -> list[str | None]:
    """When the client read an automatic report, by the clock on the wall."""
    entries = await desk.timeline(ticket, "ines")
    return [desk.wall(one["at"]) for one in entries if one["type"] == "status_updated" and one["data"]["automatic"]]


def promised_next(desk: Desk, ticket: str) -> list[str | None]:
    """The next report as each automatic mail announced it."""
    return [desk.wall(mail.data["next_by"]) for mail in desk.mails(ticket, "update_automatic", "ines")]


@pytest.mark.clause("TF-07")
async def test_critical_is_called_back_within_an_hour_solved_within_eight_and_reported_every_90_minutes(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", start="03-03 22:10")
    ticket = await desk.open("ines", severity="critical")
    assert await desk.due(ticket, "response") == "2031-03-03 23:10"
    assert await desk.due(ticket, "update") == "2031-03-03 23:40"
    assert await desk.due(ticket, "resolution") == "2031-03-04 06:10"
    await desk.until("03-04 07:00")
    clocks = {clock["kind"]: clock for clock in await desk.clocks(ticket)}
    assert clocks["response"]["standing"] == clocks["resolution"]["standing"] == "late"
    sent = [mail for mail in desk.mails(ticket, to="ines") if mail.template == "update_automatic"]
    assert len(sent) == 5  # 23:40, 01:10, 02:40, 04:10, 05:40


@pytest.mark.clause("TF-07")
async def test_90_minutes_are_90_minutes_in_the_night_the_clocks_go_forward(new_desk: NewDesk) -> None:
    # Sunday 30 March 2031: 02:00 is followed by 03:00.
    desk = await new_desk("trackforce", start="03-29 23:00")
    ticket = await desk.open("ines", severity="critical")
    assert await desk.due(ticket, "resolution") == "2031-03-30 08:00"  # 8 hours passed, 9 on the wall
    await desk.until("03-30 06:01")
    assert await reports(desk, ticket) == [
        "2031-03-30 00:30", "2031-03-30 03:00", "2031-03-30 04:30", "2031-03-30 06:00",
    ]  # fmt: skip
    assert promised_next(desk, ticket) == [
        "2031-03-30 03:00", "2031-03-30 04:30", "2031-03-30 06:00", "2031-03-30 07:30",
    ]  # fmt: skip


@pytest.mark.clause("TF-08")
async def test_important_is_called_back_within_four_hours_solved_within_24_and_reported_every_four(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", start="03-07 20:00")  # Friday evening
    ticket = await desk.open("ines", severity="important")
    dues = [await desk.due(ticket, kind) for kind in ("response", "resolution", "update")]
    assert dues == ["2031-03-08 00:00", "2031-03-08 20:00", "2031-03-08 00:00"]
    await desk.until("03-08 05:00")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We called: five doors of nine are affected.")
    await desk.until("03-09 09:01")  # Sunday morning
    assert await reports(desk, ticket) == [
        "2031-03-08 00:00", "2031-03-08 04:00", "2031-03-08 09:00", "2031-03-08 13:00", "2031-03-08 17:00",
        "2031-03-08 21:00", "2031-03-09 01:00", "2031-03-09 05:00", "2031-03-09 09:00",
    ]  # fmt: skip
    response = await desk.clock(ticket, "response", "ines")
    assert (response["verdict"], response["late"], response["clause"]) == (
        "missed",
        pytest.approx(5 * 3600, abs=5),
        ["TF-03", "TF-08"],
    )
    resolution = await desk.clock(ticket, "resolution", "ines")
    assert (resolution["standing"], resolution["late"], resolution["clause"]) == (
        "late",
        pytest.approx(13 * 3600 + 60, abs=5),
        ["TF-08"],
    )


@pytest.mark.clause("TF-09")
async def test_low_is_called_back_in_two_business_days_and_reported_daily_in_opening_hours(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-27 17:00")  # Thursday; clocks go forward on Sunday
    ticket = await desk.open("ines", severity="low")
    assert await desk.due(ticket, "response") == "2031-03-31 17:00"  # Friday, Monday
    assert await desk.due(ticket, "resolution") == "2031-04-03 17:00"  # 7 days, at the same time on the wall
    await desk.until("04-02 12:00")
    # Friday's report ends on Saturday at 17:00, which waits for Monday's opening.
    assert await reports(desk, ticket) == [
        "2031-03-28 17:00", "2031-03-31 09:00", "2031-04-01 09:00", "2031-04-02 09:00",
    ]  # fmt: skip
    assert promised_next(desk, ticket) == [
        "2031-03-31 09:00", "2031-04-01 09:00", "2031-04-02 09:00", "2031-04-03 09:00",
    ]  # fmt: skip
    await desk.until("04-03 17:01")
    assert (await desk.clock(ticket, "resolution"))["standing"] == "late"


@pytest.mark.clause("TF-10")
async def test_no_impact_is_warned_of_after_14_days_missed_after_28_and_reported_weekly(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-08 10:00")  # Saturday
    ticket = await desk.open("ines", severity="none")
    assert await desk.due(ticket, "response") == "2031-03-12 09:00"  # from Monday's opening: Tuesday, Wednesday
    assert await desk.due(ticket, "resolution") == "2031-04-05 10:00"
    await desk.until("03-22 09:59")
    assert not ranges(desk, ticket)
    await desk.until("03-22 10:01")  # 14 days, at the same time on the wall
    assert len(ranges(desk, ticket)) == 1
    assert (await desk.clock(ticket, "resolution"))["standing"] == "running"
    await desk.until("04-05 09:59")
    assert not missed(desk, ticket)
    await desk.until("04-05 10:01")
    assert len(missed(desk, ticket)) == 1
    # The first week ends on a Saturday: the report waits for Monday at nine, and so from then on.
    assert await reports(desk, ticket) == ["2031-03-17 09:00", "2031-03-24 09:00", "2031-03-31 09:00"]
    assert promised_next(desk, ticket) == ["2031-03-24 09:00", "2031-03-31 09:00", "2031-04-07 09:00"]


def ranges(desk: Desk, ticket: str) -> list[Any]:
    return [mail for mail in desk.mails(ticket, "staff_warning") if mail.data["alarm"] == "range"]


def missed(desk: Desk, ticket: str) -> list[Any]:
    return [mail for mail in desk.mails(ticket, "staff_missed") if mail.data["clock"] == "resolution"]


@pytest.mark.clause("TF-06")
async def test_the_team_sets_the_severity_whatever_was_asked_and_it_counts_from_the_opening(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("ines", severity="critical")
    opened = await desk.ticket(ticket, "ines")
    assert (opened["severity"], opened["provisional"]) == ("critical", True)  # the client's own word counts until then
    await desk.until("03-03 10:40")
    await desk.step("bob", ticket, "triage", severity="important", reason="Five doors of nine.")
    assert (await desk.ticket(ticket, "ines"))["provisional"] is False
    assert await desk.due(ticket, "response") == "2031-03-03 14:00"
    assert await desk.due(ticket, "update") == "2031-03-03 14:00"
    assert await desk.due(ticket, "resolution") == "2031-03-04 10:00"
    with pytest.raises(Refused) as refusal:
        await desk.step("ines", ticket, "triage", severity="critical", reason="I say so.")
    assert refusal.value.status == 403
    (mail,) = desk.mails(ticket, "severity", "ines")
    assert "Five doors of nine." in mail.text


@pytest.mark.clause("TF-06")
async def test_a_severity_may_change_at_any_time_announced_or_not(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("ines", severity="low")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We looked at it together.")
    await desk.until("03-05 11:00")
    before = len(desk.mails(ticket, to="ines"))
    await desk.step("bob", ticket, "triage", severity="none", silent=True, reason="Nobody is hindered.")
    assert len(desk.mails(ticket, to="ines")) == before
    assert (await desk.ticket(ticket, "ines"))["severity"] == "none"
    assert await desk.due(ticket, "resolution") == "2031-03-31 10:00"  # 28 days from the opening
    await desk.step("bob", ticket, "triage", severity="low", reason="Two guards are.")
    assert len(desk.mails(ticket, "severity", "ines")) == 1


@pytest.mark.clause("TF-18")
@pytest.mark.parametrize(
    ("impact", "severity"),
    [
        ("inaccessible", "critical"),
        ("gravely-degraded", "critical"),
        ("most-users", "critical"),
        ("processes-hit", "critical"),
        ("degraded", "important"),
        ("several-users", "important"),
        ("not-to-specification", "low"),
        ("some-users", "low"),
        ("non-essential", "low"),
        ("little-effect", "none"),
        ("no-effect", "none"),
    ],
)
async def test_a_stated_impact_proposes_the_severity(new_desk: NewDesk, impact: str, severity: str) -> None:
    desk = await new_desk("trackforce")
    opened = await desk.ticket(await desk.open("ines", impact=impact), "ines")
    assert (opened["severity"], opened["impact"], opened["provisional"]) == (severity, impact, True)


@pytest.mark.clause("TF-18")
async def test_impacts_are_offered_with_their_severities_and_one_that_nobody_knows_is_refused(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce")
    answer = await desk.get("ines", "/v1/agreements/trackforce/impacts", headers={"Accept-Language": "fr"})
    first = answer["items"][0]
    assert (first["impact"], first["title"]) == ("inaccessible", "Les services sont inaccessibles")
    assert (first["severity"], first["severity_title"]) == ("critical", "Impact critique")
    assert len(answer["items"]) == 11
    ticket = await desk.open("ines", severity="low", impact="most-users")  # who names a severity has named it
    assert (await desk.ticket(ticket))["severity"] == "low"
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "triage", severity="critical", impact="bad-mood", reason="Hm.")
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_impact")
    await desk.step("bob", ticket, "triage", severity="important", impact="several-users", reason="Five of nine.")
    assert (await desk.ticket(ticket, "ines"))["impact"] == "several-users"


@pytest.mark.clause("TF-12")
async def test_what_escalade_sends_by_itself_and_what_the_client_does_not_hear_is_no_callback(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("ines", severity="critical")
    assert desk.mails(ticket, "opened", "ines")  # the automatic confirmation
    await desk.step("bob", ticket, "assignment", assignee="bob")
    await desk.step("bob", ticket, "notes", text="Looks like the controller.")
    await desk.step("bob", ticket, "triage", severity="critical", reason="As they say.")
    await desk.step("ines", ticket, "comments", text="Is anybody there?")
    await desk.until("03-03 12:00")
    assert desk.mails(ticket, "update_automatic", "ines")
    response = await desk.clock(ticket, "response", "ines")
    assert (response["standing"], response["late"]) == ("late", pytest.approx(3600, abs=5))


@pytest.mark.clause("TF-12")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("acknowledgement", {"means": "call", "text": "We called and started."}),
        ("acknowledgement", {"means": "conversation", "text": "We talked and started."}),
        ("acknowledgement", {"means": "email", "text": "We looked at the log and start with this."}),
        ("questions", {"question": "What does the controller show?"}),
        ("comments", {"text": "Please press reset for ten seconds."}),
        ("resolution", {"kind": "workaround", "text": "Use gate 2.", "cause": "unknown", "cause_text": "Not yet."}),
    ],
)  # fmt: skip
async def test_a_call_a_conversation_or_a_message_by_a_person_is_the_callback(
    new_desk: NewDesk, path: str, body: dict[str, Any]
) -> None:
    desk = await new_desk("trackforce", start="03-03 10:00")
    ticket = await desk.open("ines", severity="critical")
    await desk.until("03-03 10:50")
    await desk.step("bob", ticket, path, **body)
    response = await desk.clock(ticket, "response", "ines")
    assert (response["verdict"], desk.wall(response["ended_at"])) == ("met", "2031-03-03 10:50")
