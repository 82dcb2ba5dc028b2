"""1Life: kinds of request, what they cost, what is asked for before one is treated."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk, Refused

FREE = ("software-error", "updates", "backup-advice", "database-connection")
DEDUCTED = ("use", "diagnosis", "installation", "update", "flash-training", "settings", "reports")
NOT_HANDLED = ("consulting", "deployment")
GIVEN: dict[str, Any] = {"prerequisites": True, "trained": True}
READY = ("remote-session", "examples", "requester", "administrator-code", "server-access")


async def a_desk(new_desk: NewDesk) -> Desk:
    return await new_desk("onelife", start="03-03 10:00")


async def cover(desk: Desk, kind: str) -> str:
    return str((await desk.ticket(await desk.open(kind=kind, intake=fitting(kind))))["cover"])


def fitting(kind: str) -> dict[str, Any]:
    """The facts that the kind depends on, as they should be."""
    if kind == "use":
        return {"trained": True}
    return {"prerequisites": True} if kind in ("software-error", "client-specific", "diagnosis") else {}


async def work(desk: Desk, ticket: str, minutes: int) -> dict[str, Any]:
    began = (await desk.now()).astimezone(UTC)
    await desk.environment.sleep(minutes * 60)
    return await desk.step(
        "bob", ticket, "time-entries", work="work", minutes=minutes, text="Done.", began_at=began.isoformat()
    )


async def buy(desk: Desk, hours: int = 50) -> None:
    await desk.post("max", "/v1/organisations/acme/hour-packages", {"contract": "acme-1", "hours": hours})


@pytest.mark.clause("1L-03")
async def test_the_kind_of_service_decides_whether_it_is_free_deducted_or_not_handled(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    assert {kind: await cover(desk, kind) for kind in FREE} == dict.fromkeys(FREE, "included")
    assert {kind: await cover(desk, kind) for kind in DEDUCTED} == dict.fromkeys(DEDUCTED, "deducted")
    for kind in NOT_HANDLED:
        with pytest.raises(Refused) as refused:
            await desk.open(kind=kind)
        assert (refused.value.status, refused.value.code) == (422, "not_handled_here")
        assert "1L-03" in refused.value.problem["detail"]
    # The way that stays open is named, in the client's language.
    assert "service de déploiement" in refused.value.problem["detail"]


@pytest.mark.clause("1L-03", "1L-26")
async def test_a_ticket_found_to_be_consulting_is_closed_as_not_covered_with_the_way_that_stays_open(
    new_desk: NewDesk,
) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(intake=GIVEN)
    await desk.step("bob", ticket, "classification", kind="deployment", reason="Un nouveau module est à déployer.")
    closed = await desk.ticket(ticket)
    assert (closed["status"], closed["closing"]) == ("closed", "not_covered")
    mail = desk.mails(ticket, "excluded", to="anna")[0]
    assert "service de déploiement" in mail.text
    assert "1L-03" in mail.text
    await desk.step("anna", ticket, "reopening", reason="Ce n'est pas un nouveau module.")
    assert (await desk.ticket(ticket))["status"] == "open"


@pytest.mark.clause("1L-06", "1L-08", "1L-27")
@pytest.mark.parametrize(
    "kind",
    [
        "client-specific",  # 1L-06
        "linux-rights", "diagnosis-sheet",  # 1L-08
        "prerequisites-check", "audit", "data-exchange", "indicators", "advanced-settings",  # 1L-27
    ],
)  # fmt: skip
async def test_deducted_within_four_hours(new_desk: NewDesk, kind: str) -> None:
    desk = await a_desk(new_desk)
    await buy(desk)
    ticket = await desk.open(kind=kind, intake={**fitting(kind), **dict.fromkeys(READY, True)})
    await work(desk, ticket, 239)  # 4 h when rounded: still allowed
    assert (await desk.ticket(ticket))["level"] == "support"
    await work(desk, ticket, 1)
    assert (await desk.ticket(ticket))["level"] == "consulting"  # the deployment service
    entries = [entry["data"] for entry in await desk.timeline(ticket) if entry["type"] == "time_logged"]
    assert [(entry["counted"], entry["charged"]) for entry in entries] == [(240, 240), (15, 0)]


@pytest.mark.clause("1L-08")
@pytest.mark.parametrize("kind", ["backup-advice", "database-connection"])
async def test_backup_advice_and_spotting_a_database_connection_problem_are_free(new_desk: NewDesk, kind: str) -> None:
    desk = await a_desk(new_desk)
    ticket = await desk.open(kind=kind)
    await work(desk, ticket, 300)  # no package, no cap
    entry = next(entry["data"] for entry in await desk.timeline(ticket) if entry["type"] == "time_logged")
    assert (entry["counted"], entry["charged"], entry["cover"]) == (300, 0, "included")


@pytest.mark.clause("1L-07")
async def test_a_problem_outside_the_editors_prerequisites_is_refused_with_the_clause(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    with pytest.raises(Refused) as refused:
        await desk.open(kind="software-error", intake={"prerequisites": False})
    assert (refused.value.status, refused.value.code) == (422, "prerequisite_missing")
    assert "1L-07" in refused.value.problem["detail"]
    ticket = await desk.open(kind="software-error")  # not said yet: asked at once
    mail = desk.mails(ticket, "intake", to="anna")[0]
    assert "prérequis de l'éditeur" in mail.text.replace("\n  ", " ").replace("\n", " ")
    await desk.step("anna", ticket, "intake", intake={"prerequisites": True})
    assert (await desk.ticket(ticket)).get("missing") is None


@pytest.mark.clause("1L-09")
async def test_help_with_use_needs_a_trained_user(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    with pytest.raises(Refused) as refused:
        await desk.open(kind="use", intake={"trained": False})
    assert refused.value.code == "prerequisite_missing"
    assert "1L-09" in refused.value.problem["detail"]
    assert (await desk.ticket(await desk.open(kind="use", intake={"trained": True})))["status"] == "new"


@pytest.mark.clause("1L-15")
async def test_an_intervention_waits_for_what_the_client_has_to_have_ready_and_names_it(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    await buy(desk)
    ticket = await desk.open(kind="installation")
    asked = desk.mails(ticket, "intake", to="anna")[0].text
    for item in ("session à distance", "exemples", "demandeur", "code administrateur"):
        assert item in asked
    began = datetime.fromisoformat((await desk.ticket(ticket))["opened_at"])
    await desk.until("03-03 11:00")
    entry = {"work": "work", "minutes": 10, "text": "Installé.", "began_at": began.isoformat()}
    await desk.step("anna", ticket, "intake", intake={"remote-session": True, "examples": True, "requester": True})
    with pytest.raises(Refused) as refused:
        await desk.step("bob", ticket, "time-entries", **entry)
    assert refused.value.code == "intake_missing"
    assert "code administrateur" in refused.value.problem["detail"]
    assert "exemples" not in refused.value.problem["detail"]
    await desk.step("anna", ticket, "intake", intake={"administrator-code": True})
    await desk.step("bob", ticket, "time-entries", **entry)


@pytest.mark.clause("1L-15")
async def test_a_secret_cannot_be_written_into_the_intake(new_desk: NewDesk) -> None:
    desk = await a_desk(new_desk)
    with pytest.raises(Refused) as refused:
        await desk.open(kind="installation", intake={"administrator-code": "hunter2"})
    assert (refused.value.status, refused.value.code) == (422, "intake_unreadable")
