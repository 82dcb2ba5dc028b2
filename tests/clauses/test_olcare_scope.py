"""OL Care: what the intake asks for, what is in scope, what is not covered and who can do it instead."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused

SEVEN = (
    "description", "impact", "product", "error-messages", "material", "steps", "in-charge",
)  # fmt: skip


@pytest.mark.clause("OL-06")
async def test_the_intake_asks_at_once_for_what_is_missing_of_seven_things(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    agreement = (await desk.get("anna", "/v1/agreements/olcare"))["document"]
    assert tuple(agreement["intake"]) == SEVEN
    ticket = await desk.open(severity="p3")
    mail = desk.mails(ticket, "intake", to="anna")[0].text
    for item in ("Severity and business impact", "serial number", "error messages", "Logs", "Steps", "in charge"):
        assert item in mail
    assert "detailed description" not in mail  # that came with the ticket
    assert (await desk.ticket(ticket))["missing"].split(",") == list(SEVEN[1:])


@pytest.mark.clause("OL-06")
async def test_what_came_with_the_ticket_is_not_asked_for_and_what_comes_later_is_crossed_off(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open(
        severity="p3",
        impact="other-function",
        product={"name": "ol-connect", "version": "2031.1", "serial": "OLC-1"},
        intake={"error-messages": "E-42", "material": "spool.log", "in-charge": "Anna"},
    )
    assert (await desk.ticket(ticket))["missing"] == "steps"
    await desk.step("anna", ticket, "intake", intake={"steps": "Print any letter."})
    assert (await desk.ticket(ticket)).get("missing") is None
    assert desk.mails(ticket, "staff_intake")[0].data["items"] == ["Steps to reproduce and known workarounds"]
    with pytest.raises(Refused) as refused:
        await desk.step("anna", ticket, "intake", intake={"colour": "red"})
    assert (refused.value.status, refused.value.code) == (422, "unknown_intake")


@pytest.mark.clause("OL-25")
@pytest.mark.parametrize("kind", ["installation", "configuration", "native-function", "templates"])
async def test_questions_of_installation_configuration_functions_and_templates_are_in_scope(
    new_desk: NewDesk, kind: str
) -> None:
    desk = await new_desk("olcare")
    assert (await desk.ticket(await desk.open(kind=kind, severity="p3")))["cover"] == "included"


@pytest.mark.clause("OL-20", "OL-21", "OL-25")
@pytest.mark.parametrize(
    ("exclusion", "clause", "way"),
    [
        ("misuse", "OL-20, OL-21", "professional services"),
        ("modification", "OL-20, OL-21", "professional services"),
        ("foreign-scripts", "OL-20, OL-21", "professional services"),
        ("own-environment", "OL-25", "whoever runs them"),
    ],
)
async def test_what_is_not_covered_is_told_with_its_reason_and_who_can_do_it(
    new_desk: NewDesk, exclusion: str, clause: str, way: str
) -> None:
    desk = await new_desk("olcare")
    ticket = await desk.open(severity="p3")
    await desk.step("bob", ticket, "exclusion", exclusion=exclusion, text="The template was changed by hand.")
    assert (await desk.ticket(ticket))["status"] == "closed"
    mail = desk.mails(ticket, "excluded", to="anna")[0].text.replace("\n", " ")
    assert "changed by hand" in mail
    assert clause in mail
    assert way in mail


@pytest.mark.clause("OL-22")
@pytest.mark.parametrize(
    ("region", "asked", "spoken"),
    [
        ("americas", "en", "en"), ("americas", "fr", "fr"), ("americas", "es", "es"), ("americas", "de", "en"),
        ("emea", "en", "en"), ("emea", "de", "de"), ("emea", "fr", "fr"), ("emea", "nl", "nl"), ("emea", "ja", "en"),
        ("asia_pacific", "en", "en"), ("asia_pacific", "ja", "ja"), ("asia_pacific", "fr", "en"),
    ],
)  # fmt: skip
async def test_each_region_speaks_its_languages_and_english_where_nobody_speaks_the_one_asked_for(
    new_desk: NewDesk, region: str, asked: str, spoken: str
) -> None:
    desk = await new_desk("olcare", region=region, language=asked)
    ticket = await desk.open(severity="p3")
    mail = desk.mails(ticket, "opened", to="anna")[0]
    assert mail.language == spoken
    greeting = {"en": "Hello", "fr": "Bonjour", "es": "Hola", "de": "Guten Tag", "nl": "Hallo", "ja": "お客様"}
    assert greeting[spoken] in mail.text
