"""Opening a ticket: whose it is, under which contract, for whom; and what the answer says."""

from __future__ import annotations

from typing import Any

import pytest

from domain.words import Role
from store import directory
from tests.api.conftest import World, filing


async def test_a_client_opens_a_ticket_under_its_one_valid_contract(world: World) -> None:
    answer = await world.post("client", "/v1/tickets", filing())
    ticket = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/tickets/{ticket['id']}" == ticket["links"]["self"]
    assert len(answer.headers["Idempotency-Key"]) == 36
    assert len(ticket["id"]) == 10
    assert not set(ticket["id"]) & set("ILOU")
    assert (ticket["organisation"], ticket["contract"], ticket["contact"]) == ("acme", "acme-1", "anna")
    assert (ticket["agreement"], ticket["language"], ticket["status"]) == ("trackforce", "fr", "new")
    assert world.engine.started[0].opened_at == world.now
    assert (await world.get("client", ticket["links"]["self"])).json()["opened_at"] == "2026-03-02T09:00:00Z"


async def test_the_number_may_be_typed_as_it_was_heard(world: World) -> None:
    ticket = await world.open()
    typed = ticket.lower().replace("0", "o").replace("1", "l")
    assert (await world.get("client", f"/v1/tickets/{typed}")).json()["id"] == ticket


async def test_staff_names_the_organisation_and_its_administrator_is_written_to(world: World) -> None:
    answer = await world.post("level1", "/v1/tickets", filing())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/organisation")
    ticket = (await world.post("level1", "/v1/tickets", filing(organisation="acme"))).json()
    assert (ticket["contact"], ticket["language"]) == ("adam", "en")


async def test_several_contracts_are_named_to_be_chosen_from(world: World) -> None:
    answer = await world.post("beta", "/v1/tickets", filing(severity=None))
    assert (answer.status_code, answer.json()["code"]) == (422, "several_contracts")
    assert "beta-1 (olcare), beta-2 (proconcept)" in answer.json()["detail"]
    chosen = await world.post("beta", "/v1/tickets", filing(severity=None, contract="beta-2"))
    assert chosen.json()["agreement"] == "proconcept"


@pytest.mark.parametrize(
    ("who", "changes", "code", "says"),
    [
        ("client", {"severity": "apocalyptic"}, "unknown_severity", "critical, important, low, none"),
        ("client", {"contract": "acme-0"}, "unknown_contract", "valid: acme-1"),
        ("client", {"contract": "beta-1"}, "unknown_contract", "valid: acme-1"),
        ("client", {"contact": "berta"}, "unknown_contact", "no contact of acme"),
        ("client", {"contact": "nobody"}, "unknown_contact", "no contact of acme"),
        ("level1", {"organisation": "nowhere"}, "unknown_organisation", "nowhere"),
        ("level1", {"organisation": "gamma"}, "no_contract", "gamma"),
    ],
)
async def test_what_does_not_fit_is_refused_with_what_does(
    world: World, who: str, changes: dict[str, Any], code: str, says: str
) -> None:
    answer = await world.post(who, "/v1/tickets", filing(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert says in answer.json()["detail"]
    assert world.engine.started == []


async def test_an_organisation_without_contacts_cannot_be_written_to(world: World) -> None:
    contract = directory.Contract(id="gamma-1", organisation="gamma", agreement="olcare", valid_from=world.now)
    directory.save(world.database, contract)
    answer = await world.post("level1", "/v1/tickets", filing(organisation="gamma"))
    assert answer.json()["code"] == "no_contact"


async def test_a_contract_with_an_agreement_nobody_loaded_says_so(world: World) -> None:
    contract = directory.Contract(id="acme-1", organisation="acme", agreement="lost", valid_from=world.now)
    directory.save(world.database, contract)
    answer = await world.post("client", "/v1/tickets", filing())
    assert (answer.status_code, answer.json()["code"]) == (422, "agreement_not_loaded")


async def test_a_colleague_can_be_named_as_the_contact(world: World) -> None:
    answer = await world.post("client", "/v1/tickets", filing(contact="adam", language="fr"))
    assert (answer.json()["contact"], answer.json()["language"]) == ("adam", "fr")


async def test_a_key_of_a_contact_that_is_gone_opens_nothing(world: World) -> None:
    world.key("left", Role.client, "somebody-who-left", "acme")
    answer = await world.post("left", "/v1/tickets", filing())
    assert answer.json()["code"] == "unknown_contact"
