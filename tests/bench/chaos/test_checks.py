"""The look from outside finds what was lost, done twice or half refused, and mails that are not what they seem."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.access.auth import Principal
from api.http.idempotency import command_id
from bench.chaos import checks, mails
from bench.chaos.faults import Done
from bench.chaos.findings import Findings
from bench.chaos.holdings import OPEN, Answer, Held
from bench.chaos.mailbox import Arrived
from bench.chaos.plan import Fault
from bench.chaos.rules import Told
from bench.chaos.stack import DOMAIN
from bench.chaos.world import Caller
from domain import commands as cmd
from domain.commands import Command
from domain.mail_ids import mail_id
from domain.record import Unrecorded
from domain.words import Role
from store import outbox
from store.database import Database
from store.recording import record
from tests.factories import ANNA, BOB, MINUTE, MONDAY, Life

CLIENT = Caller(Principal(Role.client, "anna", "acme"), "key of anna")
STAFF = Caller(Principal(Role.level1, "bob", None), "key of bob")
NOTE = cmd.Note(text="Command 2.")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("record") / "record.db"
    made = Database(f"sqlite:///{file}")
    made.upgrade()
    made.close()
    return file


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{shutil.copy(migrated, tmp_path)}")
    yield made
    made.close()


def opening() -> Held:
    return Held(1, CLIENT, OPEN, "acme", "/v1/tickets", {}, "T1", [Answer(0.0, 0.1, 201)])


def noted(status: int, life: Life | None = None, **told: Any) -> Held:
    body = {"events": ["note_added"], "at": (life.now if life else MONDAY).isoformat(), **told}
    return Held(2, STAFF, "note", "acme", "/", {}, "T1", [Answer(1.0, 0.1, status, json.dumps(body), body)])


def ticket(*notes: str) -> Life:
    """A ticket of CLIENT's with a note for each of these causes."""
    life = Life("T1", by=ANNA)
    first = opening().id
    life.events[:] = [event.model_copy(update={"cause": first}) for event in life.events]
    for cause in notes:
        life.do(BOB, NOTE, cause=cause)
    return life


def look(database: Database, life: Life, *held: Held) -> tuple[Findings, Told | None]:
    walk = Unrecorded()  # the opening's cause is another one by now
    record(database, walk.take(walk.follow(None, life.events), 1), life.now)
    findings = Findings()
    known = {one.id: Command(id=one.id, by=BOB, step=NOTE) for one in held}
    return findings, checks.check_ticket(database, "T1", [opening(), *held], known, findings)


def broken(findings: Findings) -> list[str]:
    return [one.promise for one in findings.wrong]


NOTED = command_id(STAFF.who.scope, "chaos-2")


def test_a_ticket_as_its_callers_were_told_is_well(database: Database) -> None:
    life = ticket(NOTED)
    findings, told = look(database, life, noted(200, life))
    assert broken(findings) == []
    assert told is not None
    assert findings.counts["acknowledged"] == 2


def test_an_acknowledged_command_that_is_not_in_the_record_is_lost(database: Database) -> None:
    assert broken(look(database, ticket(), noted(200))[0]) == [checks.LOST]


def test_a_command_that_happened_at_another_instant_than_its_caller_was_told_is_found(database: Database) -> None:
    life = ticket(NOTED)
    other = noted(200, at=(life.now + MINUTE).isoformat())
    assert broken(look(database, life, other)[0]) == [checks.LOST]


def test_a_command_that_was_done_twice_is_found(database: Database) -> None:
    life = ticket(NOTED, NOTED)
    assert checks.TWICE in broken(look(database, life, noted(200, life))[0])


def test_a_refusal_that_left_something_is_found(database: Database) -> None:
    assert broken(look(database, ticket(NOTED), noted(409))[0]) == [checks.HALF]


def test_a_command_that_its_caller_gave_up_may_have_been_done_or_not(database: Database) -> None:
    findings, _ = look(database, ticket(NOTED), noted(0))
    assert broken(findings) == []
    assert findings.counts["given up and done"] == 1


def test_a_ticket_that_was_acknowledged_and_is_not_there_is_lost(database: Database) -> None:
    findings = Findings()
    assert checks.check_ticket(database, "T1", [opening()], {}, findings) is None
    assert broken(findings) == [checks.LOST]


def arrived(message: str, after: float, mood: str = "well", subject: str = "A mail") -> Arrived:
    at = MONDAY + timedelta(seconds=after)
    return Arrived(at, mail_id(message, DOMAIN), "anna@acme.example", subject, mood)


def delivered(database: Database) -> tuple[str, dict[str, Told]]:
    """A ticket whose messages have all gone; the key of its first one."""
    _, told = look(database, ticket())
    assert told is not None
    keys = {message.key: MONDAY for message in told.messages}
    outbox.delivered(database, keys, "mail")
    return told.messages[0].key, {"T1": told}


def judged(database: Database, told: dict[str, Told], got: list[Arrived], done: tuple[Done, ...] = ()) -> Findings:
    findings = Findings()
    mails.check(database, got, told, done, MONDAY, findings)
    return findings


def all_of(told: dict[str, Told]) -> list[Arrived]:
    return [arrived(message.key, 1.0) for message in told["T1"].messages]


def test_each_message_that_arrived_once_is_well(database: Database) -> None:
    _, told = delivered(database)
    assert broken(judged(database, told, all_of(told))) == []


def test_a_mail_that_never_arrived_is_missed(database: Database) -> None:
    _, told = delivered(database)
    assert broken(judged(database, told, all_of(told)[1:])) == [mails.MISSING]


def test_a_mail_that_came_again_for_no_reason_is_found(database: Database) -> None:
    key, told = delivered(database)
    assert broken(judged(database, told, [*all_of(told), arrived(key, 5.0)])) == [mails.TWICE]


def test_a_mail_may_come_again_after_a_connection_was_gone_or_a_worker_died(database: Database) -> None:
    key, told = delivered(database)
    rest = [one for one in all_of(told) if one.id != mail_id(key, DOMAIN)]
    again = judged(database, told, [*rest, arrived(key, 1.0, "gone"), arrived(key, 31.0)])
    assert broken(again) == []
    assert again.counts["repeated after the connection was gone"] == 1
    died = (Done(Fault(0.5, "kill", "worker-1", 1.0), 0.5, 1.5),)
    assert broken(judged(database, told, [*rest, arrived(key, 1.0), arrived(key, 9.0)], died)) == []


def test_two_different_mails_under_one_id_are_found(database: Database) -> None:
    key, told = delivered(database)
    rest = [one for one in all_of(told) if one.id != mail_id(key, DOMAIN)]
    got = [*rest, arrived(key, 1.0, "gone"), arrived(key, 31.0, subject="Another one")]
    assert broken(judged(database, told, got)) == [mails.TWICE]


def test_a_mail_that_nothing_called_for_is_found(database: Database) -> None:
    _, told = delivered(database)
    assert broken(judged(database, told, [*all_of(told), arrived("T1:99:said:ffffffff", 2.0)])) == [mails.UNCALLED]


def test_what_broke_first_is_named_first() -> None:
    findings = Findings()
    findings.say("later", "b", datetime(2026, 1, 2, tzinfo=MONDAY.tzinfo))
    findings.say("at no known time", "c")
    findings.say("earlier", "a", datetime(2026, 1, 1, tzinfo=MONDAY.tzinfo))
    assert findings.first is not None
    assert findings.first.promise == "earlier"
