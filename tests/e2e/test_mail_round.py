"""A mail that Escalade sent is answered by a mail program, and the answer reaches its ticket: the whole stack."""

from __future__ import annotations

import email
import os
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.cli.stacks import eventually, free_port
from tests.e2e.running import Caller, Running

pytestmark = pytest.mark.timeout(300)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(9_000)


class Sink:
    """The mail server that our mails go to."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        return "250 OK"

    def to(self, address: str, ticket: str) -> list[EmailMessage]:
        """What somebody got about a ticket."""
        return [one for one in self.arrived if address in str(one["To"]) and ticket in str(one["Subject"])]


class Post:
    """A stack with mail in both directions, and an organisation whose administrator reads her mail."""

    def __init__(self, stack: Running, sink: Sink) -> None:
        self.stack, self.sink = stack, sink
        organisation = next(one for one in stack.demo["organisations"] if one["agreement"] == "trackforce")
        self.client = Caller(stack.api, organisation["key"])
        self.support = Caller(stack.api, stack.demo["keys"]["level1"])
        me = self.client.get("/v1/me")
        self.address = f"{me['id'].partition('@')[0]}@{me['organisation']}.example"

    def opened(self) -> tuple[str, EmailMessage]:
        """A new ticket, and the mail that confirms it."""
        body = {"subject": "Nothing prints", "description": "Since seven.", "channel": "portal", "severity": "critical"}
        answer = self.client.post("/v1/tickets", body)
        assert answer.status_code == 201, answer.text
        ticket = str(answer.json()["id"])
        eventually(lambda: self.sink.to(self.address, ticket), f"the confirmation of {ticket} to {self.address}", 60)
        return ticket, self.sink.to(self.address, ticket)[0]

    def answer(self, mail: EmailMessage, text: str) -> EmailMessage:
        """What a mail program makes of "reply"."""
        reply = EmailMessage()
        reply["From"] = self.address
        reply["To"] = (mail["Reply-To"] or mail["From"]).addresses[0].addr_spec
        reply["Subject"] = f"Re: {mail['Subject']}"
        reply["Message-ID"] = f"<{text.split()[0].lower()}.{time.monotonic_ns()}@mail.example>"
        reply["In-Reply-To"] = mail["Message-ID"]
        reply["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
        body = mail.get_body(("plain",))
        assert body is not None
        quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
        reply.set_content(f"{text}\n\nOn Mon, 2 Mar 2026 at 09:00, {mail['From']} wrote:\n\n{quoted}\n")
        return reply

    def send(self, mail: EmailMessage, *, sender: str | None = None) -> int:
        """Hands it to the door as a mail server does; the door's code."""
        recipients = [one.addr_spec for one in mail["To"].addresses]
        try:
            with smtplib.SMTP("127.0.0.1", int(str(self.stack.settings["inbound_smtp_port"])), timeout=60) as door:
                door.send_message(mail, sender or self.address, recipients)
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        except (OSError, smtplib.SMTPServerDisconnected):
            return 421
        return 250

    def comments(self, ticket: str) -> list[str]:
        return [one["data"]["text"] for one in self.entries(ticket) if one["type"] == "comment_added"]

    def entries(self, ticket: str) -> list[dict[str, Any]]:
        return self.support.everything(f"/v1/tickets/{ticket}/timeline")


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    sink = Sink()
    mail = Controller(sink, hostname="127.0.0.1", port=free_port())
    mail.start()
    stack = Running(
        Path(tmp_path_factory.mktemp("mail")) / "home",
        smtp_host="127.0.0.1",
        smtp_port=mail.port,
        inbound_address="support@desk.example",
        message_domain="mail.desk.example",
        command_timeout=3,
    )
    try:
        yield Post(stack.start(), sink)
    finally:
        stack.stop()
        mail.stop()


def test_an_answer_to_our_mail_reaches_its_ticket_with_its_files(post: Post) -> None:
    ticket, confirmation = post.opened()
    reply = post.answer(confirmation, "The second printer works.")
    reply.add_attachment(PNG, maintype="image", subtype="png", filename="printer.png")
    assert "+" in str(reply["To"])
    assert post.send(reply) == 250
    assert post.comments(ticket) == ["The second printer works."]
    (file,) = post.client.get(f"/v1/tickets/{ticket}/attachments")["items"]
    assert post.client.http.get(file["url"]).content == PNG
    eventually(
        lambda: any(
            "The second printer works." in str(one) for one in post.sink.arrived if ticket in str(one["Subject"])
        ),
        "support is told of the comment",
        60,
    )


def test_without_the_tag_the_mail_it_answers_says_which_ticket(post: Post) -> None:
    ticket, confirmation = post.opened()
    reply = post.answer(confirmation, "Answered from another program.")
    for name, value in (("To", "support@desk.example"), ("Subject", "Printers")):
        del reply[name]
        reply[name] = value
    assert post.send(reply) == 250
    assert post.comments(ticket) == ["Answered from another program."]


def test_a_new_mail_opens_a_ticket_that_is_confirmed_and_a_strangers_is_kept(post: Post) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = post.address, "support@desk.example", "The badge reader is dead"
    mail.set_content("Since this morning.")
    assert post.send(mail) == 250
    found = post.support.get("/v1/mails", sender=post.address, outcome="opened")["items"]
    ticket = found[0]["ticket"]
    eventually(lambda: post.sink.to(post.address, ticket), "the new ticket is confirmed", 60)
    mail.replace_header("From", "stranger@elsewhere.example")
    assert post.send(mail, sender="stranger@elsewhere.example") == 250
    kept = post.support.everything("/v1/unmatched-messages")
    assert [(one["sender"], one["why"]) for one in kept] == [("stranger@elsewhere.example", "unknown_sender")]


def test_our_own_mail_sent_back_touches_nothing(post: Post) -> None:
    ticket, confirmation = post.opened()
    before = len(post.entries(ticket))
    del confirmation["To"]
    confirmation["To"] = confirmation["Reply-To"].addresses[0].addr_spec
    assert post.send(confirmation) == 250
    assert len(post.entries(ticket)) == before


@contextmanager
def frozen(stack: Running, name: str) -> Iterator[None]:
    """A process that is there and answers nobody."""
    process = stack.pids()[name]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_while_the_engine_is_away_the_senders_server_keeps_the_mail_and_then_it_joins_once(post: Post) -> None:
    ticket, confirmation = post.opened()
    reply = post.answer(confirmation, "Sent while nobody answered.")
    with frozen(post.stack, "temporal"):
        assert post.send(reply) == 451
    eventually(lambda: post.send(reply) == 250, "the mail is taken when the engine is back", 90)
    assert post.send(reply) == 250
    assert post.comments(ticket) == ["Sent while nobody answered."]


def test_a_killed_api_loses_no_mail_and_doubles_none(post: Post) -> None:
    ticket, confirmation = post.opened()
    replies = [post.answer(confirmation, f"Mail number {number}.") for number in range(6)]
    for number, reply in enumerate(replies):
        if number in (1, 3):
            post.stack.kill("api")
        eventually(lambda reply=reply: post.send(reply) == 250, f"mail {number} is taken", 90)
        assert post.send(reply) in (250, 421, 451)
    eventually(post.stack._ready, "the stack is well again", 90)
    assert post.comments(ticket) == [f"Mail number {number}." for number in range(6)]
