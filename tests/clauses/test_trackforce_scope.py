"""Trackforce: what is in scope, and what is not."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused


@pytest.mark.clause("TF-19")
@pytest.mark.parametrize("kind", ["implementation", "update", "advice"])
async def test_problems_at_implementation_and_updates_and_advice_are_in_scope(new_desk: NewDesk, kind: str) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", kind=kind, severity="low")
    assert (await desk.ticket(ticket))["cover"] == "included"
    assert await desk.due(ticket, "response") == "2031-03-05 09:00"


@pytest.mark.clause("TF-04")
@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("custom-integration", "services professionnels"),
        ("third-party", "éditeur"),
        ("development", "exemple reproductible"),
        ("professional-services", "interlocuteur commercial"),
    ],
)
async def test_what_is_not_included_is_refused_with_the_way_that_stays_open(
    new_desk: NewDesk, kind: str, way: str
) -> None:
    desk = await new_desk("trackforce")
    with pytest.raises(Refused) as refused:
        await desk.open("ines", kind=kind)
    assert (refused.value.status, refused.value.code) == (422, "not_handled_here")
    assert "TF-04" in refused.value.problem["detail"]
    assert way in refused.value.problem["detail"]


@pytest.mark.clause("TF-04")
async def test_a_bug_of_the_api_comes_with_a_reproducible_example(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    with pytest.raises(Refused) as refused:
        await desk.open("ines", kind="api-bug", intake={"reproducible": False})
    assert refused.value.code == "prerequisite_missing"
    ticket = await desk.open("ines", kind="api-bug")
    assert "exemple reproductible" in desk.mails(ticket, "intake", to="ines")[0].text
    assert (await desk.ticket(await desk.open("ines", kind="api-bug", intake={"reproducible": True})))["kind"]


@pytest.mark.clause("TF-04")
async def test_what_turns_out_to_be_somebody_elses_is_closed_as_not_covered_and_the_client_reads_why(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity="low")
    await desk.step("bob", ticket, "exclusion", exclusion="third-party", text="L'erreur vient du module de paie.")
    assert (await desk.ticket(ticket))["closing"] == "not_covered"
    mail = desk.mails(ticket, "excluded", to="ines")[0].text
    assert "module de paie" in mail
    assert "éditeur" in mail
    # Not a promise that was missed, nor one that was kept.
    assert {clock["verdict"] for clock in await desk.clocks(ticket)} == {"cancelled"}
