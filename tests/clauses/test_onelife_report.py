"""1Life: the intervention report, and how the client follows the use of its package."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest

from activities.attachments import attachments
from domain.messages import Message
from store.directory import Contact, Contract, Organisation
from tests.clauses.accounts import HOURS, log, sell
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import SINCE, Desk, Refused

STATEMENTS = "/v1/organisations/acme/statements"
PAID = {"kind": "settings"}


async def a_desk(new_desk: NewDesk) -> Desk:
    return await new_desk("onelife", start="03-03 10:00", cover="maintenance")


async def a_stranger(desk: Desk) -> None:
    """Another organisation, with a contact of its own."""
    desk.save(
        Organisation(id="beta", name="Beta", language="fr"),
        Contract(id="beta-1", organisation="beta", agreement="onelife", valid_from=SINCE),
        Contact(id="zoe", organisation="beta", name="Zoé", role="key_user", language="fr"),
    )


@pytest.mark.clause("1L-21")
async def test_the_client_receives_a_report_when_the_work_is_done_and_no_second_one_without_new_work(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    package = await sell(desk, 10)
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 20, work="analysis")
    await log(desk, ticket, 50)
    assert desk.mails(ticket, "intervention_report") == []
    await desk.step("bob", ticket, "resolution", kind="fix", text="La colonne est là.")
    mail = desk.mails(ticket, "intervention_report", to="anna")[0]
    words = mail.text.replace("\n", " ")
    assert "analyse, 20 min de travail, 30 min comptées" in words
    assert "réalisation, 50 min de travail, 1 h comptées" in words
    assert "Décompté de vos forfaits d’heures" in words
    assert "8 h 30 min" in words  # left of 10 h
    assert mail.data["report"]["taken"] == {package: 90}
    message = Message(
        key="k", ticket=ticket, sequence=1, to={"kind": "contact", "id": "anna"}, template=mail.template,
        language="fr", data=mail.data,
    )  # fmt: skip
    (paper,) = attachments(desk.database, message)
    assert (paper.name, paper.media_type) == (f"intervention-{ticket}.pdf", "application/pdf")
    assert paper.content.startswith(b"%PDF-")
    assert len(paper.content) > 10_000  # its font is inside
    await desk.step("anna", ticket, "refusal", reason="Il manque la traduction.")
    await desk.step("bob", ticket, "resolution", kind="fix", text="Elle y était : voyez la page 2.")
    assert len(desk.mails(ticket, "intervention_report")) == 1
    await desk.step("anna", ticket, "refusal", reason="Pas sur le bon modèle.")
    await log(desk, ticket, 10, work="adjustment")
    await desk.step("bob", ticket, "resolution", kind="fix", text="Sur le bon modèle.")
    assert len(desk.mails(ticket, "intervention_report")) == 2


@pytest.mark.clause("1L-21")
async def test_the_report_can_be_read_as_a_page_and_as_a_pdf_and_says_who_pays_for_what(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    package = await sell(desk, 10)
    ticket = await desk.open(**PAID, subject="Colonne <b>« Poids »</b>")
    await desk.step("bob", ticket, "classification", kind="backup-advice", reason="Conseil d'abord.")
    await log(desk, ticket, 20)
    await log(desk, ticket, 25)
    report = await desk.get("anna", f"/v1/tickets/{ticket}/intervention-report")
    assert (report["worked"], report["counted"], report["charged"], report["taken"]) == (45, 60, 0, {})
    await desk.step("bob", ticket, "classification", kind="settings", reason="Puis le réglage.")
    page = await desk.call("anna", "GET", f"/v1/tickets/{ticket}/intervention-report.html")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == "fr"
    text = page.text.replace("\u00a0", " ")
    assert "Colonne &lt;b&gt;« Poids »&lt;/b&gt;" in text
    assert "Décompté de vos forfaits d’heures : 1 h" in text
    assert "Reste sur l’ensemble des forfaits après ce travail : 9 h" in text
    assert package in text
    pdf = await desk.call("anna", "GET", f"/v1/tickets/{ticket}/intervention-report.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


@pytest.mark.clause("1L-23")
async def test_the_client_follows_its_package_on_the_portal_and_nobody_elses(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    await a_stranger(desk)
    package = await sell(desk, 10)
    first, second = await desk.open(**PAID), await desk.open(**PAID)
    await log(desk, first, 40)
    await desk.until("03-04 10:00")
    await log(desk, second, 70, work="analysis")
    read = await desk.get("anna", HOURS)
    assert read["left"] == 600 - 45 - 75
    assert (read["packages"][0]["id"], read["packages"][0]["used"]) == (package, 120)
    assert [(line["ticket"], line["counted"]) for line in read["entries"]] == [(second, 75), (first, 45)]
    assert {line["member"] for line in read["entries"]} == {None}
    assert (await desk.get("bob", HOURS))["entries"][0]["member"] == "bob"
    found = await desk.get("anna", HOURS, params={"ticket": first})
    assert [line["counted"] for line in found["entries"]] == [45]
    page = await desk.get("anna", HOURS, params={"limit": 1})
    rest = await desk.get("anna", HOURS, params={"limit": 1, "cursor": page["next"]})
    assert [page["entries"][0]["ticket"], rest["entries"][0]["ticket"]] == [second, first]
    assert rest["next"] is None
    for path in (HOURS, f"{HOURS}/picture.svg", f"{STATEMENTS}/2031-03", f"{STATEMENTS}/2031-03.csv"):
        with pytest.raises(Refused) as refused:
            await desk.get("zoe", path)
        assert (refused.value.status, refused.value.code) == (404, "unknown_organisation")
    assert (await desk.get("zoe", "/v1/organisations/beta/hours"))["packages"] == []


@pytest.mark.clause("1L-23")
async def test_the_picture_shows_what_is_left_over_time_in_the_clients_language(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    await sell(desk, 10)
    await log(desk, await desk.open(**PAID), 60)
    answer = await desk.call("anna", "GET", f"{HOURS}/picture.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    said = answer.content.decode()
    assert "ACME : Heures restantes par forfait" in said
    assert "expire le 2 mars 2032" in said
    assert "(10 h)" in said


@pytest.mark.clause("1L-23")
async def test_a_months_statement_adds_up_to_the_minute_as_data_as_a_page_and_as_a_table(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    old = await sell(desk, 10, bought_at=desk.at("2030-03-10 10:00").isoformat())  # expires 10 March 10:00
    young = await sell(desk, 20)
    ticket = await desk.open(**PAID)
    await log(desk, ticket, 40)  # 45 from the old one
    await desk.until("03-12 09:00")
    await log(desk, ticket, 50)  # 60 from the young one
    march = await desk.get("anna", f"{STATEMENTS}/2031-03")
    assert (desk.wall(march["begins_at"]), desk.wall(march["ends_at"])) == ("2031-03-01 00:00", "2031-04-01 00:00")
    lines = {line["package"]: [line[name] for name in list(line)[1:]] for line in march["packages"]}
    assert lines == {old: [600, 0, 45, 555, 0], young: [0, 1200, 60, 0, 1140]}
    assert [march["total"][name] for name in list(march["total"])[1:]] == [600, 1200, 105, 555, 1140]
    assert march["finished"] is False
    assert [one["minutes"] for one in march["movements"]] == [45, 60]
    page = (await desk.call("anna", "GET", f"{STATEMENTS}/2031-03.html")).text.replace("\u00a0", " ")
    assert "Relevé d’heures" in page
    assert "mars 2031" in page
    assert "19 h" in page  # 1140 minutes
    exported = await desk.call("anna", "GET", f"{STATEMENTS}/2031-03.csv")
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert [(row["ticket"], row["counted_minutes"], row["charged_minutes"], row["cover"]) for row in rows] == [
        (ticket, "45", "45", "deducted"),
        (ticket, "60", "60", "deducted"),
    ]
    april = await desk.get("anna", f"{STATEMENTS}/2031-04")
    assert [line["opening"] for line in april["packages"]] == [1140]
    for month in ("2031-13", "2031", "1066-10", "march"):
        with pytest.raises(Refused) as refused:
            await desk.get("anna", f"{STATEMENTS}/{month}")
        assert refused.value.status == 422
