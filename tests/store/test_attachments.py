"""Files in the database: content once per organisation, claimed by the recording, dropped when nobody needs it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from domain import commands as cmd
from domain.attachments import AttachmentRef
from store import attachment_uses, attachments
from store.attachments import HELD, WAITS, Stored
from store.database import Database
from store.recording import record
from store.tables import attachment_contents
from tests.factories import ANNA, MONDAY, Life

NOW = MONDAY


def stored(id: str, content: bytes = b"text", organisation: str = "acme", **changes: Any) -> Stored:
    fields: dict[str, Any] = {
        "id": id, "organisation": organisation, "name": f"{id}.txt", "media_type": "text/plain", "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), "uploader": "client:acme:anna", "uploaded_at": NOW,
        "drop_at": NOW + WAITS,
    }  # fmt: skip
    return Stored(**{**fields, **changes})


def put(db: Database, id: str, content: bytes = b"text", organisation: str = "acme", **changes: Any) -> AttachmentRef:
    return attachments.add(db, stored(id, content, organisation, **changes), content).ref


def contents(db: Database) -> int:
    with db.read() as connection:
        return int(connection.execute(select(func.count()).select_from(attachment_contents)).scalar_one())


def test_the_same_content_is_kept_once_per_organisation(db: Database) -> None:
    for id, organisation in (("A1", "acme"), ("A2", "acme"), ("A3", "beta")):
        put(db, id, b"same", organisation)
    assert contents(db) == 2
    third = attachments.get(db, "A3")
    assert third is not None
    assert attachments.content(db, third) == b"same"


def test_content_goes_with_the_last_file_that_needs_it(db: Database) -> None:
    put(db, "A1", b"same")
    put(db, "A2", b"same", drop_at=NOW + 2 * WAITS)
    assert attachments.sweep(db, NOW + WAITS) == 1
    assert contents(db) == 1
    assert attachments.sweep(db, NOW + 2 * WAITS) == 1
    assert contents(db) == 0


def test_a_recording_claims_what_its_events_carry(db: Database) -> None:
    ref = put(db, "A1")
    life = Life(attachments=(ref,))
    record(db, life.take(), NOW)
    assert attachments.sweep(db, NOW + timedelta(days=900)) == 0
    (used,), following = attachment_uses.of_ticket(db, "T1", internal=False)
    assert (used.id, used.sequence, used.role, used.internal, following) == ("A1", 1, "client", False, None)
    assert attachment_uses.bytes_of(db, "T1") == 4


def test_the_same_recording_again_claims_once(db: Database) -> None:
    life = Life(attachments=(put(db, "A1"),))
    recording = life.take()
    for _ in range(2):
        record(db, recording, NOW)
    assert len(attachment_uses.of_ticket(db, "T1", internal=True)[0]) == 1


def test_a_step_that_never_became_durable_gives_its_file_back(db: Database) -> None:
    life = Life()
    record(db, life.take(), NOW)
    ref = put(db, "A1")
    record(db, life.do(ANNA, cmd.Comment(text="Look.", attachments=(ref,))).take(), NOW)
    truth = Life()
    truth.take()
    record(db, truth.do(ANNA, cmd.Comment(text="Something else.")).take(fence=life.fence + 1_000), NOW)
    assert attachment_uses.of_ticket(db, "T1", internal=True) == ([], None)
    waiting = attachments.get(db, "A1")
    assert waiting is not None
    assert waiting.drop_at == NOW + HELD


def test_a_file_that_was_dropped_all_the_same_holds_no_ticket_up(db: Database) -> None:
    life = Life(attachments=(stored("GONE").ref,))
    assert record(db, life.take(), NOW).new
    assert attachment_uses.of_ticket(db, "T1", internal=True) == ([], None)


def test_what_nobody_owned_becomes_an_organisations(db: Database) -> None:
    put(db, "A1", b"one", "", message="M1", drop_at=None)
    put(db, "A2", b"two", "", message="M1", drop_at=None)
    put(db, "A3", b"two", "acme")
    attachments.give(db, ["A1", "A2"], "acme")
    attachments.give(db, ["A1", "A2"], "beta")  # no longer nobody's
    found = attachments.of_messages(db, ["M1"])["M1"]
    assert [(one.id, one.organisation) for one in found] == [("A1", "acme"), ("A2", "acme")]
    assert [attachments.content(db, one) for one in found] == [b"one", b"two"]
    attachments.sweep(db, NOW)
    assert contents(db) == 2


def test_bytes_that_wait_are_counted_by_uploader(db: Database) -> None:
    put(db, "A1", b"12345")
    put(db, "A2", b"123", uploader="client:acme:adam")
    record(db, Life(attachments=(put(db, "A3", b"1234567"),)).take(), NOW)
    assert attachments.waiting(db, "client:acme:anna") == 5
