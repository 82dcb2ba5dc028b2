"""Who may file: key users where some are named (PC-11), administrators and account holders (TF-04, TF-05); PC-16."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from store.directory import Contact
from store.tables import contacts
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused
from tests.clauses.test_served_clients import contract, kept, refused


@pytest.mark.clause("TF-05", "TF-04")
async def test_administrators_and_account_holders_are_served_and_end_users_referred_to_them(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    await desk.open("ines")
    await desk.open("anna")
    problem = await refused(desk, "emile", subject="No badge is read")
    assert problem["code"] == "referred"
    assert problem["detail"] == (
        "Requests are taken from your organisation's administrator or key user only (TF-04, TF-05). "
        "Please turn to them: Anna, Ines."
    )
    # Support, or a mail gateway, cannot file it for the end user either.
    assert (await refused(desk, "bob", contact="emile"))["code"] == "referred"
    mail = {"channel": "email", "from": "emile@acme.example", "subject": "No badge", "text": "Since 08:50."}
    with pytest.raises(Refused) as posted:
        await desk.post("bob", "/v1/messages", mail)
    assert posted.value.code == "referred"
    rows = await kept(desk, code="referred", order="oldest")
    assert [(row["contact"], row["by"], row["subject"]) for row in rows] == [
        ("emile", "client", "No badge is read"),
        ("emile", "level1", "Nothing is printed"),
        ("emile", "client", "No badge"),
    ]


@pytest.mark.clause("TF-05")
async def test_an_alert_is_filed_for_somebody_who_may_file(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    body = {"subject": "Gate down", "description": "No answer.", "channel": "monitoring", "organisation": "acme"}
    opened = await desk.post("monitor", "/v1/tickets", body)
    assert opened["contact"] == "ines"


@pytest.mark.clause("TF-04")
async def test_a_client_without_a_valid_account_is_not_included_and_its_request_is_kept_once(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    desk.save(contract("trackforce", 1, valid_to=desk.at("03-03 09:00")))
    body = {"subject": "No badge", "description": "Since 08:50.", "channel": "portal"}
    for _ in range(2):
        answer = await desk.call("ines", "POST", "/v1/tickets", body, headers={"Idempotency-Key": "once"})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_contract")
        assert "(TF-04)" in answer.json()["detail"]
        assert "interlocuteur commercial" in answer.json()["detail"]
    (row,) = await kept(desk, organisation="acme")
    assert (row["subject"], row["description"], row["contact"]) == ("No badge", "Since 08:50.", "ines")
    assert await kept(desk, organisation="other") == []
    with pytest.raises(Refused) as forbidden:
        await desk.get("ines", "/v1/refused-requests")
    assert forbidden.value.status == 403


@pytest.mark.clause("TF-04")
async def test_only_english_and_french_are_served(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    for language in ("en", "fr"):
        assert (await desk.ticket(await desk.open("ines", language=language)))["language"] == language
    problem = await refused(desk, "ines", language="de")
    assert problem["code"] == "language_not_served"
    assert "Write in one of: en, fr" in problem["detail"]
    assert "TF-04" in problem["detail"]


@pytest.mark.clause("PC-11")
async def test_where_key_users_are_named_somebody_else_is_referred_to_them(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    await desk.open("anna")
    for other in ("ines", "emile"):
        problem = await refused(desk, other)
        assert problem["code"] == "referred"
        assert "key user only (PC-11)" in problem["detail"]
        assert problem["detail"].endswith("Please turn to them: Anna.")
    rows = await kept(desk, limit=1)
    assert [row["contact"] for row in rows] == ["emile"]


@pytest.mark.clause("PC-11")
async def test_where_no_key_user_is_named_everybody_may_file(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    with desk.database.begin() as connection:
        connection.execute(delete(contacts).where(contacts.c.id == "anna"))
    for who in ("ines", "emile"):
        await desk.open(who)
    desk.save(Contact(id="karl", organisation="acme", name="Karl", role="key_user", language="fr"))
    assert (await refused(desk, "ines"))["detail"].endswith("Please turn to them: Karl.")


@pytest.mark.clause("PC-11")
async def test_that_others_may_file_as_well_can_be_said_in_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    desk.rewrite("proconcept", "roles: [key_user]", "roles: [key_user, administrator]")
    await desk.open("ines")
    assert (await refused(desk, "emile"))["code"] == "referred"


@pytest.mark.clause("PC-16")
async def test_until_the_project_is_accepted_project_management_receives_requests(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", accepted_at=None)
    ticket = await desk.ticket(await desk.open("anna"))
    assert (ticket["level"], ticket["group"], ticket["status"]) == ("consulting", "projects", "new")
    assert "escalated" not in await desk.types(ticket["id"])  # nobody passed it on: it began there

    desk.save(contract("proconcept", 1, accepted_at=desk.at("03-04 00:00")))
    early = await desk.ticket(await desk.open("anna"))
    assert early["level"] == "consulting"
    await desk.until("03-04 08:00")
    for kind in ("use", "training"):
        accepted = await desk.ticket(await desk.open("anna", kind=kind))
        assert (accepted["level"], accepted.get("group")) == ("support", None)


@pytest.mark.clause("PC-16")
async def test_who_receives_requests_before_the_acceptance_can_be_changed_in_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", accepted_at=None)
    desk.rewrite("proconcept", "    group: projects\n    clause: PC-16", "    group: technical\n    clause: PC-16")
    assert (await desk.ticket(await desk.open("anna")))["group"] == "technical"
