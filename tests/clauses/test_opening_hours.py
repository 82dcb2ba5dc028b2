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
