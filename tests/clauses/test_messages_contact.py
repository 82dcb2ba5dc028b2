"""Whatever the channel, what a client says becomes a ticket or joins the one it is about. None is lost."""

from __future__ import annotations

from typing import Any

import pytest

from domain.words import Role
from store import keys
from store.directory import Contact, Organisation
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import SINCE, Desk, Refused


def mail(sender: str = "anna@acme.example", **more: Any) -> dict[str, Any]:
    """A client's mail, as a gateway posts it."""
    return {"channel": "email", "from": sender, "subject": "Nothing is printed", "text": "Since this morning.", **more}


def called(number: str) -> Contact:
    """Anna, who can be reached by telephone."""
    return Contact(
        id="anna", organisation="acme", name="Anna", role="key_user", language="fr", email="anna@acme.example",
        telephone=number,
    )  # fmt: skip


@pytest.mark.clause("PC-17", "1L-02")
async def test_a_mail_becomes_a_ticket_that_is_confirmed_at_once(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept", start="03-02 03:10")
    taken = await desk.post("monitor", "/v1/messages", mail("ANNA@acme.example"))
    assert taken["outcome"] == "opened"
    await desk.recorded(taken["ticket"])
    seen = await desk.ticket(taken["ticket"])
    assert (seen["channel"], seen["contact"], seen["subject"]) == ("email", "anna", "Nothing is printed")
    assert [one.to for one in desk.mails(taken["ticket"], "opened")] == ["anna"]
    assert (await desk.timeline(taken["ticket"]))[0]["by"] == "client"


@pytest.mark.clause("PC-17")
@pytest.mark.parametrize("number", ["+41 58 855 68 65", "0041588556865", "058 855 68 65", "anna"])
async def test_a_call_becomes_a_ticket_when_support_writes_down_what_was_said(new_desk: NewDesk, number: str) -> None:
    desk = await new_desk("proconcept")
    desk.save(called("+41 58 855 68 65"))
    said = {"channel": "telephone", "from": number, "subject": "Payroll", "text": "She cannot close the month."}
    taken = await desk.post("bob", "/v1/messages", said)
    seen = await desk.ticket(taken["ticket"])
    assert (taken["outcome"], seen["channel"], seen["contact"]) == ("opened", "telephone", "anna")


@pytest.mark.clause("1L-02", "PC-17")
async def test_a_mail_with_the_number_of_a_ticket_joins_it_as_comment_answer_or_reopening(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    subject = f"Re: [{ticket}] Ticket enregistré – Nothing is printed"
    commented = await desk.post("monitor", "/v1/messages", mail(subject=subject, text="Tray 2, too."))
    assert (commented["outcome"], commented["ticket"]) == ("commented", ticket)
    await desk.step("bob", ticket, "questions", question="Which printer?")
    spoken = f"the ticket {ticket.lower()}"  # as it was written down at the telephone
    answer = mail("ines@acme.example", channel="telephone", subject=spoken, text="The one in the hall.")
    assert (await desk.post("bob", "/v1/messages", answer))["outcome"] == "answered"
    await desk.step("bob", ticket, "resolution", kind="fix", text="Replaced.")
    await desk.step("anna", ticket, "consent")
    again = await desk.post("monitor", "/v1/messages", mail(subject=subject, text="It is back."))
    assert (again["outcome"], again["ticket"]) == ("reopened", ticket)
    assert (await desk.ticket(ticket))["status"] == "open"
    told = [(one["type"], one["data"].get("text") or one["data"].get("reason"), one["data"].get("channel"))
            for one in await desk.timeline(ticket)
            if one["type"] in ("comment_added", "information_given", "ticket_reopened")]  # fmt: skip
    assert told == [
        ("comment_added", "Tray 2, too.", "email"),
        ("information_given", "The one in the hall.", "telephone"),
        ("ticket_reopened", "It is back.", None),
    ]
    everything = await desk.get("anna", f"/v1/tickets/{ticket}/file")
    assert everything["ticket"]["id"] == ticket
    assert [one["number"] for one in everything["timeline"]] == sorted(one["number"] for one in everything["timeline"])


@pytest.mark.clause("1L-02")
async def test_after_the_time_for_reopening_a_mail_about_a_ticket_opens_a_new_one(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "resolution", kind="fix", text="Replaced.")
    await desk.step("anna", ticket, "consent")
    await desk.until("04-05 10:00")  # 30 days and more
    taken = await desk.post("monitor", "/v1/messages", mail(subject=f"Re: [{ticket}] Ticket clos"))
    assert taken["outcome"] == "opened"
    assert taken["ticket"] != ticket
    await desk.recorded(taken["ticket"])
    assert [one.to for one in desk.mails(taken["ticket"], "opened")] == ["anna"]


@pytest.mark.clause("1L-02")
async def test_another_organisations_number_opens_a_ticket_of_ones_own_and_reveals_nothing(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    strangers(desk)
    with pytest.raises(Refused) as refusal:  # beta has no contract: nothing of acme's is told, and the mail is kept
        await desk.post("monitor", "/v1/messages", mail("zoe@beta.example", subject=f"Re: [{ticket}]"))
    assert refusal.value.code == "no_contract"
    assert [one["why"] for one in await unmatched(desk)] == ["refused"]
    assert "comment_added" not in await desk.types(ticket)


@pytest.mark.clause("PC-17")
async def test_an_unknown_sender_is_refused_with_what_to_do_and_the_mail_is_kept_until_it_is_matched(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("proconcept")
    with pytest.raises(Refused) as refusal:
        await desk.post("monitor", "/v1/messages", mail("nobody@acme.example"))
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_sender")
    assert "Add the contact" in refusal.value.problem["detail"]
    (waiting,) = await unmatched(desk)
    assert (waiting["sender"], waiting["why"]) == ("nobody@acme.example", "unknown_sender")
    assert waiting["id"] == refusal.value.problem["message"]
    address = f"/v1/unmatched-messages/{waiting['id']}/match"
    with pytest.raises(Refused) as unknown:
        await desk.post("bob", address, {"contact": "mallory"})
    assert unknown.value.code == "unknown_contact"
    matched = await desk.post("bob", address, {"contact": "anna"})
    assert matched["outcome"] == "opened"
    assert (await desk.ticket(matched["ticket"]))["contact"] == "anna"
    assert await unmatched(desk) == []
    (settled,) = await unmatched(desk, settled=True)
    assert settled["ticket"] == matched["ticket"]
    with pytest.raises(Refused) as twice:
        await desk.post("bob", address, {"contact": "anna"})
    assert twice.value.code == "already_settled"


@pytest.mark.clause("PC-17")
async def test_a_machines_answer_touches_no_ticket(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    await desk.step("bob", ticket, "withdrawal", reason="Not needed.")
    away = mail(subject=f"Re: [{ticket}] Ticket clos", text="I am on holiday.", automatic=True)
    assert (await desk.post("monitor", "/v1/messages", away))["outcome"] == "kept"
    assert (await desk.ticket(ticket))["status"] == "closed"
    (waiting,) = await unmatched(desk)
    address = f"/v1/unmatched-messages/{waiting['id']}/match"
    assert (await desk.post("bob", address, {}))["outcome"] == "dismissed"
    assert await unmatched(desk) == []


@pytest.mark.clause("1L-02")
async def test_a_message_sent_again_is_taken_once(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    same = {"headers": {"Idempotency-Key": "mail-1@acme.example"}}
    first = await desk.post("monitor", "/v1/messages", mail(), **same)
    assert await desk.post("monitor", "/v1/messages", mail(), **same) == first
    with pytest.raises(Refused) as other:
        await desk.post("monitor", "/v1/messages", mail(text="Something else."), **same)
    assert (other.value.status, other.value.code) == (409, "idempotency_conflict")
    reply = mail(subject=f"Re: [{first['ticket']}]", text="Tray 2, too.")
    again = {"headers": {"Idempotency-Key": "mail-2@acme.example"}}
    for _ in range(3):
        assert (await desk.post("monitor", "/v1/messages", reply, **again))["outcome"] == "commented"
    assert (await desk.types(first["ticket"])).count("comment_added") == 1
    for _ in range(2):
        with pytest.raises(Refused):
            await desk.post("monitor", "/v1/messages", mail("nobody@acme.example"), headers={"Idempotency-Key": "m3"})
    assert len(await unmatched(desk)) == 1


async def test_an_address_that_several_share_is_asked_about_and_a_bound_gateway_reaches_its_own_only(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("proconcept")
    ticket = await desk.open("anna")
    strangers(desk)
    desk.save(
        Contact(
            id="anna-too", organisation="beta", name="Anna", role="end_user", language="fr", email="anna@acme.example"
        )
    )
    with pytest.raises(Refused) as shared:
        await desk.post("monitor", "/v1/messages", mail())
    assert shared.value.code == "several_senders"
    assert "anna-too" not in shared.value.problem["detail"]
    with pytest.raises(Refused) as told:
        await desk.post("bob", "/v1/messages", mail())
    assert "anna, anna-too" in told.value.problem["detail"]
    joined = await desk.post("monitor", "/v1/messages", mail(subject=f"Re: {ticket}"))
    assert (joined["outcome"], joined["ticket"]) == ("commented", ticket)
    secret, _ = keys.create(desk.database, role=Role.integrator, subject="beta-mail", organisation="beta", now=SINCE)
    answer = await desk.http.post(
        "/v1/messages", json=mail("ines@acme.example"), headers={"Authorization": f"Bearer {secret}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_sender")


async def test_the_list_of_unmatched_messages_is_read_page_by_page(new_desk: NewDesk) -> None:
    desk = await new_desk("proconcept")
    for number in range(5):
        with pytest.raises(Refused):
            await desk.post("monitor", "/v1/messages", mail(f"nobody-{number}@acme.example"))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = await desk.get("bob", "/v1/unmatched-messages", params=params)
        seen += [one["sender"] for one in page["items"]]
        cursor = page.get("next")
        if cursor is None:
            break
    assert sorted(seen) == [f"nobody-{number}@acme.example" for number in range(5)]
    for wrong in ("../x", "NOTTHERE00"):
        with pytest.raises(Refused) as refusal:
            await desk.get("bob", "/v1/unmatched-messages", params={"cursor": wrong})
        assert refusal.value.status == 422


def strangers(desk: Desk) -> None:
    """Another organisation, without a contract."""
    desk.save(
        Organisation(id="beta", name="Beta", language="fr"),
        Contact(id="zoe", organisation="beta", name="Zoe", role="key_user", language="fr", email="zoe@beta.example"),
    )


async def unmatched(desk: Desk, *, settled: bool = False) -> list[dict[str, Any]]:
    """What waits for somebody of ours, or has been dealt with."""
    found = await desk.get("bob", "/v1/unmatched-messages", params={"settled": str(settled).lower()})
    return list(found["items"])
