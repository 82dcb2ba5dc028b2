"""ProConcept: what level 1 does under the maintenance contract, what is level 2 and billed."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

LEVEL_2 = {
    "new-feature": "finance",
    "customisation-error": None,
    "information": "finance",
    "training": "logistics",
    "manipulation": "logistics",
}
"""Kinds of PC-03, and the group that staff names where the agreement names none."""


async def a_desk(new_desk: NewDesk) -> Desk:
    return await new_desk("proconcept", start="03-03 09:00")


async def classified(desk: Desk, kind: str, group: str | None) -> str:
    ticket = await desk.open()
    more = {"group": group} if group else {}
    await desk.step("bob", ticket, "classification", kind=kind, reason="C'est autre chose que l'usage.", **more)
    return ticket


@pytest.mark.clause("PC-02")
@pytest.mark.parametrize("kind", ["use", "customised-use"])
async def test_use_of_the_standard_and_of_customised_objects_is_helped_at_level_1_within_the_contract(
    new_desk: NewDesk, kind: str
) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.ticket(await desk.open(kind=kind))
    assert (ticket["level"], ticket["cover"]) == ("support", "included")


@pytest.mark.clause("PC-02")
async def test_a_problem_in_modified_software_is_not_level_1s(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.ticket(await classified(desk, "modified-software", None))
    assert (ticket["level"], ticket["group"], ticket["cover"]) == ("consulting", "technical", "billable")


@pytest.mark.clause("PC-03")
@pytest.mark.parametrize(("kind", "group"), LEVEL_2.items())
async def test_what_is_outside_maintenance_goes_to_consulting_and_is_billed_and_the_client_learns_why(
    new_desk: NewDesk, kind: str, group: str | None
) -> None:
    desk = await a_desk(new_desk)
    ticket = await classified(desk, kind, group)
    stands = await desk.ticket(ticket)
    assert (stands["level"], stands["cover"]) == ("consulting", "billable")
    told = desk.mails(ticket, "escalated", to="anna")[0].text
    assert "autre chose que l'usage" in told
    assert "facturé en régie" in told.replace("\n", " ")


@pytest.mark.clause("PC-03")
async def test_a_kind_that_several_groups_treat_needs_the_group_to_be_named(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    with pytest.raises(Refused) as refused:
        await classified(desk, "training", None)
    assert refused.value.code == "unknown_group"
    assert "logistics, finance, technical" in refused.value.problem["detail"]


@pytest.mark.clause("PC-15")
@pytest.mark.parametrize("kind", ["training", "customisation", "settings"])
async def test_training_customisations_and_settings_are_level_2(new_desk: NewDesk, kind: str) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.ticket(await classified(desk, kind, "technical"))
    assert (ticket["level"], ticket["cover"]) == ("consulting", "billable")


@pytest.mark.clause("PC-18")
async def test_versions_are_included_installing_them_is_billed_and_some_modules_need_their_own_licence(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    assert (await desk.ticket(await desk.open(kind="version")))["cover"] == "included"
    installing = await desk.ticket(await classified(desk, "installation", None))
    assert (installing["level"], installing["cover"]) == ("consulting", "billable")
    with pytest.raises(Refused) as refused:
        await desk.open(kind="module-licence")
    assert refused.value.code == "not_handled_here"
    assert "gestionnaire de compte" in refused.value.problem["detail"]


@pytest.mark.clause("PC-07")
async def test_requests_can_be_made_at_any_time_and_count_from_the_next_opening(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-02 03:00")  # Sunday, three in the morning
    ticket = await desk.open(severity="blocking")
    assert len(desk.mails(ticket, "opened", to="anna")) == 1
    assert await desk.due(ticket, "response") == "2031-03-03 10:00"  # two hours from Monday, 08:00
    await desk.until("03-03 11:00")
    by_phone = await desk.open("bob", severity="blocking", channel="telephone")
    assert await desk.due(by_phone, "response") == "2031-03-03 14:30"  # an hour, the lunch break, another
