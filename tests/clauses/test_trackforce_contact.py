"""Trackforce: how client and support reach one another, by severity."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused

BEST_BY_TELEPHONE = "le mieux est de nous joindre par : téléphone ou courriel."
BEST_BY_PORTAL = "le mieux est de nous joindre par : le portail d’assistance ou courriel."


def flat(text: str) -> str:
    """A mail's text on one line, with plain spaces."""
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.clause("TF-01")
@pytest.mark.parametrize(
    ("severity", "channel", "told"),
    [
        ("critical", "portal", BEST_BY_TELEPHONE),
        ("important", "portal", BEST_BY_TELEPHONE),
        ("low", "telephone", BEST_BY_PORTAL),
        ("none", "telephone", BEST_BY_PORTAL),
    ],
)
async def test_who_reports_by_another_channel_is_told_the_preferred_ones_and_so_is_support(
    new_desk: NewDesk, severity: str, channel: str, told: str
) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity=severity, channel=channel)
    assert told in flat(desk.mails(ticket, "opened", to="ines")[0].text)
    assert "l’accord privilégie un contact par" in flat(desk.mails(ticket, "staff_opened", to="support")[0].text)


@pytest.mark.clause("TF-01")
@pytest.mark.parametrize(
    ("severity", "channel"),
    [("critical", "telephone"), ("important", "email"), ("low", "portal"), ("none", "email")],
)
async def test_who_reports_by_a_preferred_channel_is_not_lectured(
    new_desk: NewDesk, severity: str, channel: str
) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity=severity, channel=channel)
    assert "le mieux est de nous joindre" not in flat(desk.mails(ticket, "opened")[0].text)


@pytest.mark.clause("TF-13")
async def test_an_update_by_call_or_conversation_is_recorded_and_one_by_e_mail_is_sent(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity="important")
    assert await desk.due(ticket, "update") == "2031-03-03 13:00"
    await desk.until("03-03 10:00")
    receipt = await desk.step("bob", ticket, "status-updates", text="The gate is being looked at.", means="call")
    assert "status_updated" in receipt["events"]
    assert await desk.due(ticket, "update") == "2031-03-03 14:00"
    await desk.step("bob", ticket, "status-updates", text="We have talked on site.", means="conversation")
    assert desk.mails(ticket, "update") == []
    await desk.step("bob", ticket, "status-updates", text="The part is on its way.")
    assert [mail.data["text"] for mail in desk.mails(ticket, "update", to="ines")] == ["The part is on its way."]
    told = [(entry["data"]["text"], entry["data"].get("means", "email")) for entry in await desk.timeline(ticket)
            if entry["type"] == "status_updated"]  # fmt: skip
    assert told == [
        ("The gate is being looked at.", "call"),
        ("We have talked on site.", "conversation"),
        ("The part is on its way.", "email"),
    ]


@pytest.mark.clause("TF-13")
async def test_every_update_of_a_critical_ticket_is_on_the_portal_too_where_the_client_reads_it(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity="critical")
    await desk.until("03-03 09:30")
    await desk.step("bob", ticket, "status-updates", text="Half of the gates open.", means="call")
    await desk.until("03-03 11:01")  # the next one, 90 minutes later, is nobody's but Escalade's own
    shown = [entry for entry in await desk.timeline(ticket, "ines") if "portal" in entry["data"].get("shown_on", [])]
    assert [entry["data"].get("text", "") for entry in shown] == ["Half of the gates open.", ""]
    assert [entry["data"].get("automatic", False) for entry in shown] == [False, True]
    assert "Half of the gates open." in shown[0]["sentence"]
    low = await desk.open("ines", severity="low")
    await desk.step("bob", low, "status-updates", text="Looked at.")
    assert not [entry for entry in await desk.timeline(low, "ines") if entry["data"].get("shown_on")]


@pytest.mark.clause("TF-13")
async def test_a_critical_ticket_s_client_is_called_for_each_update_and_a_call_that_is_not_made_reaches_the_manager(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity="critical")
    assert await desk.due(ticket, "call") == await desk.due(ticket, "update")
    await desk.until("03-03 09:30")
    await desk.step("bob", ticket, "calls/taken", call=1)
    await desk.step("bob", ticket, "calls/done", call=1, outcome="not_reached", text="It rang out.")
    assert len(desk.mails(ticket, "call_not_reached", to="ines")) == 1
    await desk.step("bob", ticket, "calls/done", call=1, outcome="reached", text="Half of the gates open.")
    assert await desk.due(ticket, "call") == await desk.due(ticket, "update") == "2031-03-03 11:00"
    await desk.until("03-03 11:01")
    told = [mail.data for mail in desk.mails(ticket, "staff_manager", to="manager") if mail.data.get("clock") == "call"]
    assert [one["share"] for one in told] == [100]


@pytest.mark.clause("TF-13")
async def test_an_update_by_a_means_that_the_agreement_does_not_know_is_refused(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    ticket = await desk.open("ines", severity="critical")
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "status-updates", text="We looked at it.", means="remote_session")
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_means")
    assert "call, conversation, email" in refusal.value.problem["detail"]
    desk.rewrite("trackforce", "by: [call, conversation, email]", "by: [call, conversation, email, remote_session]")
    other = await desk.open("ines", severity="critical")
    await desk.step("bob", other, "status-updates", text="We looked at it.", means="remote_session")
