"""1Life: the hour counter: packages, how time is counted, who pays when it turns out to be something else."""

from __future__ import annotations

import asyncio

import pytest

from store.directory import Contract
from tests.clauses.accounts import HOURS, PACKAGES, amend, entries, log, packages, sell, used
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import SINCE, Desk, Refused

FREE = {"kind": "software-error", "intake": {"prerequisites": True}}
PAID = {"kind": "settings"}


async def a_desk(new_desk: NewDesk) -> Desk:
    return await new_desk("onelife", start="03-03 10:00", cover="maintenance")


@pytest.mark.clause("1L-01")
async def test_billable_work_is_deducted_from_a_counter_that_the_packages_in_force_feed(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**PAID)
    with pytest.raises(Refused) as refused:
        await log(desk, ticket, 50)
    assert (refused.value.status, refused.value.code) == (409, "hours_used_up")
    assert "1 h more is needed" in refused.value.problem["detail"]
    assert "Sell the client a new package" in refused.value.problem["detail"]
    assert "time_logged" not in await desk.types(ticket)
    first, second = await sell(desk, 10), await sell(desk, 20)
    await log(desk, ticket, 50)
    read = await desk.get("anna", HOURS)
    assert read["left"] == 29 * 60
    assert {one["id"]: one["left"] for one in read["packages"]} == {first: 9 * 60, second: 20 * 60}


@pytest.mark.clause("1L-01")
async def test_packages_of_the_maintenance_contract_serve_a_ticket_of_the_subscription(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-03 10:00", cover="subscription")
    maintenance = {"id": "acme-2", "organisation": "acme", "agreement": "onelife", "cover": "maintenance"}
    desk.save(Contract(**maintenance, valid_from=SINCE, valid_to=desk.at("03-05 00:00")))
    package = await sell(desk, 10, contract="acme-2")
    ticket = await desk.open(**PAID, contract="acme-1")
    await log(desk, ticket, 60)
    assert (await packages(desk))[package]["used"] == 60
    await desk.until("03-05 09:00")  # the contract has ended, and its package with it
    with pytest.raises(Refused, match="hours_used_up"):
        await log(desk, ticket, 60)


@pytest.mark.clause("1L-16")
async def test_packages_have_ten_twenty_thirty_fifty_or_a_hundred_hours(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    for hours in (10, 20, 30, 50, 100):
        await sell(desk, hours)
    assert sorted(one["minutes"] for one in (await packages(desk)).values()) == [600, 1200, 1800, 3000, 6000]
    with pytest.raises(Refused, match="sizes: 10, 20, 30, 50, 100") as refused:
        await sell(desk, 15)
    assert refused.value.status == 422
    amend(desk, "onelife", ("hours: [10, 20, 30, 50, 100]", "hours: [15]"))
    await sell(desk, 15)


@pytest.mark.clause("1L-16")
async def test_a_sale_that_is_sent_twice_is_made_once(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    sale, key = {"contract": "acme-1", "hours": 10}, {"Idempotency-Key": "sale-1"}
    first, again = [await desk.post("max", PACKAGES, sale, headers=key) for _ in range(2)]
    assert first["id"] == again["id"]
    assert len(await packages(desk)) == 1
    with pytest.raises(Refused, match="idempotency_conflict"):
        await desk.post("max", PACKAGES, {**sale, "hours": 20}, headers=key)
    with pytest.raises(Refused, match="not_permitted"):
        await desk.post("anna", PACKAGES, sale)


@pytest.mark.clause("1L-17")
async def test_hours_are_used_while_the_package_is_valid_the_earliest_to_expire_first_and_not_after_it(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    young = await sell(desk, 10)  # bought first, expires last
    old = await sell(desk, 10, bought_at=desk.at("2030-03-10 10:00").isoformat())  # 365 days: until 10 March 10:00
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 60)
    assert {name: one["used"] for name, one in (await packages(desk)).items()} == {young: 0, old: 60}
    await desk.until("03-10 09:59")
    await log(desk, ticket, 30)
    await desk.until("03-10 10:00")
    await log(desk, ticket, 45)
    read = await packages(desk)
    assert desk.wall(read[old]["expires_at"]) == "2031-03-10 10:00"
    assert (read[old]["used"], read[old]["left"], read[old]["expired"]) == (90, 0, 510)
    assert (read[young]["used"], read[young]["left"]) == (45, 555)


@pytest.mark.clause("1L-17")
async def test_one_entry_can_empty_a_package_and_go_on_with_the_next_and_how_long_they_are_valid_is_data(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    amend(desk, "onelife", ("within: 365 days", "within: 30 days"))
    first = await sell(desk, 10)
    for _ in range(3):
        await log(desk, await desk.open(**PAID), 190)  # counted as 3 h 15 min: 9 h 45 min of 10
    second = await sell(desk, 10, bought_at=desk.at("03-03 11:00").isoformat())  # not in force yet
    ticket = await desk.open(**PAID)
    with pytest.raises(Refused, match="hold 15 min, and 1 h more is needed"):
        await log(desk, ticket, 60)
    await desk.until("03-03 11:00")
    await log(desk, ticket, 60)
    assert {name: one["used"] for name, one in (await packages(desk)).items()} == {first: 600, second: 45}
    assert desk.wall((await packages(desk))[first]["expires_at"]) == "2031-04-02 10:00"


@pytest.mark.clause("1L-18")
async def test_every_quarter_of_an_hour_that_was_started_is_consumed(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    ticket = await desk.open(**PAID)
    for minutes in (1, 15, 16, 45, 46):
        await log(desk, ticket, minutes)
    assert [counted for _, counted, _, _ in await entries(desk, ticket)] == [15, 15, 30, 45, 60]
    assert await used(desk) == 165


@pytest.mark.clause("1L-18")
async def test_the_part_of_an_hour_that_counts_whole_stands_in_the_file(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    amend(desk, "onelife", ("by: 15 min", "by: 6 min"))
    await sell(desk, 10)
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 13)
    assert await used(desk) == 18


@pytest.mark.clause("1L-19")
async def test_analysis_the_work_and_its_adjustment_count_on_the_same_counter(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 20, work="analysis")
    await log(desk, ticket, 40, work="work")
    await desk.step("bob", ticket, "resolution", kind="fix", text="Réglé.")
    await log(desk, ticket, 5, work="adjustment")  # afterwards is inside the service, too
    assert await used(desk) == 30 + 45 + 15
    assert (await desk.get("anna", HOURS, params={"work": "adjustment"}))["entries"][0]["counted"] == 15


@pytest.mark.clause("1L-26")
async def test_a_free_error_that_proves_to_be_incorrect_use_is_deducted_and_the_client_reads_the_numbers(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    ticket = await desk.open(**FREE)
    await log(desk, ticket, 50, work="analysis")
    await log(desk, ticket, 20)
    assert await entries(desk, ticket) == [(50, 60, 0, "included"), (20, 30, 0, "included")]
    assert await used(desk) == 0
    await desk.step("bob", ticket, "intake", intake={"trained": True})
    await desk.step("bob", ticket, "classification", kind="use", reason="Le filtre était mal posé.")
    assert await entries(desk, ticket) == [(50, 60, 60, "deducted"), (20, 30, 30, "deducted")]
    assert await used(desk) == 90
    told = desk.mails(ticket, "hours_moved", to="anna")[0].text.replace("\n", " ")
    assert "1 h 30 min" in told  # deducted
    assert "8 h 30 min" in told  # what is left of 10 h
    await desk.step("bob", ticket, "classification", kind="software-error", reason="C'était bien le logiciel.")
    assert await used(desk) == 0
    assert "n’en est retiré" in desk.mails(ticket, "hours_moved", to="anna")[1].text.replace("\n", " ")
    assert {line["cover"] for line in (await desk.get("bob", HOURS))["entries"]} == {"included"}


@pytest.mark.clause("1L-26")
async def test_it_is_not_reclassified_when_the_packages_cannot_pay_for_the_time_already_counted(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**FREE)
    await log(desk, ticket, 50)
    with pytest.raises(Refused, match="hours_used_up"):
        await desk.step("bob", ticket, "classification", kind="settings", reason="Un réglage.")
    assert (await desk.ticket(ticket))["kind"] == "software-error"
    assert await entries(desk, ticket) == [(50, 60, 0, "included")]


@pytest.mark.clause("1L-01")
async def test_two_tickets_that_want_the_last_hour_at_once_do_not_both_get_it(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    for _ in range(3):
        await log(desk, await desk.open(**PAID), 180)
    tickets = [await desk.open(**PAID) for _ in range(4)]
    outcomes = await asyncio.gather(*(log(desk, ticket, 60) for ticket in tickets), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [outcome.code for outcome in refused] == ["hours_used_up"] * 3
    assert await used(desk) == 600
    logged = [len(await entries(desk, ticket)) for ticket in tickets]
    assert sorted(logged) == [0, 0, 0, 1]


@pytest.mark.clause("1L-18")
async def test_an_entry_that_is_sent_twice_is_booked_once_and_entries_of_one_moment_all_count(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    ticket = await desk.open(**PAID)
    began = desk.at("03-03 09:00").isoformat()
    body = {"work": "work", "minutes": 50, "began_at": began, "text": "Le modèle a été corrigé."}
    for _ in range(2):
        await desk.post("bob", f"/v1/tickets/{ticket}/time-entries", body, headers={"Idempotency-Key": "entry-1"})
    assert await used(desk) == 60
    await asyncio.gather(*(log(desk, ticket, 15) for _ in range(5)))
    assert await used(desk) == 60 + 75
    assert len(await entries(desk, ticket)) == 6


@pytest.mark.clause("1L-23")
async def test_client_and_team_are_warned_when_four_fifths_of_a_package_are_used(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    package = await sell(desk, 10)
    first, second, third = [await desk.open(**PAID) for _ in range(3)]
    await log(desk, first, 240)
    await log(desk, second, 225)
    assert desk.mails(second, "package_warned") == []
    await log(desk, third, 15)  # 480 of 600 minutes: 80 %
    mail, staff = desk.mails(third, "package_warned", to="anna")[0], desk.mails(third, "staff_package_warned")[0]
    assert package in mail.text
    assert "2 h" in mail.text
    assert staff.to == "support"
    await log(desk, third, 15)
    assert len(desk.mails(third, "package_warned")) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"minutes": 0}, "invalid"),
        ({"minutes": 100_000}, "invalid"),
        ({"minutes": 61}, "not_worked_yet"),
        ({"began_at": "2031-01-02T08:00:00Z"}, "before_opening"),
        ({"began_at": "0001-01-01T00:00:00+14:00"}, "invalid"),
        ({"began_at": "9999-12-31T23:59:00Z"}, "not_worked_yet"),
        ({"work": "travel"}, "invalid"),
        ({"booked": {"left": 1}}, "invalid"),
    ],
)
async def test_an_entry_that_cannot_be_is_refused_and_nothing_is_taken(
    new_desk: NewDesk, change: dict[str, object], code: str
) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    ticket = await desk.open(**PAID)
    body = {"work": "work", "minutes": 60, "began_at": desk.at("03-03 09:00").isoformat(), "text": "Réglé."}
    with pytest.raises(Refused) as refused:
        await desk.post("bob", f"/v1/tickets/{ticket}/time-entries", {**body, **change})
    assert (refused.value.status, refused.value.code) == (422, code)
    assert await used(desk) == 0
