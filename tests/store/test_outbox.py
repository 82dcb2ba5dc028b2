"""Messages waiting for delivery: in order, retried, given up, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import commands as cmd
from store import outbox
from store.database import Database
from store.messages_out import MessageFilter, find, resend
from store.outbox import MOST_ATTEMPTS, Entry, State
from store.recording import record
from store.routing import route
from tests.factories import BOB, DAY, HOUR, MINUTE, MONDAY, Life

SECOND = timedelta(seconds=1)


@pytest.fixture
def three_to_anna(db: Database) -> list[str]:
    """Keys of three messages that Anna is to get in this order, on one ticket; staff gets one too."""
    life = Life()
    record(db, life.take(), MONDAY)
    life.do(BOB, cmd.Acknowledge(means="call", text="On it."))
    life.do(BOB, cmd.StatusUpdate(text="Nearly there."))
    record(db, life.take(), MONDAY + MINUTE)
    route(db, MONDAY)
    return [entry.message.key for entry in outbox.of_ticket(db, "T1") if entry.message.to.kind == "contact"]


def due(db: Database, at: timedelta, limit: int = 100) -> list[str]:
    return [
        waiting.message.key for waiting in outbox.due(db, MONDAY + at, limit) if waiting.message.to.kind == "contact"
    ]


def dead_letters(db: Database) -> list[Entry]:
    return find(db, MessageFilter(state=State.failed))[0]


def state_of(db: Database, key: str) -> outbox.Entry:
    return next(entry for entry in outbox.of_ticket(db, "T1") if entry.message.key == key)


def test_messages_are_due_at_once_in_the_order_of_their_steps(db: Database, three_to_anna: list[str]) -> None:
    assert due(db, MINUTE) == three_to_anna
    assert outbox.next_attempt(db) == MONDAY


def test_nothing_is_due_before_it_was_recorded(db: Database, three_to_anna: list[str]) -> None:
    assert due(db, -SECOND) == []


def test_a_delivered_message_is_done_and_tells_when_and_how(db: Database, three_to_anna: list[str]) -> None:
    outbox.delivered(db, {three_to_anna[0]: MONDAY + MINUTE}, "email")
    outbox.delivered(db, {three_to_anna[0]: MONDAY + HOUR}, "log")
    assert due(db, HOUR) == three_to_anna[1:]
    entry = state_of(db, three_to_anna[0])
    assert (entry.state, entry.delivered_at, entry.channel) == (State.delivered, MONDAY + MINUTE, "email")


def test_a_message_waits_behind_an_earlier_one_that_is_retried_later(db: Database, three_to_anna: list[str]) -> None:
    outbox.failed(db, three_to_anna[0], "451 try later", 1, MONDAY + HOUR, MONDAY)
    assert due(db, 2 * MINUTE) == []
    others = outbox.due(db, MONDAY + 2 * MINUTE)
    assert [waiting.message.template for waiting in others] == ["staff_opened"]
    outbox.delivered(db, {others[0].message.key: MONDAY}, "log")
    assert outbox.next_attempt(db) == MONDAY + HOUR
    assert due(db, HOUR) == three_to_anna
    assert outbox.due(db, MONDAY + HOUR)[0].attempts == 1


def test_a_retried_message_still_comes_before_later_ones(db: Database, three_to_anna: list[str]) -> None:
    outbox.failed(db, three_to_anna[1], "451 try later", 1, MONDAY + HOUR, MONDAY)
    assert due(db, 2 * MINUTE) == three_to_anna[:1]
    assert due(db, HOUR) == three_to_anna


def test_a_message_given_up_lets_the_next_ones_through_and_says_why(db: Database, three_to_anna: list[str]) -> None:
    outbox.failed(db, three_to_anna[0], "550 no such mailbox", 1, None, MONDAY)
    assert due(db, MINUTE) == three_to_anna[1:]
    assert [(entry.message.key, entry.last_error) for entry in dead_letters(db)] == [
        (three_to_anna[0], "550 no such mailbox")
    ]


def test_attempts_are_bounded_whatever_the_caller_wants(db: Database, three_to_anna: list[str]) -> None:
    outbox.failed(db, three_to_anna[0], "451", MOST_ATTEMPTS, MONDAY + HOUR, MONDAY)
    assert state_of(db, three_to_anna[0]).state is State.failed


def test_a_dead_letter_can_be_put_back_in_line(db: Database, three_to_anna: list[str]) -> None:
    outbox.failed(db, three_to_anna[0], "550", 1, None, MONDAY)
    assert resend(db, three_to_anna[0], "max", MONDAY + DAY)
    assert not resend(db, three_to_anna[0], "max", MONDAY + DAY)
    assert dead_letters(db) == []
    assert state_of(db, three_to_anna[0]).state is State.pending


def test_a_failure_told_after_the_delivery_does_not_send_it_again(db: Database, three_to_anna: list[str]) -> None:
    outbox.delivered(db, {three_to_anna[0]: MONDAY}, "email")
    outbox.failed(db, three_to_anna[0], "time-out", 1, MONDAY + HOUR, MONDAY)
    assert state_of(db, three_to_anna[0]).state is State.delivered


def test_counts_name_every_state(db: Database, three_to_anna: list[str]) -> None:
    outbox.delivered(db, {three_to_anna[0]: MONDAY}, "email")
    outbox.failed(db, three_to_anna[1], "550", 1, None, MONDAY)
    assert outbox.counts(db) == {
        State.pending: 2,
        State.delivered: 1,
        State.failed: 1,
        State.withdrawn: 0,
        State.muted: 0,
    }


def test_nothing_waits_when_all_is_delivered(db: Database, three_to_anna: list[str]) -> None:
    for entry in outbox.of_ticket(db, "T1"):
        outbox.delivered(db, {entry.message.key: MONDAY}, "log")
    assert outbox.next_attempt(db) is None
    assert outbox.due(db, MONDAY + DAY) == []
