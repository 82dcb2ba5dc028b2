"""Quotes: an estimate on request (1Life), and billed work that waits for one to be accepted (ProConcept)."""

from __future__ import annotations

import pytest

from tests.clauses.accounts import amend, entries, log, sell, used
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused


async def level_2(new_desk: NewDesk) -> tuple[Desk, str]:
    """A ticket at ProConcept's consulting, with half an hour of level 1 on it."""
    desk = await new_desk("proconcept", start="03-03 10:00")
    ticket = await desk.open()
    await log(desk, ticket, 30, work="analysis")
    await desk.step(
        "bob", ticket, "classification", kind="new-feature", reason="Une colonne de plus.", group="logistics"
    )
    return desk, ticket


@pytest.mark.clause("1L-20")
async def test_on_request_the_client_is_given_an_estimate_and_orders_the_work(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-03 10:00", cover="maintenance")
    await sell(desk, 10)
    ticket = await desk.open(kind="settings")
    await desk.step("anna", ticket, "quote-requests", text="Combien de temps pour une colonne de plus ?")
    assert "Combien de temps" in desk.mails(ticket, "staff_quote_asked")[0].text
    with pytest.raises(Refused, match="quote_in_hours"):
        await desk.step("bob", ticket, "quotes", text="Une colonne.", minutes=120, amount="150.00", currency="EUR")
    await desk.step("bob", ticket, "quotes", text="Une colonne, traduite.", minutes=120)
    mail = desk.mails(ticket, "quote", to="anna")[0].text.replace("\n", " ")
    assert "Une colonne, traduite." in mail
    assert "2 h" in mail
    assert "2 avril 2031" in mail  # 30 days later
    with pytest.raises(Refused, match="quote_open"):
        await desk.step("bob", ticket, "quotes", text="Deux colonnes.", minutes=180)
    with pytest.raises(Refused, match="not_permitted"):
        await desk.step("bob", ticket, "quotes/acceptance", quote=1)
    await desk.step("anna", ticket, "quotes/acceptance", quote=1)
    with pytest.raises(Refused, match="quote_not_open"):
        await desk.step("anna", ticket, "quotes/refusal", quote=1, reason="Finalement non.")
    await log(desk, ticket, 110)
    assert await used(desk) == 120


@pytest.mark.clause("1L-20")
async def test_an_estimate_can_be_refused_and_one_that_nobody_answers_expires(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", start="03-03 10:00", cover="maintenance")
    amend(desk, "onelife", ("within: 30 days, assumed: the booklet names no time", "within: 7 days, assumed: true"))
    ticket = await desk.open(kind="settings")
    await desk.step("bob", ticket, "quotes", text="Une colonne.", minutes=120)
    await desk.step("anna", ticket, "quotes/refusal", quote=1, reason="Trop long.")
    assert "Trop long." in desk.mails(ticket, "staff_quote_refused")[0].text
    await desk.step("bob", ticket, "quotes", text="Une colonne sans traduction.", minutes=60)
    await desk.until("03-10 09:59")
    assert desk.mails(ticket, "quote_expired") == []
    await desk.until("03-10 10:01")
    assert [mail.to for mail in desk.mails(ticket, "quote_expired")] == ["anna"]
    assert len(desk.mails(ticket, "staff_quote_expired")) == 1
    with pytest.raises(Refused, match="quote_not_open"):
        await desk.step("anna", ticket, "quotes/acceptance", quote=2)
    with pytest.raises(Refused, match="unknown_quote"):
        await desk.step("anna", ticket, "quotes/acceptance", quote=7)


@pytest.mark.clause("PC-14")
async def test_level_1_is_inside_the_contract_and_level_2_is_billed_as_time_spent(new_desk: NewDesk) -> None:
    desk, ticket = await level_2(new_desk)
    await desk.step("clara", ticket, "quotes", text="Une colonne.", minutes=90, amount="270.00", currency="CHF")
    await desk.step("anna", ticket, "quotes/acceptance", quote=1)
    await log(desk, ticket, 50, who="clara")
    assert await entries(desk, ticket) == [(30, 30, 0, "included"), (50, 50, 50, "billable")]
    report = await desk.call("anna", "GET", f"/v1/tickets/{ticket}/intervention-report.html")
    assert "Facturé au temps passé\u00a0: 50 min" in report.text.replace(" :", "\u00a0:")


@pytest.mark.clause("PC-03", "PC-14")
async def test_billed_work_waits_for_an_accepted_quote_and_stays_within_what_was_ordered(new_desk: NewDesk) -> None:
    desk, ticket = await level_2(new_desk)
    with pytest.raises(Refused, match="quote_needed"):
        await log(desk, ticket, 15, who="clara")
    with pytest.raises(Refused, match="amount_missing"):
        await desk.step("clara", ticket, "quotes", text="Une colonne.", minutes=90)
    await desk.step("clara", ticket, "quotes", text="Une colonne.", minutes=90, amount="270.00", currency="CHF")
    mail = desk.mails(ticket, "quote", to="anna")[0].text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "270,00 CHF" in mail
    with pytest.raises(Refused, match="quote_needed"):
        await log(desk, ticket, 15, who="clara")
    await desk.step("anna", ticket, "quotes/acceptance", quote=1)
    await log(desk, ticket, 80, who="clara")
    with pytest.raises(Refused, match="quote_exceeded") as refused:
        await log(desk, ticket, 11, who="clara")
    assert "1 h 30 min" in refused.value.problem["detail"]
    await desk.step("clara", ticket, "quotes", text="Encore.", minutes=30, amount="90.00", currency="CHF")
    await desk.step("anna", ticket, "quotes/acceptance", quote=2)
    await log(desk, ticket, 40, who="clara")  # 80 + 40 of 90 + 30 minutes
    with pytest.raises(Refused, match="quote_exceeded"):
        await log(desk, ticket, 1, who="clara")


@pytest.mark.clause("PC-03")
async def test_whether_a_quote_has_to_come_first_stands_in_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 10:00")
    amend(desk, "proconcept", ("first: true", "first: false"))
    ticket = await desk.open()
    await log(desk, ticket, 30)
    await desk.step("bob", ticket, "classification", kind="new-feature", reason="Une colonne.", group="logistics")
    await log(desk, ticket, 20, who="clara")
    # Nothing had to be agreed first, so what was done before counts as what it proved to be.
    assert await entries(desk, ticket) == [(30, 30, 30, "billable"), (20, 20, 20, "billable")]


@pytest.mark.clause("PC-14")
async def test_nothing_is_quoted_for_what_the_contract_includes(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-03 10:00")
    ticket = await desk.open()
    with pytest.raises(Refused, match="nothing_to_quote"):
        await desk.step("bob", ticket, "quotes", text="Aide.", minutes=30, amount="90.00", currency="CHF")
    assert "quote_made" not in await desk.types(ticket)
