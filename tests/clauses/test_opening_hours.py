"""Opening hours, and what counts around the clock beside them."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk


@pytest.mark.clause("TF-02")
@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("03-03 17:00", "2031-03-05 17:00"),  # Monday; Tuesday, Wednesday
        ("03-07 19:00", "2031-03-12 09:00"),  # after closing on Friday: counted from Monday 09:00
        ("04-11 10:00", "2031-04-16 10:00"),  # Friday; Easter Monday is closed; Tuesday, Wednesday
        ("03-28 12:00", "2031-04-01 12:00"),  # over the change to summer time, noon stays noon
    ],
)
async def test_business_days_are_monday_to_friday_in_paris_without_french_holidays(
    new_desk: NewDesk, opened: str, due: str
) -> None:
    desk = await new_desk("trackforce", start=opened)
    assert await desk.due(await desk.open(severity="low"), "response") == due


@pytest.mark.clause("TF-03")
async def test_critical_and_important_run_around_the_clock_low_and_none_in_opening_hours(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-08 22:00")  # Saturday night
    dues = {
        severity: await desk.due(await desk.open(severity=severity), "response")
        for severity in ("critical", "important", "low", "none")
    }
    assert dues == {
        "critical": "2031-03-08 23:00",
        "important": "2031-03-09 02:00",
        "low": "2031-03-12 09:00",
        "none": "2031-03-12 09:00",
    }


@pytest.mark.clause("TF-03")
async def test_reports_on_a_critical_problem_go_out_at_night_those_on_a_low_one_do_not(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-07 17:00")  # Friday
    critical, low = await desk.open(severity="critical"), await desk.open(severity="low")
    await desk.until("03-10 09:31")  # Monday
    at = {
        ticket: [desk.wall(one["at"]) for one in await desk.timeline(ticket) if one["type"] == "status_updated"]
        for ticket in (critical, low)
    }
    assert len(at[critical]) == 43  # one every 90 minutes in 64.5 hours
    assert at[critical][0] == "2031-03-07 18:30"
    assert at[low] == ["2031-03-10 09:00"]  # due on Saturday at 17:00, sent when we open


@pytest.mark.clause("TF-20")
async def test_days_without_business_are_calendar_days(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-07 10:00")  # Friday
    ticket = await desk.open(severity="low")
    assert await desk.due(ticket, "response") == "2031-03-11 10:00"  # 2 business days
    assert await desk.due(ticket, "resolution") == "2031-03-14 10:00"  # 7 days, the weekend included


@pytest.mark.clause("TF-20")
async def test_a_calendar_day_keeps_its_wall_clock_over_the_change_to_summer_time(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-28 10:00")
    assert await desk.due(await desk.open(severity="low"), "resolution") == "2031-04-04 10:00"


@pytest.mark.clause("1L-24")
async def test_support_hours_are_kept_and_no_target_is_promised_shown_or_missed(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-07 16:00")  # Friday, an hour before closing
    ticket = await desk.open(intake={"prerequisites": True})
    assert await desk.clocks(ticket) == []
    mail = desk.mails(ticket, "opened")[0]
    assert mail.data["response_by"] is None
    assert mail.data["update_by"] is None
    await desk.until("2032-03-08 16:00")  # a year later nothing has been missed
    assert "clock_missed" not in await desk.types(ticket)
    assert await desk.clocks(ticket) == []


@pytest.mark.clause("1L-24")
async def test_what_is_counted_in_days_of_support_keeps_its_hours_the_lunch_break_and_french_holidays(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("onelife", start="04-11 17:30")  # Friday, after closing; Easter Monday follows
    ticket = await desk.open(intake={"prerequisites": True})
    await desk.step("bob", ticket, "resolution", kind="fix", text="Corrigé.")
    await desk.until("04-17 08:59")
    assert desk.mails(ticket, "consent_reminder") == []
    await desk.until("04-17 09:01")  # counted from Tuesday 09:00; Wednesday, Thursday
    assert len(desk.mails(ticket, "consent_reminder")) == 1


@pytest.mark.clause("TF-02")
async def test_that_the_clock_changes_with_paris_is_an_assumption_of_the_file(new_desk: NewDesk) -> None:
    """By hand: 08:30 in Paris in summer is 07:30 an hour east of Greenwich; 09:00 there is 10:00 in Paris."""
    desk = await new_desk("trackforce", start="04-01 08:30")
    paris = await desk.open(severity="low")
    desk.rewrite(
        "trackforce", '    hours: {mon-fri: "09:00-18:00"}', '    zone: Etc/GMT-1\n    hours: {mon-fri: "09:00-18:00"}'
    )
    written = await desk.open(severity="low")
    assert await desk.due(paris, "response") == "2031-04-03 09:00"
    assert await desk.due(written, "response") == "2031-04-03 10:00"


@pytest.mark.clause("TF-03")
async def test_that_resolution_targets_run_around_the_clock_too_is_an_assumption_of_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-07 17:00")  # Friday
    around = await desk.open(severity="critical")
    words = "resolution: {within: 8 h, clause: TF-07"
    desk.rewrite("trackforce", words, words.replace("8 h", "8 h, on: office"))
    office = await desk.open(severity="critical")
    assert await desk.due(around, "resolution") == "2031-03-08 01:00"
    assert await desk.due(office, "resolution") == "2031-03-10 16:00"  # an hour on Friday, seven on Monday
    assert await desk.due(office, "response") == "2031-03-07 18:00"  # the callback is promised around the clock


@pytest.mark.clause("TF-20")
async def test_that_days_are_calendar_days_is_an_assumption_of_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce", start="03-07 10:00")  # Friday
    words = "resolution: {within: 7 days,"
    desk.rewrite("trackforce", words, words.replace("7 days", "7 business days, on: office"))
    assert await desk.due(await desk.open(severity="low"), "resolution") == "2031-03-18 10:00"


# By hand, in Zurich: open 08:00-12:00 and 13:30-17:30, closed on the public holidays of Bern; two hours to the answer.
@pytest.mark.clause("PC-07")
@pytest.mark.parametrize(
    ("opened", "channel", "due"),
    [
        ("03-03 09:00", "portal", "2031-03-03 11:00"),
        ("03-03 11:00", "portal", "2031-03-03 14:30"),  # the lunch break does not count
        ("03-03 23:10", "portal", "2031-03-04 10:00"),  # at night: from the next opening
        ("03-08 15:00", "portal", "2031-03-10 10:00"),  # on Saturday
        ("04-11 10:00", "portal", "2031-04-15 10:00"),  # Good Friday, and Easter Monday after it
        ("03-03 16:00", "telephone", "2031-03-04 08:30"),
        ("03-03 16:00", "email", "2031-03-04 08:30"),
    ],
)
async def test_requests_are_taken_at_any_time_and_count_from_the_next_opening(
    new_desk: NewDesk, opened: str, channel: str, due: str
) -> None:
    desk = await new_desk("proconcept", start=opened)
    ticket = await desk.open("bob" if channel != "portal" else "anna", channel=channel, severity="blocking")
    assert await desk.due(ticket, "response") == due
    [mail] = desk.mails(ticket, "opened")  # confirmed at once, also at night
    assert mail.to == "anna"


@pytest.mark.clause("PC-07")
async def test_the_hours_are_an_assumption_of_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 11:00")
    desk.rewrite("proconcept", '{mon-fri: "08:00-12:00, 13:30-17:30"}', '{mon-fri: "08:00-18:00"}')
    assert await desk.due(await desk.open(severity="blocking"), "response") == "2031-03-03 13:00"


@pytest.mark.clause("1L-24")
async def test_without_a_target_nothing_is_late_in_any_list_and_no_report_falls_due(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-07 16:00")
    ticket = await desk.open(intake={"prerequisites": True})
    before = await desk.types(ticket)
    await desk.until("2032-03-08 16:00")
    assert await desk.types(ticket) == before  # nobody was warned, nothing sent by itself, nothing missed
    assert (await desk.get("bob", "/v1/tickets", params={"overdue": True}))["items"] == []
    for who in ("anna", "bob"):
        read = await desk.ticket(ticket, who)
        assert "promise_due" not in read
        assert "next_due" not in read


@pytest.mark.clause("1L-24")
async def test_a_day_of_support_begun_in_the_lunch_break_counts_from_its_end(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-03 12:45")  # Monday
    ticket = await desk.open(intake={"prerequisites": True})
    await desk.step("bob", ticket, "resolution", kind="fix", text="Corrigé.")
    reminded = "2031-03-05 13:30"  # Tuesday, Wednesday
    await desk.until("03-05 13:29")
    assert desk.mails(ticket, "consent_reminder") == []
    await desk.until("03-05 13:31")
    [entry] = [one for one in await desk.timeline(ticket) if one["type"] == "consent_reminded"]
    assert desk.wall(entry["at"]) == reminded
