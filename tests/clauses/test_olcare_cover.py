"""OL Care: how much cover a programme gives, for which products and days, and what goes on without a break."""

from __future__ import annotations

from typing import Any

import pytest

from agreements import published
from store.directory import Contact, Contract, Organisation
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import CONTRACT, Desk, Refused, register

CONNECT = {"name": "ol-connect", "version": "2031.1", "serial": "OLC-1"}
WORKFLOW = {"name": "planetpress", "version": "2031.1", "serial": "PP-1"}


async def call(desk: Desk, severity: str = "p1", product: dict[str, str] = CONNECT, **more: Any) -> str:
    """A ticket that came by telephone: two hours to the first response (OL-15)."""
    return await desk.open("bob", channel="telephone", severity=severity, product=product, **more)


def client(desk: Desk, organisation: str, contact: str, **contract: Any) -> None:
    """Another client of OL Care."""
    email, named = f"{contact}@{organisation}.example", {"agreement": "olcare", **contract}
    desk.save(
        Organisation(id=organisation, name=organisation.title(), language="en"),
        Contract(**{**CONTRACT, "id": f"{organisation}-1", "organisation": organisation, **named}),
        Contact(id=contact, organisation=organisation, name=contact, role="key_user", language="en", email=email),
    )
    register(desk.database, organisation)


async def dues(desk: Desk, ticket: str) -> tuple[str | None, ...]:
    """Response, update and resolution, without the year."""
    found = [await desk.due(ticket, kind) for kind in ("response", "update", "resolution")]
    return tuple(due.removeprefix("2031-") if due else None for due in found)


# By hand: Friday 7 March 2031, 23:00 in Paris; local hours are 09:00 to 17:00. Two hours of response, a business day
# to the update, two to the resolution. Gold counts until midnight and goes on at midnight on Monday the 10th.
GOLD_HOURS = """severities: [p1]
      instead_of: local
      hours: {mon-fri: "00:00-24:00"}"""
STANDARD = ("03-10 11:00", "03-11 09:00", "03-12 09:00")
GOLD = ("03-10 01:00", "03-10 23:00", "03-11 23:00")
PLATINUM = ("03-08 01:00", "03-08 23:00", "03-09 23:00")


@pytest.mark.clause("OL-02")
@pytest.mark.parametrize(
    ("programme", "severity", "expected"),
    [
        (None, "p1", STANDARD),
        ("standard", "p1", STANDARD),
        ("gold", "p1", GOLD),
        ("platinum", "p1", PLATINUM),
        ("platinum", "p2", ("03-10 11:00", "03-11 09:00", "03-13 09:00")),
    ],
)
async def test_critical_problems_are_covered_day_and_night_on_five_days_in_gold_and_on_seven_in_platinum(
    new_desk: NewDesk, programme: str | None, severity: str, expected: tuple[str, ...]
) -> None:
    desk = await new_desk("olcare", start="03-07 23:00", programme=programme)
    assert await dues(desk, await call(desk, severity)) == expected


@pytest.mark.clause("OL-02", "OL-15")
async def test_which_severities_and_days_extended_cover_means_is_the_agreement_files_word(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-07 23:00", programme="gold")
    desk.rewrite("olcare", GOLD_HOURS, GOLD_HOURS.replace("[p1]", "[p1, p2]").replace("mon-fri", "mon-sat"))
    ticket = await call(desk, "p2")
    assert await dues(desk, ticket) == ("03-08 01:00", "03-08 23:00", "03-11 23:00")  # Sat, Mon, Tue: the third


@pytest.mark.clause("OL-02")
async def test_a_contract_with_a_programme_that_is_not_offered_is_refused_with_those_that_are(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare", programme="diamond")
    with pytest.raises(Refused) as refusal:
        await call(desk)
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_programme")
    for word in ("contract", "diamond", "standard, gold, platinum"):
        assert word in refusal.value.problem["detail"]


@pytest.mark.clause("OL-04")
async def test_other_products_have_the_local_hours(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-07 23:00", programme="platinum")
    assert await dues(desk, await call(desk, product=WORKFLOW)) == STANDARD


@pytest.mark.clause("OL-04")
async def test_a_product_that_is_named_later_brings_its_hours_from_the_opening_on(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-07 23:00", programme="platinum")
    ticket = await desk.open("bob", channel="telephone", severity="p1")
    assert await dues(desk, ticket) == STANDARD
    await desk.step("anna", ticket, "intake", product=CONNECT)
    assert await dues(desk, ticket) == PLATINUM


@pytest.mark.clause("OL-04")
async def test_outside_local_hours_extended_support_writes_in_english_only(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 16:30", programme="platinum", language="fr")
    ticket = await call(desk, impact="production-down")
    [opened] = desk.mails(ticket, "opened")
    assert (opened.language, opened.data["severity"]) == ("fr", "P1 - Critique")
    await desk.until("03-03 17:00")
    await evaluate(desk, ticket)
    await desk.step("bob", ticket, "acknowledgement", means="email", text="We have started the diagnosis.")
    await desk.until("03-04 10:00")
    await desk.step("bob", ticket, "status-updates", means="email", text="Le service redémarre.")
    by_night, by_day = desk.mails(ticket, "first_response")[-1], desk.mails(ticket, "update")[-1]
    assert (by_night.language, by_night.data["severity"]) == ("en", "P1 - Critical")
    assert "This is our first response" in by_night.text
    assert (by_day.language, by_day.data["severity"]) == ("fr", "P1 - Critique")
    # A severity without extended cover is written about in the client's language, at whatever hour.
    await desk.until("03-04 20:00")
    other = await call(desk, "p2")
    assert desk.mails(other, "opened")[0].language == "fr"


async def evaluate(desk: Desk, ticket: str, severity: str = "p1", **more: Any) -> None:
    body = {"severity": severity, "impact": "production-down", "assignee": "bob", "reason": "Looked at.", **more}
    await desk.step("bob", ticket, "triage", **body)


# By hand, 2031, opened at 23:00 on the day before: one hour until midnight, and one more.
SUSPENDED = [
    ("04-10 23:00", "2031-04-11 10:00"),  # Good Friday, no public holiday in France: the local hours hold
    ("04-13 23:00", "2031-04-15 01:00"),  # Easter Monday, closed here too: on Tuesday
    ("07-13 23:00", "2031-07-14 01:00"),  # a French public holiday on which extended cover goes on
    ("08-31 23:00", "2031-09-01 10:00"),  # Labor Day of the United States and Canada, a working day in France
    ("12-24 23:00", "2031-12-26 10:00"),  # Christmas closed, the day after it in local hours
    ("12-31 23:00", "2032-01-02 01:00"),  # New Year's Day
]


@pytest.mark.clause("OL-05")
async def test_on_six_days_a_year_extended_cover_is_suspended_and_local_hours_hold(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="04-10 12:00", programme="platinum")
    found = []
    for opened, _ in SUSPENDED:
        await desk.until(opened)
        ticket = await call(desk)
        found.append((opened, await desk.due(ticket, "response")))
        await desk.step("anna", ticket, "withdrawal", reason="Only asking.")
    assert found == SUSPENDED


@pytest.mark.clause("OL-05")
async def test_which_days_those_are_is_the_agreement_files_word(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="12-31 23:00", programme="platinum")
    platinum = published()["olcare"].read_text(encoding="utf-8").partition("  platinum:")[2].partition("\nregions:")[0]
    desk.rewrite("olcare", platinum, platinum.replace(", new_year]", "]"))
    assert await desk.due(await call(desk), "response") == "2032-01-01 01:00"


@pytest.mark.clause("OL-05")
async def test_local_hours_keep_the_public_holidays_of_the_region_under_every_programme(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="04-30 16:00", programme="platinum")
    ticket = await call(desk, "p2")
    assert await desk.due(ticket, "response") == "2031-05-02 10:00"  # 1 May is closed


@pytest.mark.clause("OL-18")
async def test_a_platinum_p1_goes_on_through_the_night_and_a_standard_one_does_not(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 16:00", programme="platinum")
    client(desk, "bolt", "rita", programme="standard")
    night = await call(desk)
    day = await desk.open(
        "bob", channel="telephone", severity="p1", product=CONNECT, organisation="bolt", contact="rita"
    )
    assert await dues(desk, night) == ("03-03 18:00", "03-04 16:00", "03-05 16:00")
    assert await dues(desk, day) == ("03-04 10:00", "03-04 16:00", "03-05 16:00")
    await desk.until("03-04 03:00")
    response = {ticket: await desk.clock(ticket, "response") for ticket in (night, day)}
    assert (response[night]["standing"], response[day]["standing"]) == ("late", "running")
    # Reports go on by night and over the week-end for the one, business day by business day for the other.
    await desk.until("03-10 08:00")
    sent = {
        ticket: [entry["at"] for entry in await desk.timeline(ticket) if entry["type"] == "status_updated"]
        for ticket in (night, day)
    }
    assert [desk.wall(at) for at in sent[night]] == [f"2031-03-{day:02} 16:00" for day in range(4, 10)]
    assert [desk.wall(at) for at in sent[day]] == [f"2031-03-{day:02} 16:00" for day in (4, 5, 6, 7)]


@pytest.mark.clause("OL-18")
async def test_what_is_worked_on_without_a_break_always_has_an_assignee(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p3")
    moved = {"level": "rnd", "reason": "Only they can tell."}
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "triage", severity="p1", impact="production-down", reason="All is down.")
    assert (refusal.value.status, refusal.value.code) == (409, "assignee_needed")
    assert (await desk.ticket(ticket))["severity"] == "p3"
    await evaluate(desk, ticket)
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "escalations", **moved)
    assert refusal.value.code == "assignee_needed"
    await desk.step("bob", ticket, "escalations", **moved, assignee="dora")
    assert ((await desk.ticket(ticket))["level"], (await desk.ticket(ticket))["assignee"]) == ("rnd", "dora")
    # What need not go on without a break waits in the other level's queue for somebody to take it.
    other = await desk.open(severity="p3")
    await evaluate(desk, other, "p3", impact="other-function")
    await desk.step("bob", other, "escalations", **moved)
    assert (await desk.ticket(other)).get("assignee") is None


@pytest.mark.clause("OL-18", "OL-19")
async def test_its_clocks_stop_for_the_client_only_and_for_no_level(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    level = "  rnd:\n    title:"
    desk.rewrite("olcare", level, level.replace("title:", "pauses: [resolution, update]\n    title:"))
    tickets = {severity: await desk.open(severity=severity) for severity in ("p1", "p3")}
    for severity, ticket in tickets.items():
        impact = {"p1": "production-down", "p3": "other-function"}[severity]
        await evaluate(desk, ticket, severity, impact=impact)
        await desk.step("bob", ticket, "escalations", level="rnd", reason="Only they can tell.", assignee="dora")
    standing = {severity: (await desk.clock(ticket, "resolution"))["standing"] for severity, ticket in tickets.items()}
    assert standing == {"p1": "running", "p3": "paused"}
    await desk.step("dora", tickets["p1"], "questions", question="Since when?")
    assert (await desk.clock(tickets["p1"], "resolution"))["standing"] == "paused"
    await desk.step("anna", tickets["p1"], "answers", text="Since eight.")
    assert (await desk.clock(tickets["p1"], "resolution"))["standing"] == "running"
    # Evaluated again, the one stops where it stands and the other goes on.
    await desk.step("bob", tickets["p1"], "triage", severity="p3", impact="other-function", reason="Half works.")
    await evaluate(desk, tickets["p3"], "p1", assignee="dora")
    standing = {severity: (await desk.clock(ticket, "resolution"))["standing"] for severity, ticket in tickets.items()}
    assert standing == {"p1": "paused", "p3": "running"}
