"""1Life: deducted work takes at most four hours; what needs more goes to the deployment service."""

from __future__ import annotations

import pytest

from tests.clauses.accounts import amend, entries, log, sell, used
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

FREE = {"kind": "software-error", "intake": {"prerequisites": True}}
PAID = {"kind": "settings"}


async def a_desk(new_desk: NewDesk) -> Desk:
    desk = await new_desk("onelife", start="03-03 10:00", cover="maintenance")
    await sell(desk, 20)
    return desk


@pytest.mark.clause("1L-04")
async def test_exactly_four_hours_are_done_under_the_contract(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 120)
    await log(desk, ticket, 106)  # counted as 2 h: 4 h in all
    assert await used(desk) == 240
    assert (await desk.ticket(ticket))["level"] == "support"
    assert "handed_over" not in await desk.types(ticket)


@pytest.mark.clause("1L-04")
async def test_what_runs_over_is_charged_up_to_four_hours_and_handed_over_and_the_client_is_told_why(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 180)
    await log(desk, ticket, 100)  # counted as 1 h 45 min, of which 1 h is left
    assert await entries(desk, ticket) == [(180, 180, 180, "deducted"), (100, 105, 60, "deducted")]
    assert await used(desk) == 240
    assert (await desk.ticket(ticket))["level"] == "consulting"
    told = desk.mails(ticket, "escalated", to="anna")[0].text.replace("\n", " ")
    assert "dans la limite de 4 h" in told
    assert desk.mails(ticket, "staff_escalated")[0].to == "consulting"
    with pytest.raises(Refused, match="over_the_cap") as refused:
        await log(desk, ticket, 15)
    assert refused.value.status == 409
    assert await used(desk) == 240
    handed = next(entry for entry in await desk.timeline(ticket, "anna") if entry["type"] == "handed_over")
    assert handed["data"]["minutes"] == 180 + 105


@pytest.mark.clause("1L-04", "1L-20")
async def test_an_estimate_above_four_hours_hands_the_work_over_before_it_begins(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**PAID)
    await desk.step("bob", ticket, "quotes", text="Reprise de tous les modèles.", minutes=241)
    assert (await desk.ticket(ticket))["level"] == "consulting"
    assert "quote_made" not in await desk.types(ticket)
    with pytest.raises(Refused, match="over_the_cap"):
        await log(desk, ticket, 15)
    other = await desk.open(**PAID)
    await desk.step("bob", other, "quotes", text="Reprise d'un modèle.", minutes=240)
    assert (await desk.ticket(other))["level"] == "support"


@pytest.mark.clause("1L-04")
async def test_the_free_analysis_of_an_error_has_no_limit(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**FREE)
    await log(desk, ticket, 300, work="analysis")
    await log(desk, ticket, 200, work="analysis")
    assert await entries(desk, ticket) == [(300, 300, 0, "included"), (200, 210, 0, "included")]
    assert (await desk.ticket(ticket))["level"] == "support"
    assert await used(desk) == 0


@pytest.mark.clause("1L-04", "1L-26")
async def test_long_free_work_that_proves_to_be_deducted_is_charged_for_four_hours_and_handed_over(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(**FREE)
    await log(desk, ticket, 200)  # 3 h 30 min
    await log(desk, ticket, 60)
    await desk.step("bob", ticket, "classification", kind="settings", reason="Un réglage du client.")
    assert await entries(desk, ticket) == [(200, 210, 210, "deducted"), (60, 60, 30, "deducted")]
    assert await used(desk) == 240
    assert (await desk.ticket(ticket))["level"] == "consulting"


@pytest.mark.clause("1L-04")
async def test_the_limit_stands_in_the_file(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    kind = "settings:\n    title: {fr: Modification légère ou paramétrage rapide, en: Light change or quick setting}\n"
    rule = "    cover: deducted\n    needs_contract: maintenance\n    at_most: "
    amend(desk, "onelife", (f"{kind}{rule}4 h", f"{kind}{rule}1 h"))
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 61)
    assert await used(desk) == 60
    assert (await desk.ticket(ticket))["level"] == "consulting"
