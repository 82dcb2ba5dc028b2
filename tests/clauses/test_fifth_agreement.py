"""A fifth agreement, of nobody's (own/oasis.yaml), with rules unlike the four: kept from its file alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clauses.accounts import entries, log, packages, sell
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

NAMED = {"intake": {"machine": "alpha"}}


async def a_desk(new_desk: NewDesk, start: str = "03-02 09:00", **contract: str) -> Desk:
    return await new_desk("oasis", start=start, **contract)  # 2 March 2031 is a Sunday, the first day of its week


async def test_its_week_begins_on_sunday_with_dates_of_its_own(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk, "03-06 15:30")  # Thursday, half an hour before closing
    ticket = await desk.open("ines", **NAMED)
    assert await desk.due(ticket, "response") == "2031-03-09 08:30"  # Sunday
    # A range in business days: warned after two, missed after four. Tuesday the 11th is closed; on Wednesday the
    # 12th three hours are open. Sunday, Monday, Wednesday, Thursday.
    assert await desk.due(ticket, "resolution") == "2031-03-13 15:30"
    await desk.until("03-10 15:31")
    assert [mail.data["alarm"] for mail in desk.mails(ticket, "staff_warning")] == ["range"]


async def test_elapsed_minutes_by_channel_stand_beside_engineers_hours(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk, "03-06 21:00")
    ticket = await desk.open("ines", impact="everything-down")
    assert (await desk.ticket(ticket))["severity"] == "red"
    assert await desk.due(ticket, "response") == "2031-03-06 21:10"
    assert await desk.due(ticket, "update") == "2031-03-06 21:30"
    assert await desk.due(ticket, "resolution") == "2031-03-08 08:00"  # an hour, Friday is closed, two from 06:00
    by_phone = await desk.open("bob", contact="ines", channel="telephone", severity="red")
    assert await desk.due(by_phone, "response") == "2031-03-06 21:05"
    await desk.until("03-06 21:21")  # twice the ten minutes
    assert [mail.data["share"] for mail in desk.mails(ticket, "staff_manager", to="lead")] == [200]


async def test_the_night_programme_and_the_region_choose_other_hours_zones_and_languages(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk, "03-07 12:00", programme="night", region="nepal", language="fr")
    ticket = await desk.open("ines", **NAMED)  # Friday, when the desk is closed
    due = (await desk.clock(ticket, "response"))["due"]
    assert desk.wall(due) == "2031-03-07 13:00"
    assert (await desk.clock(ticket, "response"))["zone"] == "Asia/Kathmandu"
    assert desk.mails(ticket, "opened")[0].language == "fr"


async def test_a_missing_answer_holds_the_first_response(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open("ines")
    assert (await desk.clock(ticket, "response"))["due"] is None
    assert "The name of the machine" in desk.mails(ticket, "intake")[0].text
    await desk.until("03-02 11:00")
    await desk.step("ines", ticket, "intake", intake={"machine": "alpha"})
    assert await desk.due(ticket, "response") == "2031-03-02 12:00"


async def test_only_its_administrators_may_file(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    with pytest.raises(Refused) as refused:
        await desk.open("anna", **NAMED)
    assert refused.value.code == "referred"


async def test_time_counts_in_tenths_of_an_hour_up_to_a_cap_of_90_minutes(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    package = await sell(desk, 5)
    ticket = await desk.open("ines", kind="restore", **NAMED)
    await desk.until("03-02 12:00")
    await log(desk, ticket, 61)
    assert await entries(desk, ticket) == [(61, 66, 66, "deducted")]
    await log(desk, ticket, 30)  # 24 are left of the cap
    assert (await packages(desk, "ines"))[package]["left"] == 300 - 90
    stands = await desk.ticket(ticket)
    assert (stands["level"], stands["group"]) == ("consulting", "data")
    with pytest.raises(Refused) as refused:
        await log(desk, ticket, 6, work="analysis")
    assert refused.value.code in ("unknown_work", "over_the_cap")


async def test_billed_work_waits_for_a_quote_that_stands_two_business_days(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk, "03-05 10:00")  # Wednesday
    ticket = await desk.open("ines", kind="tour", **NAMED)
    await desk.until("03-05 11:00")
    with pytest.raises(Refused, match="quote_needed"):
        await log(desk, ticket, 30)
    quote = {"text": "A tour.", "minutes": 60, "amount": "120.00", "currency": "AED"}
    await desk.step("bob", ticket, "quotes", **quote)
    await desk.until("03-09 11:01")  # Thursday, Sunday
    assert "quote_expired" in await desk.types(ticket)


async def test_silence_closes_after_three_of_its_business_days_and_reopening_starts_afresh(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk, "03-05 12:00")  # Wednesday
    ticket = await desk.open("ines", severity="red")
    await desk.step(
        "bob", ticket, "resolution", kind="fix", text="Plugged in.", cause="infrastructure", cause_text="A plug."
    )
    await desk.step("bob", ticket, "consent")
    await desk.until("03-10 11:59")
    assert len(desk.mails(ticket, "consent_reminder")) == 19  # every six hours, for 120 hours
    assert (await desk.ticket(ticket))["status"] == "resolved"
    await desk.until("03-10 12:01")  # Thursday, Sunday, Monday
    assert (await desk.ticket(ticket))["closing"] == "silence"
    await desk.step("ines", ticket, "reopening", reason="It fell out.")
    opened = await desk.now()
    due = (await desk.clocks(ticket, "response"))[-1]["due"]
    assert desk.wall(due) == desk.wall((opened + timedelta(minutes=10)).isoformat())
