"""Delivery over a real SMTP server: what arrives, how often, in which order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from opentelemetry import trace
from temporalio.testing import ActivityEnvironment

from activities.delivering import LONGEST_RUN, Deliverer
from activities.mail import LogMail, mailer_for
from activities.round import FIRST_RETRY, LANES, origin
from activities.texts import Texts
from domain import commands as cmd
from store import directory
from store.database import Database
from tests.activities.conftest import ANNA as ANNA_AT_ACME
from tests.activities.conftest import Desk
from tests.activities.samples import NUMBER, counted, message
from tests.activities.sink import OK, Sink
from tests.factories import BOB, MONDAY, Life


async def test_what_a_ticket_calls_for_arrives_once_and_in_order(desk: Desk, sink: Sink) -> None:
    life = Life(NUMBER)
    life.do(BOB, cmd.Assign(assignee="bob"))
    life.do(BOB, cmd.Acknowledge(means="call", text="On it."))
    life.do(BOB, cmd.Resolve(kind="fix", text="Spooler restarted."))
    desk.put(life)
    assert await desk.deliver() is None
    assert await desk.deliver() is None
    to_anna = [mail["Subject"] for to, mail in sink.taken if to == "anna@acme.example"]
    assert to_anna == [
        f"[{NUMBER}] {what} – Labels are not printed"
        for what in ("Ticket enregistré", "Première réponse", "Résolution proposée")
    ]
    assert sorted(to for to, _ in sink.taken if to != "anna@acme.example") == [
        "bob@support.example",
        "level1@support.example",
    ]
    assert desk.states() == {"delivered": 5}


async def test_a_client_of_english_tongue_reads_english(desk: Desk, sink: Sink) -> None:
    desk.put(Life(NUMBER, language="en"))
    await desk.deliver()
    mail = next(mail for to, mail in sink.taken if to == "anna@acme.example")
    assert mail["Content-Language"] == "en"
    assert words(mail).startswith("Hello,")


async def test_a_delivered_message_says_when_and_how(desk: Desk) -> None:
    [key, *_] = desk.put(Life(NUMBER))
    await desk.deliver(timedelta(seconds=2))
    entry = desk.entry(key)
    assert (entry.delivered_at, entry.channel, entry.attempts) == (MONDAY + timedelta(seconds=2), "mail", 0)


async def test_a_delivery_repeated_because_the_answer_was_lost_has_the_same_id(desk: Desk, sink: Sink) -> None:
    sink.answer = lambda to, mail: "451 taken, but who knows"
    desk.put(Life(NUMBER))
    await desk.deliver()
    sink.answer = lambda to, mail: OK
    assert await desk.deliver(FIRST_RETRY) is None
    ids = [mail["Message-ID"] for to, mail in sink.taken if to == "anna@acme.example"]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_one_connection_carries_many_mails(desk: Desk, sink: Sink) -> None:
    for number in range(60):
        desk.put(Life(f"T{number}"))
    assert await desk.deliver() is None
    assert len(sink.taken) == 120
    assert sink.connections <= 12


async def test_nothing_a_person_wrote_becomes_a_header(desk: Desk, sink: Sink, database: Database) -> None:
    directory.save(database, ANNA_AT_ACME.model_copy(update={"name": 'Anna"\r\nBcc: all@acme.example\r\n\r\nHi'}))
    desk.put(Life(NUMBER, subject="Labels\r\nBcc: all@acme.example\r\n\r\n.\r\nQUIT", description="x\r\n.\r\nQUIT\r\n"))
    assert await desk.deliver() is None
    assert sorted(to for to, _ in sink.taken) == ["anna@acme.example", "level1@support.example"]
    for mail in sink.mails:
        assert mail["Bcc"] is None
        assert mail["Subject"].endswith("Labels Bcc: all@acme.example . QUIT")
    written = words(next(mail for to, mail in sink.taken if to.startswith("level1")))
    assert "    x\r\n    .\r\n    QUIT\r\n" in written


async def test_no_encoded_word_that_a_person_wrote_ends_a_header(desk: Desk, sink: Sink, database: Database) -> None:
    sly = "=?utf-8?q?=0D=0ABcc:_all@acme.example=0D=0A=0D=0AHi?="
    directory.save(database, ANNA_AT_ACME.model_copy(update={"name": f"Anna {sly}"}))
    desk.put(Life(NUMBER, subject=f"Labels {sly} \u2028Bcc: all@acme.example", description="They are blank."))
    assert await desk.deliver() is None
    assert sorted(to for to, _ in sink.taken) == ["anna@acme.example", "level1@support.example"]
    for mail in sink.mails:
        assert mail["Bcc"] is None
        assert "utf-8?q?" in mail["Subject"]  # shown as it was written
        assert mail.get_body(("html",)) is not None  # nothing ended the headers early


async def test_without_a_mail_server_messages_go_to_the_log_with_nothing_personal(
    desk_with: Callable[..., Desk], caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_with()
    [key, *_] = desk.put(Life(NUMBER))
    with caplog.at_level(logging.INFO):
        assert await desk.deliver() is None
    assert desk.entry(key).channel == "log"
    lines = [record.__dict__ for record in caplog.records if "not mailed" in record.getMessage()]
    assert sorted(line["to"] for line in lines) == ["contact ***@acme.example", "team ***@support.example"]
    told = " ".join(str(line) for line in lines)
    assert "Labels" not in told
    assert "anna" not in told.lower()


async def test_a_long_delivery_tells_the_engine_that_it_lives(desk: Desk, sink: Sink) -> None:
    desk.put(Life(NUMBER))
    beats: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beats.append(details)
    deliverer = Deliverer(database=desk.database, texts=Texts(), mailer=LogMail(), now=lambda: desk.at)
    assert await environment.run(deliverer.deliver) is None
    assert beats
    assert len(asyncio.all_tasks()) == 1


async def test_a_worker_that_is_told_to_end_finishes_its_mails_and_leaves_the_others_to_its_successor(
    desk: Desk, sink: Sink
) -> None:
    for number in range(20):
        desk.put(Life(f"T{number}"))
    environment = ActivityEnvironment()

    def ending(to: str, mail: EmailMessage) -> str:
        if len(sink.mails) == 3:
            environment.worker_shutdown()
        return OK

    sink.answer = ending
    deliverer = Deliverer(database=desk.database, texts=Texts(), mailer=mailer_for(desk.settings), now=lambda: desk.at)
    due = await environment.run(deliverer.deliver)
    assert due is not None
    assert due <= desk.at  # the successor is called at once
    gone = len(sink.mails)
    assert gone < 40
    assert desk.states() == {"delivered": gone, "pending": 40 - gone}
    assert await desk.deliver() is None
    assert len({mail["Message-ID"] for mail in sink.mails}) == len(sink.mails) == 40


async def test_what_has_gone_is_noted_when_the_attempt_is_cancelled(desk: Desk, sink: Sink) -> None:
    for number in range(20):
        desk.put(Life(f"T{number}"))
    environment = ActivityEnvironment()

    def cancelling(to: str, mail: EmailMessage) -> str:
        if len(sink.mails) == 10:
            asyncio.get_running_loop().call_soon_threadsafe(environment.cancel)
        return OK

    sink.answer = cancelling
    deliverer = Deliverer(database=desk.database, texts=Texts(), mailer=mailer_for(desk.settings), now=lambda: desk.at)
    with pytest.raises(asyncio.CancelledError):
        await environment.run(deliverer.deliver)
    # All but what each lane had in its hands, of which nobody can know.
    assert desk.states()["delivered"] >= len(sink.mails) - LANES


async def test_a_run_ends_in_time_however_much_waits(desk: Desk, sink: Sink) -> None:
    for number in range(20):
        desk.put(Life(f"T{number}"))

    def slowly(to: str, mail: EmailMessage) -> str:
        desk.at += timedelta(minutes=1)
        return OK

    sink.answer = slowly
    due = await desk.deliver()
    assert due is not None
    assert due <= desk.at <= MONDAY + LONGEST_RUN + timedelta(minutes=LANES)
    while due is not None:
        due = await desk.deliver()
    assert desk.states() == {"delivered": 40}


def test_a_delivery_belongs_to_the_trace_of_the_step_that_called_for_it() -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    span = trace.get_current_span(origin(message().model_copy(update={"trace": parent}))).get_span_context()
    assert f"{span.trace_id:032x}" in parent
    assert not trace.get_current_span(origin(message())).get_span_context().is_valid


async def test_the_intervention_report_is_attached_to_its_mail_as_a_pdf(desk: Desk, sink: Sink) -> None:
    desk.put(counted("fr"))
    await desk.deliver()
    mail = next(mail for _, mail in sink.taken if "Rapport d’intervention" in str(mail["Subject"]))
    (paper,) = mail.iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", "intervention-T20.pdf")
    assert paper.get_content().startswith(b"%PDF-")
    assert "Il est aussi joint sous forme de document." in " ".join(words(mail).split())


def words(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
