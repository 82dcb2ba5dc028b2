"""When delivery fails: what is tried again, what is given up, and whom it holds up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from activities.delivering import Deliverer
from activities.mail import LogMail
from activities.round import FIRST_RETRY, GIVE_UP, LONGEST_RETRY
from activities.texts import Rendered, Texts
from domain import commands as cmd
from domain.messages import Message
from store import directory, outbox
from store.database import Database
from store.outbox import MOST_ATTEMPTS
from tests.activities.conftest import ANNA as ANNA_AT_ACME
from tests.activities.conftest import Desk
from tests.activities.samples import NUMBER
from tests.activities.sink import OK, Sink
from tests.factories import ANNA, BOB, MONDAY, Life


async def test_passing_refusals_are_tried_again_at_growing_intervals_and_given_up_after_three_days(
    desk: Desk, sink: Sink
) -> None:
    sink.greet = lambda to: "450 greylisted" if to.startswith("anna") else OK
    [key, *_] = desk.put(Life(NUMBER))
    waits = []
    due = await desk.deliver()
    while due is not None:
        waits.append(due - desk.at)
        due = await desk.deliver(due - desk.at)
    assert waits[:3] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY]
    assert max(waits) == waits[-1] == LONGEST_RETRY
    assert GIVE_UP - LONGEST_RETRY <= sum(waits, timedelta()) <= GIVE_UP
    assert len(waits) < MOST_ATTEMPTS
    entry = desk.entry(key)
    assert entry.state == "failed"
    assert "450" in str(entry.last_error)


async def test_a_refused_address_is_given_up_at_once_with_the_reason_and_holds_nobody_up(
    desk: Desk, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    sink.greet = lambda to: "550 no such user anna" if to.startswith("anna") else OK
    [key, *_] = desk.put(Life(NUMBER))
    with caplog.at_level(logging.INFO):
        assert await desk.deliver() is None
    assert desk.states() == {"failed": 1, "delivered": 1}
    entry = desk.entry(key)
    assert (
        entry.last_error
        == "the mail server refuses the address: 550 no such user anna. Correct the address, or the server's rules."
    )
    given_up = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.__dict__["ticket"] for record in given_up] == [NUMBER]
    assert "anna" not in " ".join(str(record.__dict__) for record in given_up)


async def test_refused_contents_are_given_up_too(desk: Desk, sink: Sink) -> None:
    sink.answer = lambda to, mail: "554 looks like spam" if to.startswith("anna") else OK
    [key, *_] = desk.put(Life(NUMBER))
    assert await desk.deliver() is None
    assert "554 looks like spam" in str(desk.entry(key).last_error)


async def test_while_the_mail_server_is_away_messages_wait_and_keep_their_attempts(desk: Desk, sink: Sink) -> None:
    await sink.stop()
    for number in range(20):
        desk.put(Life(f"T{number}"))
    assert await desk.deliver() == MONDAY + FIRST_RETRY
    assert desk.states() == {"pending": 40}
    tried = sum(desk.entry(f"T{number}:1:opened:{_cause(desk, number)}").attempts for number in range(20))
    assert 1 <= tried <= 4
    await sink.start()
    assert await desk.deliver(FIRST_RETRY) is None
    assert desk.states() == {"delivered": 40}


async def test_a_server_that_hangs_up_after_every_mail_gets_them_all(desk: Desk, sink: Sink) -> None:
    sink.hang_up = True
    life = Life(NUMBER)
    for text in ("one", "two", "three"):
        life.do(BOB, cmd.Comment(text=text))
    desk.put(life)
    assert await desk.deliver() is None
    assert [mail["Subject"].split("] ")[1].split(" –")[0] for to, mail in sink.taken if to.startswith("anna")] == [
        "Ticket enregistré", "Nouveau commentaire", "Nouveau commentaire", "Nouveau commentaire",
    ]  # fmt: skip


async def test_a_message_that_waits_holds_the_later_ones_of_its_ticket_and_recipient_only(
    desk: Desk, sink: Sink
) -> None:
    sink.answer = lambda to, mail: "451 later" if to.startswith("anna") and "T1." in mail["Message-ID"] else OK
    life = Life("T1")
    life.do(BOB, cmd.Comment(text="two"))
    desk.put(life)
    desk.put(Life("T2"))
    assert await desk.deliver() == MONDAY + FIRST_RETRY
    assert desk.states() == {"pending": 2, "delivered": 3}
    sink.answer = lambda to, mail: OK
    sink.taken.clear()
    assert await desk.deliver(FIRST_RETRY) is None
    assert ["Ticket enregistré" in mail["Subject"] for mail in sink.mails] == [True, False]


async def test_a_recipient_nobody_knows_is_told_of_with_what_to_do(desk: Desk, sink: Sink) -> None:
    life = Life(NUMBER, contact="carl")
    life.do(ANNA, cmd.AskManager(reason="Lorries wait."))
    keys = desk.put(life)
    assert await desk.deliver() is None
    assert desk.entry(keys[0]).last_error == (
        'contact "carl" is unknown or has no e-mail address: add one, then send the message again'
    )
    assert [to for to, _ in sink.taken if to.startswith("manager")] == ["manager@support.example"]


async def test_an_address_that_is_none_is_given_up_and_not_shown(desk: Desk, database: Database) -> None:
    directory.save(
        database, ANNA_AT_ACME.model_copy(update={"email": "anna@acme.example>\r\nRCPT TO:<all@acme.example"})
    )
    [key, *_] = desk.put(Life(NUMBER))
    assert await desk.deliver() is None
    assert desk.states() == {"failed": 1, "delivered": 1}
    assert "is no e-mail address" in str(desk.entry(key).last_error)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the test's own server, in this process
async def test_a_wrong_password_costs_no_message_its_chance(desk_with: Callable[..., Desk], sink: Sink) -> None:
    sink.asks_login = True
    account = {"smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_username": "escalade"}
    wrong = desk_with(**account, smtp_password="guess")
    wrong.put(Life(NUMBER))
    assert await wrong.deliver() == MONDAY + FIRST_RETRY
    assert wrong.states() == {"pending": 2}
    right = desk_with(**account, smtp_password="spooler")
    assert await right.deliver(FIRST_RETRY) is None
    assert right.states() == {"delivered": 2}


async def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for(
    desk_with: Callable[..., Desk], sink: Sink
) -> None:
    desk = desk_with(smtp_host="127.0.0.1", smtp_port=sink.port, smtp_starttls=True)
    desk.put(Life(NUMBER))
    assert await desk.deliver() == MONDAY + FIRST_RETRY
    assert sink.taken == []


class TornTexts(Texts):
    """Texts with a fault of their own for one ticket."""

    def render(self, message: Message) -> Rendered:
        if message.ticket == "T1":
            raise RuntimeError("torn")
        return super().render(message)


async def test_a_fault_of_ours_with_one_message_stops_no_other(desk: Desk) -> None:
    desk.texts = TornTexts()
    [key, *_] = desk.put(Life("T1"))
    desk.put(Life("T2"))
    assert await desk.deliver() == MONDAY + FIRST_RETRY
    assert desk.states() == {"pending": 2, "delivered": 2}
    assert desk.entry(key).last_error == "RuntimeError: torn"


async def test_a_database_that_is_away_is_the_one_thing_that_is_raised(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(OperationalError):
        await Deliverer(database=empty, texts=Texts(), mailer=LogMail(), now=lambda: MONDAY).deliver()
    empty.close()


def _cause(desk: Desk, number: int) -> str:
    return next(
        one.message.key.rpartition(":")[2]
        for one in outbox.of_ticket(desk.database, f"T{number}")
        if one.message.template == "opened"
    )
