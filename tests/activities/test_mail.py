"""The mail itself: headers that mail programs and other machines rely on."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtplib.email import flatten_message
from hypothesis import given
from hypothesis import strategies as st

from activities.channel import Post, Refused
from activities.composing import compose, masked
from activities.mail import Answers, LogMail, Mailer, mailer_for
from activities.texts import Texts
from domain.messages import Message
from domain.reply_address import PURPOSE, read_reply_address
from runtime.secret import secret_key
from runtime.settings import Settings
from tests.activities.samples import NUMBER, message

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@:+-]{0,99}", fullmatch=True)


def mail(of: Message, email: str = "anna@acme.example", name: str = "Anna Müller") -> Any:
    post = Post(of, Texts().render(of), name, email, AT)
    return compose(post, sender="Support <support@support.example>", domain="m.example")


def on_the_wire(of: Message) -> Any:
    return message_from_bytes(flatten_message(mail(of), cte_type="7bit"), policy=policy.default)


@pytest.mark.parametrize(("reply_to", "header"), [("", None), ("help@s.example", "help@s.example"), ("no one", None)])
def test_an_answer_goes_to_the_sender_or_where_the_agreement_wants_it(reply_to: str, header: str | None) -> None:
    post = Post(message(), Texts().render(message()), "Anna", "anna@acme.example", AT, reply_to=reply_to)
    assert compose(post, sender="Support <support@support.example>", domain="m.example")["Reply-To"] == header


def test_a_mail_has_what_programs_and_machines_look_for() -> None:
    sent = on_the_wire(message())
    assert sent["To"] == "Anna Müller <anna@acme.example>"
    assert sent["From"] == "Support <support@support.example>"
    assert sent["Message-ID"] == f"<{NUMBER}.1.comment.0a1b2c3d@m.example>"
    assert sent["In-Reply-To"] == sent["References"] == f"<ticket.{NUMBER}@m.example>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["X-Escalade-Ticket"] == NUMBER
    assert sent["Content-Language"] == "en"
    assert parsedate_to_datetime(sent["Date"]) == AT
    assert sent["Reply-To"] is None
    assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]


def test_a_later_mail_answers_the_reader_s_last_one_and_names_the_whole_thread() -> None:
    post = Post(
        message(), Texts().render(message()), "Anna", "anna@acme.example", AT, earlier=("T:1:opened:a", "T:4:x:b")
    )
    sent = compose(post, sender="Support <support@support.example>", domain="m.example")
    on_wire: Any = message_from_bytes(flatten_message(sent, cte_type="7bit"), policy=policy.default)
    root, first, last = f"<ticket.{NUMBER}@m.example>", "<T.1.opened.a@m.example>", "<T.4.x.b@m.example>"
    assert on_wire["References"].split() == [root, first, last]
    assert on_wire["In-Reply-To"] == last


def test_an_answer_finds_its_ticket_by_its_address_and_still_reaches_whom_the_agreement_wants(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, inbound_address="support@desk.example")
    tagged = Answers(settings).address(NUMBER)
    assert read_reply_address(tagged, "support@desk.example", secret_key(settings, PURPOSE)) == NUMBER
    post = Post(message(), Texts().render(message()), "Anna", "anna@acme.example", AT, reply_to="help@s.example")
    sent = compose(post, sender="Support <support@support.example>", domain="m.example", answer_to=tagged)
    assert [one.addr_spec for one in sent["Reply-To"].addresses] == [tagged, "help@s.example"]
    assert Answers(settings).address(None) == Answers(Settings(home=tmp_path)).address(NUMBER) == ""


def test_a_long_line_of_a_person_arrives_whole_and_no_line_on_the_wire_is_too_long() -> None:
    long = message(data={**message().data, "text": "é" + "x" * 5_000})
    assert max(map(len, flatten_message(mail(long), cte_type="8bit").splitlines())) <= 998
    parts = on_the_wire(long)
    assert "    é" + "x" * 5_000 in parts.get_body(("plain",)).get_content()
    assert ">é" + "x" * 5_000 + "<" in parts.get_body(("html",)).get_content()


@given(ticket=NAMES)
def test_ids_stay_legible_whatever_the_ticket_is_called(ticket: str) -> None:
    sent = on_the_wire(message(key=f"{ticket}:12:comment:0a1b2c3d", ticket=ticket))
    assert sent["Message-ID"].count("@") == 1
    assert "=?" not in str(sent["References"]) + str(sent["In-Reply-To"])
    assert sent["References"].strip().startswith("<ticket.")  # a long one begins on a line of its own


@given(st.lists(NAMES, min_size=2, max_size=2, unique=True))
def test_two_messages_never_share_an_id(keys: list[str]) -> None:
    one, other = (mail(message(key=key))["Message-ID"] for key in keys)
    assert one != other


@pytest.mark.parametrize(
    "email", ["", "anna", "anna@", "@acme.example", "a b@acme.example", "anna@acme.example\r\nX: y"]
)
def test_what_is_no_address_is_refused_and_not_repeated(email: str) -> None:
    with pytest.raises(Refused, match="no e-mail address"):
        mail(message(), email=email)


def test_an_address_is_masked_down_to_its_domain() -> None:
    assert masked("anna.mueller@acme.example") == "***@acme.example"


def test_mail_goes_out_only_where_a_server_is_set() -> None:
    assert isinstance(mailer_for(Settings(smtp_host="mail.example")), Mailer)
    assert isinstance(mailer_for(Settings()), LogMail)
