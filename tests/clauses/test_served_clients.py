"""Which clients are served: contracts that the agreement asks for, registered products (1L-01, PC-01, OL-01)."""

from __future__ import annotations

from typing import Any

import pytest

from store.directory import Contract, Organisation
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import CONTRACT, Desk, Refused


async def refused(desk: Desk, who: str = "anna", **filed: Any) -> dict[str, Any]:
    """The problem with which an opening is refused."""
    with pytest.raises(Refused) as caught:
        await desk.open(who, **filed)
    assert caught.value.status == 422
    return caught.value.problem


async def kept(desk: Desk, **wanted: Any) -> list[dict[str, Any]]:
    """Refused requests as support lists them, newest first."""
    return list((await desk.get("bob", "/v1/refused-requests", params=wanted))["items"])


def contract(agreement: str, number: int, **more: Any) -> Contract:
    """Another contract of acme's."""
    return Contract(**{**CONTRACT, "agreement": agreement, "id": f"acme-{number}", **more})


@pytest.mark.clause("1L-01")
async def test_use_is_helped_only_under_the_maintenance_contract(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", cover="subscription")
    problem = await refused(desk, kind="use")
    assert problem["code"] == "cover_missing"
    assert "1L-01" in problem["detail"]
    assert "Aide à l'utilisation courante" in problem["detail"]
    for kind in ("settings", "installation"):
        assert (await refused(desk, kind=kind))["code"] == "cover_missing"
    # The subscription alone has software errors analysed.
    error = await desk.open("anna", kind="software-error", intake={"prerequisites": True})
    assert (await desk.ticket(error))["cover"] == "included"

    desk.save(contract("onelife", 2, cover="maintenance"))
    ticket = await desk.ticket(await desk.open("anna", kind="use"))
    assert (ticket["kind"], ticket["cover"], ticket["contract"]) == ("use", "deducted", "acme-1")


@pytest.mark.clause("1L-01")
async def test_when_the_maintenance_contract_has_ended_use_is_helped_no_longer(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife", cover="subscription")
    desk.save(contract("onelife", 2, cover="maintenance", valid_to=desk.at("03-04 00:00")))
    await desk.open("anna", kind="use")
    await desk.until("03-04 09:00")
    assert (await refused(desk, kind="use"))["code"] == "cover_missing"


@pytest.mark.clause("PC-01")
async def test_without_an_active_maintenance_contract_neither_customer_services_nor_consulting_is_reached(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("proconcept", valid_to=desk_end())
    desk.save(Organisation(id="other", name="Other", language="fr"))
    with_contract = await desk.open("anna", kind="use")
    await desk.step("bob", with_contract, "assignment", assignee="bob")
    await desk.step("bob", with_contract, "classification", kind="training", group="logistics", reason="A course.")
    ticket = await desk.ticket(with_contract)
    assert (ticket["level"], ticket["group"]) == ("consulting", "logistics")

    await desk.until("03-05 09:00")  # the contract ended at midnight
    for kind in ("use", "training"):
        problem = await refused(desk, kind=kind)
        assert problem["code"] == "no_contract"
        assert "PC-01" in problem["detail"]
        assert "contrat de maintenance" in problem["detail"]
    rows = await kept(desk, organisation="acme")
    assert [row["code"] for row in rows] == ["no_contract", "no_contract"]
    assert rows[0]["subject"] == "Nothing is printed"

    desk.save(contract("proconcept", 2, cover="licence"))
    assert (await refused(desk, kind="use"))["code"] == "cover_missing"
    desk.save(contract("proconcept", 3, cover="maintenance"))
    await desk.open("anna", kind="use")


def desk_end() -> Any:
    """Midnight at the end of 4 March, in Zurich."""
    from datetime import UTC, datetime

    return datetime(2031, 3, 4, 23, tzinfo=UTC)


@pytest.mark.clause("OL-01")
async def test_served_are_clients_with_a_licence_and_a_programme(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", cover="licence")
    problem = await refused(desk)
    assert problem["code"] == "cover_missing"
    assert "none for programme (OL-01)" in problem["detail"]
    desk.save(contract("olcare", 2, cover="programme", programme="gold", region="emea"))
    ticket = await desk.ticket(await desk.open())
    assert (ticket["contract"], ticket["programme"]) == ("acme-2", "gold")
    desk.save(Contract(**{**CONTRACT, "agreement": "olcare", "cover": "licence", "valid_to": desk.at("03-03 09:00")}))
    assert "none for licence" in (await refused(desk))["detail"]


@pytest.mark.clause("OL-01")
async def test_only_registered_products_are_served(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    problem = await refused(desk, product={"name": "ol-connect", "serial": "STRANGE-1"})
    assert problem["code"] == "not_registered"
    assert "ol-connect STRANGE-1 is not registered" in problem["detail"]
    assert [row["code"] for row in await kept(desk, code="not_registered")] == ["not_registered"]

    registered = await desk.post(
        "bob", "/v1/organisations/acme/products", {"product": "ol-connect", "serial": "STRANGE-1"}
    )
    assert registered["serial"] == "STRANGE-1"
    ticket = await desk.open(product={"name": "OL-Connect", "version": "2031.1", "serial": "STRANGE-1"})
    assert (await desk.ticket(ticket))["product"] == "OL-Connect 2031.1"
    listed = (await desk.get("anna", "/v1/organisations/acme/products", params={"limit": 200}))["items"]
    assert "STRANGE-1" in {one["serial"] for one in listed}

    # Taken back, it is served no more; what runs goes on.
    which = {"product": "ol-connect", "serial": "STRANGE-1"}
    assert (await desk.call("bob", "DELETE", "/v1/organisations/acme/products", params=which)).status_code == 204
    assert (await refused(desk, product={"name": "ol-connect", "serial": "STRANGE-1"}))["code"] == "not_registered"
    assert (await desk.ticket(ticket))["status"] == "new"

    with pytest.raises(Refused) as supplied:
        await desk.step("anna", ticket, "intake", product={"name": "ol-connect", "serial": "STRANGE-2"})
    assert supplied.value.code == "not_registered"
    with pytest.raises(Refused) as forged:
        await desk.step("anna", ticket, "intake", product={"name": "ol-connect", "registered": True})
    assert forged.value.code == "invalid"


@pytest.mark.clause("OL-01")
async def test_an_organisation_that_has_registered_nothing_is_not_served(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    from store.tables import registered_products

    with desk.database.begin() as connection:
        connection.execute(registered_products.delete())
    problem = await refused(desk)
    assert problem["code"] == "not_registered"
    assert "No product is registered for your organisation (OL-01)" in problem["detail"]
