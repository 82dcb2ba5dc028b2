"""OL Care: what the programmes Standard, Gold and Platinum add, and when their extended cover rests."""

from __future__ import annotations

import pytest

from store.directory import Contact, Contract, Organisation
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import SINCE, Desk, Refused

CONNECT = {"name": "ol-connect"}
OTHER = {"name": "planet-press"}


async def response_due(desk: Desk, wall: str, **filed: object) -> str | None:
    """When the first response to a P1 filed then is due; the ticket is withdrawn again."""
    await desk.until(wall)
    ticket = await desk.open(**{"severity": "p1", "product": CONNECT, **filed})
    due = await desk.due(ticket, "response")
    await desk.step("anna", ticket, "withdrawal", reason="Only asked.")
    return due


@pytest.mark.clause("OL-02")
@pytest.mark.parametrize(
    ("programme", "monday_night", "saturday"),
    [
        ("standard", "2031-03-04 13:00", "2031-03-10 13:00"),  # from 09:00 of the next opening
        ("gold", "2031-03-04 02:00", "2031-03-10 04:00"),  # 24 hours on five days: Saturday waits for Monday
        ("platinum", "2031-03-04 02:00", "2031-03-08 14:00"),
    ],
)
async def test_critical_problems_are_answered_in_the_hours_of_the_programme(
    new_desk: NewDesk, programme: str, monday_night: str, saturday: str
) -> None:
    desk = await new_desk("olcare", start="03-03 21:00", programme=programme)
    assert await response_due(desk, "03-03 22:00") == monday_night
    assert await response_due(desk, "03-08 10:00") == saturday
    # Only critical problems: a P2 keeps to the local hours under every programme.
    assert await response_due(desk, "03-08 11:00", severity="p2") == "2031-03-10 13:00"


@pytest.mark.clause("OL-02", "OL-16")
async def test_business_days_of_an_extended_problem_are_days_of_the_programme(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-07 22:00", programme="gold")
    ticket = await desk.open(severity="p1", product=CONNECT)
    assert await desk.due(ticket, "resolution") == "2031-03-11 22:00"  # Friday night; Monday, Tuesday


@pytest.mark.clause("OL-02")
async def test_a_contract_without_a_programme_has_standard_and_an_unknown_one_is_named(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 21:00")
    assert (await desk.ticket(await desk.open(severity="p1")))["programme"] == "standard"
    desk.save(Contract(id="acme-1", organisation="acme", agreement="olcare", programme="gould", valid_from=SINCE))
    with pytest.raises(Refused) as refused:
        await desk.open(severity="p1")
    assert (refused.value.status, refused.value.code) == (422, "unknown_programme")
    assert "standard, gold, platinum" in refused.value.problem["detail"]


@pytest.mark.clause("OL-04")
async def test_extended_hours_are_for_connect_products_and_in_english(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 22:00", programme="platinum", language="fr")
    other = await desk.open(severity="p1", product=OTHER)
    assert await desk.due(other, "response") == "2031-03-04 13:00"
    assert desk.mails(other, "opened")[0].language == "fr"
    ticket = await desk.open(severity="p1", product=CONNECT)
    assert await desk.due(ticket, "response") == "2031-03-04 02:00"
    assert desk.mails(ticket, "opened")[0].language == "en"
    await desk.until("03-04 10:00")
    await desk.step("bob", ticket, "comments", text="Les journaux sont arrivés.")
    assert desk.mails(ticket, "comment")[-1].language == "fr"  # local hours, the client's own language


@pytest.mark.clause("OL-05")
@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("04-10 22:00", "2031-04-12 02:00"),  # Good Friday rests: two hours before it, two after
        ("04-13 22:00", "2031-04-15 02:00"),  # Easter Monday
        ("08-31 22:00", "2031-09-02 02:00"),  # Labor Day, the first Monday of September
        ("12-24 22:00", "2031-12-27 02:00"),  # Christmas and the day after
        ("12-31 22:00", "2032-01-02 02:00"),  # New Year
        ("04-30 22:00", "2031-05-01 02:00"),  # 1 May closes the French office, not the extended cover
    ],
)
async def test_extended_cover_rests_on_its_own_days_off(new_desk: NewDesk, opened: str, due: str) -> None:
    desk = await new_desk("olcare", start=opened, programme="platinum")
    assert await response_due(desk, opened) == due


@pytest.mark.clause("OL-05")
async def test_local_hours_keep_the_public_holidays_of_the_region(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="04-30 16:00", programme="platinum")
    assert await response_due(desk, "04-30 16:00", severity="p2") == "2031-05-02 12:00"


@pytest.mark.clause("OL-03")
async def test_platinum_and_gold_stand_ahead_in_the_queue_then_whoever_is_nearest_to_being_missed(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare", start="03-03 09:00", programme="platinum", success_manager="max")
    for who, programme in (("gold-co", "gold"), ("plain-co", "standard")):
        desk.save(
            Organisation(id=who, name=who, language="en"),
            Contract(id=f"{who}-1", organisation=who, agreement="olcare", programme=programme, valid_from=SINCE),
            Contact(id=f"u-{who}", organisation=who, name="U", role="key_user", language="en"),
        )
    plain = await desk.open("u-plain-co", severity="p1", channel="telephone")  # due soonest of all
    gold = await desk.open("u-gold-co", severity="p3")
    later = await desk.open("anna", severity="p3")
    sooner = await desk.open("anna", severity="p3", channel="telephone")
    queue = (await desk.get("bob", "/v1/tickets", params={"order": "queue", "limit": 2}))["items"]
    assert [ticket["id"] for ticket in queue] == [sooner, later]
    page = await desk.get("bob", "/v1/tickets", params={"order": "queue", "limit": 2})
    rest = await desk.get("bob", "/v1/tickets", params={"order": "queue", "limit": 2, "cursor": page["next"]})
    assert [ticket["id"] for ticket in rest["items"]] == [gold, plain]


@pytest.mark.clause("OL-03")
async def test_a_gold_client_has_a_named_success_manager_who_hears_of_its_tickets(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 09:00", programme="gold", success_manager="max")
    contract = (await desk.get("anna", "/v1/organisations/acme"))["contracts"][0]
    assert contract["success_manager"] == {"id": "max", "name": "Max"}
    ticket = await desk.open(severity="p3")
    assert [mail.to for mail in desk.mails(ticket, "staff_opened")] == ["support", "max"]


@pytest.mark.clause("OL-18")
async def test_a_critical_problem_is_never_left_without_somebody(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="03-03 09:00", programme="platinum")
    ticket = await desk.open(severity="p3")
    with pytest.raises(Refused) as refused:
        await desk.step("bob", ticket, "triage", severity="p1", reason="Everything stands still.")
    assert refused.value.code == "assignee_needed"
    await desk.step("bob", ticket, "triage", severity="p1", reason="Everything stands still.", assignee="bob")
    with pytest.raises(Refused) as refused:
        await desk.step("bob", ticket, "escalations", level="rnd", reason="A bug.")
    assert refused.value.code == "assignee_needed"
    await desk.step("bob", ticket, "escalations", level="rnd", reason="A bug.", assignee="dora")
    assert (await desk.ticket(ticket))["assignee"] == "dora"


@pytest.mark.clause("OL-18")
@pytest.mark.parametrize(
    ("programme", "reports"),
    [
        # Filed on Friday at 16:00; a report every business day of the hours that hold.
        ("platinum", ["2031-03-08 16:00", "2031-03-09 16:00", "2031-03-10 16:00"]),
        ("standard", ["2031-03-10 16:00"]),
    ],
)
async def test_a_platinum_problem_goes_on_over_the_weekend_a_standard_one_does_not(
    new_desk: NewDesk, programme: str, reports: list[str]
) -> None:
    desk = await new_desk("olcare", start="03-07 16:00", programme=programme)
    ticket = await desk.open(severity="p1", product=CONNECT)
    await desk.until("03-10 17:00")
    sent = [entry for entry in await desk.timeline(ticket) if entry["type"] == "status_updated"]
    assert [desk.wall(entry["at"]) for entry in sent] == reports
    resolution = await desk.clock(ticket, "resolution")
    assert resolution["pauses"] == []
