"""What becomes of a mail: it joins its ticket, opens one, or is kept; never more than once, never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from api.engine.tickets import EngineAway
from domain.mail_ids import mail_id
from store import attachments, directory, inbox, mails, outbox, tickets
from store.mails import Outcome
from tests.api.conftest import World
from tests.api.mailroom.letters import ANNA, BASE, HOUSE, PNG, letter, post, tagged

GMAIL = "It works.\n\nOn Mon, Mar 2, 2026 at 9:00 AM Support <support@desk.example> wrote:\n\n> Hello\n> ok?\n"


def entries(world: World, ticket: str) -> list[Any]:
    return tickets.history(world.database, ticket)


def said(world: World, ticket: str) -> list[tuple[str, str, str]]:
    """(who, type, text) of what people said on a ticket after its opening."""
    found = []
    for event in entries(world, ticket)[1:]:
        text = getattr(event.fact, "text", None) or getattr(event.fact, "reason", None)
        if event.fact.type in ("comment_added", "information_given", "note_added", "ticket_reopened"):
            found.append((event.by.id, event.fact.type, text))
    return found


def kept(world: World) -> list[tuple[str, str | None]]:
    return [(one.why, one.about) for one in inbox.find(world.database)[0]]


async def test_a_new_mail_of_a_contact_opens_a_ticket_with_all_its_words_and_files(world: World) -> None:
    found = await post(world, letter(f"Forwarded to you:\n\n{GMAIL}", files=(("gate.png", "image/png", PNG),)))
    assert found.outcome is Outcome.opened
    opening = entries(world, found.ticket or "")[0].fact.opening
    assert (opening.subject, opening.contact, str(opening.channel)) == ("The access gates stay closed", "anna", "email")
    assert "> Hello" in opening.description
    listed = (await world.get("client", f"/v1/tickets/{found.ticket}/attachments")).json()["items"]
    assert [one["name"] for one in listed] == ["gate.png"]
    assert (await world.get("client", listed[0]["url"])).content == PNG


async def test_an_answer_to_the_tickets_address_joins_it_without_the_quotation(world: World) -> None:
    ticket = await world.open()
    found = await post(world, letter(GMAIL, Subject="Re: whatever"), tagged(ticket))
    assert (found.outcome, found.ticket) == (Outcome.commented, ticket)
    assert said(world, ticket) == [("anna", "comment_added", "It works.")]


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
async def test_the_tag_counts_where_a_forwarder_left_it_in_the_headers_only(world: World, header: str) -> None:
    ticket = await world.open()
    found = await post(world, letter("x", **{header: tagged(ticket).upper()}))
    assert (found.outcome, found.ticket) == (Outcome.commented, ticket)


async def test_an_answer_is_known_by_the_mail_it_answers(world: World) -> None:
    ticket = await world.open()
    keys = [f"{ticket}:7:comment:0badc0de", f"ticket:{ticket}"]
    for number, key in enumerate(keys):
        raw = letter(f"Answer {number}", References=f"<x@acme.example> {mail_id(key, HOUSE.domain)}", Subject="Re: it")
        assert (await post(world, raw)).ticket == ticket
    assert [text for _, _, text in said(world, ticket)] == ["Answer 0", "Answer 1"]


async def test_the_number_in_the_subject_is_the_last_resort(world: World) -> None:
    ticket, other = await world.open(), await world.open()
    by_subject = await post(world, letter("One", Subject=f"Re: [{ticket}] gates"))
    tag_wins = await post(world, letter("Two", Subject=f"Re: [{ticket}] gates"), tagged(other))
    assert (by_subject.ticket, tag_wins.ticket) == (ticket, other)


async def test_an_answer_to_a_question_is_the_answer(world: World) -> None:
    ticket = await world.open()
    await world.step("level1", ticket, "questions", question="Which firmware?")
    found = await post(world, letter("4.2"), tagged(ticket))
    assert found.outcome is Outcome.answered
    assert world.engine.runs[ticket].state.question is None


async def test_a_mail_on_a_closed_ticket_reopens_it(world: World) -> None:
    ticket = await world.open()
    await world.step("client", ticket, "withdrawal", reason="Gone.")
    found = await post(world, letter("It is back.", files=(("gate.png", "image/png", PNG),)), tagged(ticket))
    assert (found.outcome, found.ticket) == (Outcome.reopened, ticket)
    listed = (await world.get("client", f"/v1/tickets/{ticket}/attachments")).json()["items"]
    assert [one["name"] for one in listed] == ["gate.png"]


async def test_staff_answers_by_mail_or_notes_internally(world: World) -> None:
    ticket = await world.open()
    bob = {"From": "Bob <bob@support.example>", "Message-ID": "<b1@support.example>"}
    answered = await post(world, letter("We are on it.", **bob), tagged(ticket))
    bob["Message-ID"] = "<b2@support.example>"
    noted = await post(world, letter("#note Same controller as last week.", **bob), tagged(ticket))
    assert (answered.outcome, noted.outcome) == (Outcome.commented, Outcome.noted)
    assert said(world, ticket) == [
        ("bob", "comment_added", "We are on it."), ("bob", "note_added", "Same controller as last week."),
    ]  # fmt: skip


async def test_staffs_address_alone_is_not_enough_to_speak_in_our_name(world: World) -> None:
    ticket = await world.open()
    thread = mail_id(f"ticket:{ticket}", HOUSE.domain)
    found = await post(world, letter("Send us your password.", From="bob@support.example", In_Reply_To=thread))
    assert found.outcome is Outcome.kept
    assert kept(world) == [("unproven_sender", ticket)]
    assert said(world, ticket) == []
    alone = await post(world, letter("Hello", From="bob@support.example", Message_ID="<b3@support.example>"))
    assert alone.detail == "staff_without_ticket"


@pytest.mark.parametrize("sender", ["stranger@elsewhere.example", "berta@beta.example"])
async def test_a_foreign_sender_on_a_tickets_address_is_kept_and_never_joined(world: World, sender: str) -> None:
    directory.save(
        world.database,
        directory.Contact(
            id="berta", organisation="beta", name="Berta", role="end_user", language="en", email="berta@beta.example"
        ),
    )
    ticket = await world.open()
    found = await post(world, letter("Let me in.", From=sender), tagged(ticket))
    assert found.outcome is Outcome.kept
    assert kept(world) == [("foreign_sender", ticket)]
    assert said(world, ticket) == []


async def test_a_tag_that_we_did_not_sign_means_nothing(world: World) -> None:
    ticket = await world.open()
    forged = f"support+{ticket}.AAAAAAAAAAAAAAAA@desk.example"
    found = await post(world, letter("x", From="stranger@elsewhere.example"), forged)
    assert kept(world) == [("unknown_sender", None)]
    assert found.ticket is None


async def test_a_mail_of_a_stranger_is_kept_with_its_files_until_somebody_says_whose_it_is(world: World) -> None:
    found = await post(world, letter("Help", From="x@private.example", files=(("gate.png", "image/png", PNG),)))
    assert found.outcome is Outcome.kept
    (listed,) = (await world.get("level1", "/v1/unmatched-messages?why=unknown_sender")).json()["items"]
    assert (listed["id"], listed["text"], [one["name"] for one in listed["attachments"]]) == (
        found.message, "Help", ["gate.png"],
    )  # fmt: skip
    attachments.sweep(world.database, world.now + 3 * attachments.HELD)
    address = f"/v1/unmatched-messages/{found.message}"
    file = await world.get("level1", f"{address}/attachments/{listed['attachments'][0]['id']}")
    assert (file.content, file.headers["X-Content-Type-Options"]) == (PNG, "nosniff")
    assert (await world.get("level1", f"{address}/attachments/0000000000")).status_code == 404
    matched = (await world.post("level1", f"{address}/match", {"contact": "anna"})).json()
    assert matched["outcome"] == "opened"
    carried = (await world.get("client", f"/v1/tickets/{matched['ticket']}/attachments")).json()["items"]
    assert (await world.get("client", carried[0]["url"])).content == PNG


async def test_a_foreign_mail_that_is_matched_joins_the_ticket_that_it_named(world: World) -> None:
    ticket = await world.open()
    found = await post(world, letter("From my private address.", From="anna@private.example"), tagged(ticket))
    matched = await world.post("level1", f"/v1/unmatched-messages/{found.message}/match", {"contact": "anna"})
    assert (matched.json()["outcome"], matched.json()["ticket"]) == ("commented", ticket)


async def test_the_same_mail_twice_is_one_whatever_way_it_came(world: World) -> None:
    ticket = await world.open()
    raw = letter("Once.")
    first = await post(world, raw, tagged(ticket))
    again = await post(
        world, b"Received: from elsewhere by here; Mon, 2 Mar 2026 11:00:00 +0100\r\n" + raw, tagged(ticket)
    )
    assert first == again
    assert len(said(world, ticket)) == 1
    other = await post(world, letter("Twice."), tagged(ticket))
    assert other.id != first.id  # the same Message-ID, other words: somebody's broken mailer
    assert len(said(world, ticket)) == 2


async def test_a_mail_without_an_id_is_told_apart_by_what_it_says(world: World) -> None:
    ticket = await world.open()
    for text, number in (("A", 1), ("A", 1), ("B", 2)):
        await post(world, letter(text, Message_ID=""), tagged(ticket))
        assert len(said(world, ticket)) == number


async def test_engine_away_leaves_the_mail_to_be_sent_again_and_then_it_joins_once(world: World) -> None:
    ticket = await world.open()
    raw = letter("Hello", files=(("gate.png", "image/png", PNG),))
    world.engine.away = True
    with pytest.raises(EngineAway):
        await post(world, raw, tagged(ticket))
    assert kept(world) == []
    world.engine.away = False
    for _ in range(2):
        assert (await post(world, raw, tagged(ticket))).outcome is Outcome.commented
    assert len(said(world, ticket)) == 1
    listed = (await world.get("client", f"/v1/tickets/{ticket}/attachments")).json()["items"]
    assert len(listed) == 1


async def test_a_crash_after_the_command_and_before_the_mails_row_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, raw = await world.open(), letter("Hello")
    keep = mails.keep

    def dies(*_: Any) -> None:
        raise OperationalError("insert", {}, Exception("gone"))

    monkeypatch.setattr(mails, "keep", dies)
    with pytest.raises(OperationalError):
        await post(world, raw, tagged(ticket))
    monkeypatch.setattr(mails, "keep", keep)
    assert (await post(world, raw, tagged(ticket))).outcome is Outcome.commented
    assert len(said(world, ticket)) == 1


async def test_what_is_not_taken_is_named_in_the_readers_language(world: World) -> None:
    ticket = await world.open()
    raw = letter(
        "See.", files=(("setup.exe", "application/octet-stream", b"MZ\x90\0" + bytes(60)), ("a.png", "image/png", PNG))
    )
    await post(world, raw, tagged(ticket))
    ((_, _, text),) = said(world, ticket)
    assert text == "See.\n\n[Non repris de ce courriel : setup.exe (les fichiers de ce type ne sont pas acceptés)]"
    assert mails.original(world.database, (await post(world, raw)).id) == raw


async def test_more_files_than_a_message_carries_are_named(world: World) -> None:
    ticket = await world.open()
    files = tuple((f"{n}.png", "image/png", PNG) for n in range(12))
    await post(world, letter("Many.", files=files), tagged(ticket))
    ((_, _, text),) = said(world, ticket)
    assert "10.png (trop de fichiers); 11.png (trop de fichiers)" in text
    assert len((await world.get("client", f"/v1/tickets/{ticket}/attachments")).json()["items"]) == 10


async def test_a_very_long_mail_goes_on_in_a_file(world: World) -> None:
    ticket = await world.open()
    words = "\n".join(f"line {n}" for n in range(5_000))
    await post(world, letter(words), tagged(ticket))
    ((_, _, text),) = said(world, ticket)
    assert text.startswith("line 0\nline 1\n")
    assert "message.txt" in text[-100:]
    (file,) = (await world.get("client", f"/v1/tickets/{ticket}/attachments")).json()["items"]
    assert (await world.get("client", file["url"])).content.decode() == words


async def test_a_mail_with_files_only_and_one_with_nothing_are_taken(world: World) -> None:
    ticket = await world.open()
    await post(world, letter(" ", files=(("gate.png", "image/png", PNG),)), tagged(ticket))
    await post(world, letter(" ", Subject="", Message_ID="<2@acme.example>"))
    assert said(world, ticket)[0][2] == "[Le courriel est sans texte.]"
    (opened,) = mails.find(world.database, mails.Filter(outcome=Outcome.opened))[0]
    assert entries(world, opened.ticket or "")[0].fact.opening.subject == "(sans objet)"


async def test_more_mails_than_a_person_writes_touch_no_ticket(world: World) -> None:
    ticket = await world.open()
    for number in range(5):
        raw = letter(f"Mail {number}", Message_ID=f"<{number}@acme.example>")
        await post(world, raw, tagged(ticket), per_hour=3)
    assert len(said(world, ticket)) == 3
    assert kept(world) == [("too_many", ticket)] * 2
    world.turn(hours=1, seconds=1)
    await post(world, letter("Later", Message_ID="<9@acme.example>"), tagged(ticket), per_hour=3)
    assert len(said(world, ticket)) == 4


async def test_a_refused_mail_is_kept_with_the_reason(world: World) -> None:
    ticket = await world.open()
    await world.step("client", ticket, "withdrawal", reason="Gone.")
    bob = "Bob <bob@support.example>"
    found = await post(world, letter("Too late.", From=bob), tagged(ticket))
    assert found.detail.startswith("refused: ticket_closed")
    assert kept(world) == [("refused", ticket)]


async def test_a_contact_whose_mail_is_refused_hears_why_once_a_day_and_a_stranger_never(world: World) -> None:
    zoe = directory.Contact(
        id="zoe", organisation="gamma", name="Zoe", role="key_user", language="en", email="zoe@gamma.example"
    )
    directory.save(world.database, zoe)
    for number, sender in enumerate(("zoe@gamma.example", "zoe@gamma.example", "x@private.example")):
        found = await post(world, letter("Help", From=sender, Message_ID=f"<{number}@gamma.example>"))
        assert found.outcome is Outcome.kept

    def of_today() -> Any:
        return outbox.get(world.database, f"mail:zoe.no_contract.{world.now:%Y-%m-%d}:mail_refused:contact:zoe")

    assert "contract" in of_today().message.data["reason"]
    assert outbox.counts(world.database)[outbox.State.pending] == 1
    world.turn(days=1)
    assert of_today() is None
    await post(world, letter("Help", From="zoe@gamma.example", Message_ID="<4@gamma.example>"))
    assert of_today().message.to.id == "zoe"
    assert outbox.counts(world.database)[outbox.State.pending] == 2


OUT_OF_OFFICE = {
    "auto-replied": {"Auto-Submitted": "auto-replied"},
    "auto-generated": {"Auto-Submitted": "auto-generated (vacation)"},
    "bulk": {"Precedence": "bulk"},
    "auto_reply": {"Precedence": "auto_reply"},
    "exchange": {"X-Auto-Response-Suppress": "All"},
    "list": {"List-Id": "News <news.acme.example>"},
    "autoreply": {"X-Autoreply": "yes"},
    "our own": {"X-Escalade-Ticket": "K7M39QX24T"},
    "our own id": {"Message-ID": mail_id("K7M39QX24T:7:comment:0badc0de", HOUSE.domain)},
}


@pytest.mark.parametrize("headers", OUT_OF_OFFICE.values(), ids=OUT_OF_OFFICE)
async def test_a_machines_mail_touches_no_ticket_and_is_kept(world: World, headers: dict[str, str]) -> None:
    ticket = await world.open()
    found = await post(world, letter("I am away.", **headers), tagged(ticket))
    assert (found.outcome, kept(world)) == (Outcome.kept, [("automatic", ticket)])
    assert said(world, ticket) == []


@pytest.mark.parametrize("path", ["", "<>"])
async def test_a_mail_that_nobody_could_answer_is_a_machines(world: World, path: str) -> None:
    assert (await post(world, letter("x"), path=path)).detail == "automatic: no return path"


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "no"}, {"List-Id": "<support.desk.example>", "Precedence": "list"}]
)
async def test_a_persons_mail_stays_one_also_through_our_own_group(world: World, headers: dict[str, str]) -> None:
    ticket = await world.open()
    assert (await post(world, letter("x", **headers), tagged(ticket))).outcome is Outcome.commented


PROOFS = [
    ("mx.desk.example; dmarc=pass header.from=acme.example", True),
    ("mx.desk.example; spf=pass smtp.mailfrom=anna@acme.example", True),
    ("mx.desk.example 1; dkim=pass (2048-bit key) header.d=acme.example header.s=x", True),
    ("mx.desk.example; dkim=pass header.i=@mail.acme.example", True),
    ("mx.desk.example; dmarc=fail header.from=acme.example; spf=pass smtp.mailfrom=acme.example", False),
    ("mx.desk.example; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example", False),
    ("mx.desk.example; spf=softfail smtp.mailfrom=acme.example; dkim=none", False),
    ("mx.desk.example; none", False),
    ("evil.example; dmarc=pass header.from=acme.example", False),
    ("", False),
    (";;;==", False),
]


@pytest.mark.parametrize(("results", "good"), PROOFS)
async def test_a_sender_counts_when_our_own_mail_server_confirms_it(world: World, results: str, good: bool) -> None:
    ticket = await world.open()
    raw = letter("x", **{"Authentication-Results": results})
    found = await post(world, raw, tagged(ticket), authserv="mx.desk.example")
    assert found.outcome is (Outcome.commented if good else Outcome.kept)
    assert kept(world) == ([] if good else [("unproven_sender", ticket)])


async def test_only_the_topmost_word_of_our_server_counts(world: World) -> None:
    ticket = await world.open()
    forged = b"Authentication-Results: mx.desk.example; dmarc=pass\r\n" + letter("x")
    true = b"Authentication-Results: mx.desk.example; dmarc=fail\r\n" + forged
    assert (await post(world, true, tagged(ticket), authserv="mx.desk.example")).outcome is Outcome.kept


def report(original: str, action: str = "failed", how: str = "message/rfc822") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.acme.example\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
        f"Final-Recipient: rfc822; anna@acme.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
        f"--b\r\nContent-Type: {how}\r\n\r\nMessage-ID: {original}\r\nSubject: [K7] Hello\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("how", ["message/rfc822", "text/rfc822-headers"])
async def test_a_mail_that_came_back_is_given_up_and_the_tickets_staff_reads_why(world: World, how: str) -> None:
    ticket = await world.open()
    message = next(one.message for one in outbox.of_ticket(world.database, ticket) if one.message.to.id == "anna")
    outbox.delivered(world.database, {message.key: world.now}, "mail")
    raw = report(mail_id(message.key, HOUSE.domain), how=how)
    for _ in range(2):
        found = await post(world, raw, path="")
        assert (found.outcome, found.ticket) == (Outcome.returned, ticket)
    entry = outbox.get(world.database, message.key)
    assert entry is not None
    assert (str(entry.state), entry.last_error) == ("failed", "it came back: 550 5.1.1 user unknown")
    notes = [text for _, kind, text in said(world, ticket) if kind == "note_added"]
    assert len(notes) == 1
    assert "anna" in notes[0]
    assert "550 5.1.1 user unknown" in notes[0]
    shown = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).text
    assert "user unknown" not in shown


async def test_a_report_of_a_delay_changes_nothing_and_one_about_a_stranger_is_kept(world: World) -> None:
    ticket = await world.open()
    message = next(one.message for one in outbox.of_ticket(world.database, ticket) if one.message.to.id == "anna")
    outbox.delivered(world.database, {message.key: world.now}, "mail")
    late = await post(world, report(mail_id(message.key, HOUSE.domain), "delayed"), path="")
    assert late.outcome is Outcome.nothing
    entry = outbox.get(world.database, message.key)
    assert entry is not None
    assert str(entry.state) == "delivered"
    assert (await post(world, report("<x@elsewhere.example>"), path="")).outcome is Outcome.kept


async def test_what_came_in_is_listed_and_its_original_kept_for_a_time(world: World) -> None:
    ticket = await world.open()
    raws = [letter(f"Mail {n}", Message_ID=f"<{n}@acme.example>") for n in range(3)]
    for raw in raws:
        await post(world, raw, tagged(ticket))
        world.turn(minutes=1)
    await post(world, letter("x", From="x@private.example", Message_ID="<x@private.example>"))
    page = (await world.get("operations", "/v1/mails?limit=2")).json()
    rest = (await world.get("operations", f"/v1/mails?limit=2&cursor={page['next']}")).json()
    assert [one["outcome"] for one in page["items"] + rest["items"]] == ["kept", *["commented"] * 3]
    of_anna = (await world.get("level1", f"/v1/mails?sender={ANNA.upper()}&order=oldest&ticket={ticket}")).json()[
        "items"
    ]
    assert len(of_anna) == 3
    got = await world.get("level1", f"/v1/mails/{of_anna[0]['id']}/original")
    assert (got.content, got.headers["Content-Type"]) == (raws[0], "application/octet-stream")
    assert mails.forget_originals(world.database, world.now + timedelta(days=365), timedelta(days=365)) == 4
    assert (await world.get("level1", f"/v1/mails/{of_anna[0]['id']}/original")).status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    head=st.sampled_from([b"", letter("x")[:-2], b"From: anna@acme.example\r\n", b"From: x@y.example\r\nSubject: "]),
    body=st.binary(max_size=400),
    path=st.sampled_from(["", ANNA, "x@y.example"]),
)
async def test_no_bytes_raise_and_none_are_lost(world: World, head: bytes, body: bytes, path: str) -> None:
    raw = head + body
    found = await post(world, raw, path=path, per_hour=1_000_000)
    there = mails.get(world.database, found.id)
    assert there is not None
    assert mails.original(world.database, found.id) is not None
    if found.outcome is Outcome.kept:
        assert inbox.get(world.database, found.message or "") is not None
    else:
        assert found.ticket is not None
    assert BASE in found.recipients
