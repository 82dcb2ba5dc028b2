"""ProConcept: level 1 treats a request or passes it on; why, to whom, at what price, and when to expect what."""

from __future__ import annotations

import pytest

from domain.words import Level, Role
from store.directory import Contract, Mailbox, Staff
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import CONTRACT, Desk, Refused
from tests.clauses.test_trackforce_contact import flat

BILLED = "Ce travail n'est pas compris dans le contrat de maintenance ; il est facturé en régie."
CONSULTANTS = (
    ("greta", "finance"), ("henri", "technical"), ("carl", "logistics"),
)  # fmt: skip


def staffed(desk: Desk) -> Desk:
    """A consultant more for each of the three groups."""
    desk.save(
        *(
            Staff(
                id=who, name=who.title(), email=f"{who}@support.example", role=Role.consultant, level=Level.consulting,
                group=group,
            )
            for who, group in CONSULTANTS
        )
    )  # fmt: skip
    return desk


@pytest.mark.clause("PC-08")
async def test_customer_services_treats_a_request_itself_from_opening_to_consent(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We looked at it together.")
    await desk.step("bob", ticket, "resolution", kind="fix", text="The filter was set on last year.")
    await desk.step("anna", ticket, "consent")
    seen = await desk.ticket(ticket)
    assert (seen["status"], seen["level"], seen["resolution_kind"]) == ("closed", "support", "fix")
    assert "escalated" not in await desk.types(ticket)


@pytest.mark.clause("PC-08")
async def test_or_customer_services_passes_it_on_to_a_higher_level_and_it_can_come_back(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "escalations", level="consulting", group="logistics", reason="A column is missing.")
    seen = await desk.ticket(ticket)
    assert (seen["level"], seen["group"], seen.get("assignee")) == ("consulting", "logistics", None)
    assert [mail.data["reason"] for mail in desk.mails(ticket, to="consulting/logistics")] == ["A column is missing."]
    await desk.step("clara", ticket, "escalations", level="support", reason="The column is there, it was hidden.")
    seen = await desk.ticket(ticket)
    assert (seen["level"], seen.get("group")) == ("support", None)
    assert len(desk.mails(ticket, "escalated", to="anna")) == 2


@pytest.mark.clause("PC-04")
async def test_an_escalation_to_research_tells_the_client_why_and_the_new_forecast(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    forecast = desk.at("04-15 17:00").isoformat()
    await desk.step("bob", ticket, "escalations", level="rnd", reason="The rounding is wrong.", forecast=forecast)
    (told,) = desk.mails(ticket, "escalated", to="anna")
    text = flat(told.text)
    assert "The rounding is wrong." in text
    assert "Une solution est prévue au plus tard : mardi 15 avril 2031 à 17:00" in text
    (entry,) = [entry for entry in await desk.timeline(ticket, "anna") if entry["type"] == "escalated"]
    assert entry["data"]["reason"] == "The rounding is wrong."
    assert desk.wall(entry["data"]["forecast"]) == "2031-04-15 17:00"


@pytest.mark.clause("PC-04")
async def test_or_that_nobody_can_say_yet_when_a_solution_is_to_be_expected(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    with pytest.raises(Refused) as refusal:
        past = desk.at("03-03 08:00").isoformat()
        await desk.step("bob", ticket, "escalations", level="rnd", reason="A bug.", forecast=past)
    assert refusal.value.code == "forecast_in_the_past"
    await desk.step("bob", ticket, "escalations", level="rnd", reason="A bug.")
    text = flat(desk.mails(ticket, "escalated", to="anna")[0].text)
    assert "Cela peut prendre plus de temps. Nous ne pouvons pas encore dire quand" in text
    desk.rewrite("proconcept", "    forecast: told\n", "")
    other = await desk.open("anna")
    await desk.step("bob", other, "escalations", level="rnd", reason="A bug.")
    assert "Cela peut prendre plus de temps" not in flat(desk.mails(other, "escalated", to="anna")[0].text)


@pytest.mark.clause("PC-06")
async def test_the_client_learns_why_it_went_to_level_2_and_why_that_is_billed(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    body = {"level": "consulting", "group": "finance", "reason": "A column is to be added."}
    await desk.step("bob", ticket, "escalations", **body)
    text = flat(desk.mails(ticket, "escalated", to="anna")[0].text)
    assert "A column is to be added." in text
    assert BILLED in text
    (entry,) = [entry for entry in await desk.timeline(ticket, "anna") if entry["type"] == "escalated"]
    assert flat(entry["data"]["billable"]) == BILLED
    other = await desk.open("anna")
    await desk.step("bob", other, "escalations", **body, billable="The customisation is yours, so its care is too.")
    assert "The customisation is yours" in flat(desk.mails(other, "escalated", to="anna")[0].text)
    research = await desk.open("anna")
    await desk.step("bob", research, "escalations", level="rnd", reason="A bug.")
    assert "facturé" not in flat(desk.mails(research, "escalated", to="anna")[0].text)


@pytest.mark.clause("PC-06")
async def test_nobody_is_passed_on_to_a_billed_level_without_learning_why(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    words = (
        f"      why:\n        fr: {BILLED}\n"
        "        en: This work is not part of the maintenance contract; it is billed as time spent.\n"
    )
    desk.rewrite("proconcept", words, "")
    ticket = await desk.open("anna")
    body = {"level": "consulting", "group": "finance", "reason": "A column is to be added."}
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "escalations", **body)
    assert (refusal.value.status, refusal.value.code) == (422, "reason_for_billing_missing")
    assert (await desk.ticket(ticket))["level"] == "support"
    await desk.step("bob", ticket, "escalations", **body, billable="It is outside your contract.")
    assert "It is outside your contract." in desk.mails(ticket, "escalated", to="anna")[0].text


@pytest.mark.clause("PC-09")
async def test_a_request_goes_to_several_groups_and_to_several_consultants_of_these(new_desk: NewDesk) -> None:
    desk = staffed(await new_desk("proconcept"))
    ticket = await desk.open("anna")
    await desk.step(
        "bob",
        ticket,
        "escalations",
        level="consulting",
        group="logistics",
        also=["technical"],
        reason="A new warehouse.",
    )
    passed_on = desk.mails(ticket, "staff_escalated")
    assert {mail.to for mail in passed_on} == {"consulting/logistics", "consulting/technical"}
    assert len({message.key for message in desk.messages(ticket)}) == len(desk.messages(ticket))
    await desk.step("clara", ticket, "assignment", assignee="clara", others=["henri", "carl"])
    assert {mail.to for mail in desk.mails(ticket, "staff_assigned")} == {"clara", "henri", "carl"}
    state = await desk.engine.state(ticket)
    assert (state.assignee, state.others, state.group, state.also) == (
        "clara", ("henri", "carl"), "logistics", ("technical",),
    )  # fmt: skip


@pytest.mark.clause("PC-09")
async def test_a_consultant_of_another_group_is_refused_until_that_group_is_asked_too(new_desk: NewDesk) -> None:
    desk = staffed(await new_desk("proconcept"))
    ticket = await desk.open("anna")
    to_logistics = {"level": "consulting", "group": "logistics", "reason": "A new warehouse."}
    with pytest.raises(Refused) as wrong:
        await desk.step("bob", ticket, "escalations", **to_logistics, assignee="greta")
    assert (wrong.value.status, wrong.value.code) == (409, "not_in_group")
    await desk.step("bob", ticket, "escalations", **to_logistics, assignee="carl")
    assert (await desk.ticket(ticket))["assignee"] == "carl"
    for body in ({"assignee": "greta"}, {"assignee": "carl", "others": ["greta"]}, {"assignee": "bob"}):
        with pytest.raises(Refused) as refusal:
            await desk.step("clara", ticket, "assignment", **body)
        assert refusal.value.code == "not_in_group"
    await desk.step(
        "carl", ticket, "escalations", level="consulting", group="logistics", also=["finance"], reason="Its costs, too."
    )
    assert (await desk.ticket(ticket))["assignee"] == "carl"  # a further group joins, whoever works on it goes on
    await desk.step("clara", ticket, "assignment", assignee="carl", others=["greta"])
    for also, code in ((["payroll"], "unknown_group"), (["finance", "finance"], "group_twice")):
        with pytest.raises(Refused) as refusal:
            await desk.step(
                "carl", ticket, "escalations", level="consulting", group="logistics", also=also, reason="More."
            )
        assert refusal.value.code == code


@pytest.mark.clause("PC-09")
async def test_each_group_is_under_its_own_lead(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    desk.save(Mailbox(kind="role", id="lead/consulting/finance", email="fin@support.example"))
    desk.rewrite("proconcept", "- {at: 80 %, of: resolution, tell: lead,", "- {at: 80 %, of: update, tell: lead,")
    of_finance = await desk.open("anna", severity="blocking")
    await desk.step("bob", of_finance, "escalations", level="consulting", group="finance", reason="Payroll.")
    of_support = await desk.open("anna", severity="blocking")
    await desk.until("03-04 09:30")
    leads = {mail.to for mail in desk.mails(of_finance, "staff_manager")}
    assert leads == {"lead/consulting/finance"}
    assert {mail.to for mail in desk.mails(of_support, "staff_manager") if mail.data["share"] == 80} == {"lead"}


@pytest.mark.clause("PC-10")
async def test_a_client_looks_up_whom_to_turn_to_for_a_subject(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    desk.save(
        Staff(id="alice", name="Alice Meyer", email="alice@support.example", role=Role.manager),
        Contract(**{**CONTRACT, "agreement": "proconcept", "account_manager": "alice"}),
        Mailbox(kind="role", id="customer_services", email="cs@support.example"),
        Mailbox(kind="role", id="project_management", email="dp@support.example"),
    )
    whole = (await desk.get("anna", "/v1/escalation-contacts"))["items"]
    assert [(line["subject"], line["role"], line.get("name"), line["email"]) for line in whole] == [
        ("contract", "account_manager", "Alice Meyer", "alice@support.example"),
        ("request", "customer_services", None, "cs@support.example"),
        ("consulting", "consulting", None, "consulting@support.example"),
        ("project", "project_management", None, "dp@support.example"),
    ]
    (line,) = (await desk.get("anna", "/v1/escalation-contacts", params={"subject": "project"},
                              headers={"Accept-Language": "fr"}))["items"]  # fmt: skip
    assert (line["role_title"], line["clause"]) == ("Direction de projets", ["PC-10"])
    assert line["assumed"]
    with pytest.raises(Refused) as refusal:
        await desk.get("anna", "/v1/escalation-contacts", params={"subject": "weather"})
    assert (refusal.value.status, refusal.value.code) == (404, "unknown_subject")
    assert "contract, request, consulting, project" in refusal.value.problem["detail"]
    of_acme = await desk.get("bob", "/v1/escalation-contacts", params={"organisation": "acme", "subject": "request"})
    assert of_acme["items"][0]["email"] == "cs@support.example"
    desk.rewrite("proconcept", "      role: customer_services\n", "      role: success_manager\n")
    desk.save(Contract(**{**CONTRACT, "agreement": "proconcept", "success_manager": "bob"}))
    (line,) = (await desk.get("anna", "/v1/escalation-contacts", params={"subject": "request"}))["items"]
    assert (line["name"], line["email"]) == ("Bob", "bob@support.example")
