"""What is left in the database of a person, or of a ticket whose time is over: the promise record, and no word."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from domain.commands import Actor, Comment, Note
from domain.evolve import rebuild
from domain.words import Role
from store import attachments, audit, contacts, directory, erasing, keys, recording, sessions, tables, tickets
from store.database import Database
from store.ticket_filter import TicketFilter
from tests.factories import ANNA, BOB, DAY, MONDAY, Life, a_whole_life, terms

WORDS = ("Zoé Müller", "zoe@acme.example", "Spooler", "Since seven", "Nobody else")
ZOE = Actor(role=Role.client, id="zoe")
LATER = MONDAY + 400 * DAY


def everything(db: Database) -> str:
    """Every cell of every table, as one text."""
    with db.read() as connection:
        rows = [row for table in tables.metadata.sorted_tables for row in connection.execute(select(table)).mappings()]
    cells = (value for row in rows for value in row.values())
    # Sorted: a row that was changed stands elsewhere in PostgreSQL's answer.
    return "\n".join(sorted(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in cells))


def filled(db: Database) -> None:
    """Zoé of ACME, a whole life of a ticket of hers with a file, one of Anna's on which she spoke, her traces."""
    directory.save(
        db,
        directory.Organisation(id="acme", name="ACME", language="en"),
        directory.Contact(id="zoe", organisation="acme", name="Zoé Müller", role="key_user", language="en",
                          email="zoe@acme.example"),
        directory.Contact(id="anna", organisation="acme", name="Anna", role="key_user", language="en"),
    )  # fmt: skip
    content = b"Zoe's list: Nobody else knows"
    file = attachments.Stored(
        id="F1", organisation="acme", name="Zoé Müller.txt", media_type="text/plain", size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), uploader="client/zoe", uploaded_at=MONDAY, drop_at=MONDAY + DAY,
    )  # fmt: skip
    ref = attachments.add(db, file, content).ref
    hers = a_whole_life("T1", contact="zoe", organisation="acme", subject="For Zoé Müller", attachments=(ref,),
                        description="Write to zoe@acme.example")  # fmt: skip
    others = Life("T2", contact="anna", organisation="acme", subject="The gates")
    recorded = [*hers, others.take()]
    recorded += [others.do(ANNA, Comment(text="They stay shut")).take()]
    recorded += [others.do(ZOE, Comment(text="Nobody else knows")).take()]
    recorded += [others.do(BOB, Note(text="Looked at")).take()]
    for one in recorded:
        recording.record(db, one, MONDAY)
    sessions.begin(db, subject="zoe", role=Role.client, organisation="acme", name="Zoé Müller", language="en",
                   way="link", now=MONDAY)  # fmt: skip
    keys.create(db, role=Role.client, subject="zoe", organisation="acme", now=MONDAY)
    contacts.change(db, "zoe", {"telephone": "+33140506070"}, ANNA, MONDAY)
    audit.add(db, [audit.Entry(id="x", at=MONDAY, last_at=MONDAY, operation="sign_in", outcome="done", role=Role.client,
                               subject="zoe", organisation="acme", about="zoe@acme.example")])  # fmt: skip
    with db.begin() as connection:
        connection.execute(insert(tables.mails).values(
            id="M1", message_id="<1@acme.example>", sender="zoe@acme.example", return_path="zoe@acme.example",
            recipients="support@desk.example", subject="For Zoé Müller", received_at=MONDAY, size=10, outcome="joined",
            ticket="T1", detail="", original=b"Zoe wrote Nobody else",
        ))  # fmt: skip


def erase(db: Database) -> erasing.Counts:
    found, counts = erasing.tickets_of(db, "acme", "zoe"), erasing.Counts()
    for ticket in found.own:
        counts += erasing.erase_ticket(db, ticket, LATER)
    for ticket in found.others:
        counts += erasing.erase_ticket(db, ticket, LATER, only_by="zoe")
    erasing.erase_contact(db, "acme", "zoe", LATER)
    attachments.sweep(db, LATER)
    return counts


def test_no_word_of_a_person_is_left_and_the_promises_are_as_they_were(db: Database) -> None:
    filled(db)
    before = rebuild(tickets.history(db, "T1"))
    counts = erase(db)
    left = everything(db)
    assert not [word for word in WORDS if word in left]
    assert "+33140506070" not in left
    after = rebuild(tickets.history(db, "T1"))
    assert after.clocks == before.clocks
    assert (after.status, after.closed_at, after.sequence) == (before.status, before.closed_at, before.sequence)
    assert counts.files == 1
    assert counts.mails == 1
    assert counts.tickets == 2


def test_what_others_said_on_others_tickets_stays_and_is_found(db: Database) -> None:
    filled(db)
    erase(db)
    said = [getattr(event.fact, "text", None) for event in tickets.history(db, "T2")]
    assert "They stay shut" in said
    assert "Looked at" in said

    def found(words: str) -> list[str]:
        return [ticket.id for ticket in tickets.find(db, TicketFilter(search=words)).tickets]

    assert found("shut") == ["T2"]
    assert found("nobody else") == []
    assert found("muller") == []


def test_a_dry_run_counts_and_changes_nothing(db: Database) -> None:
    filled(db)
    before = everything(db)
    counts = erasing.erase_ticket(db, "T1", LATER, dry=True)
    assert counts.events > 5
    assert counts.messages > 5
    assert everything(db) == before


def test_interrupted_and_begun_again_it_ends_the_same(db: Database) -> None:
    filled(db)
    erasing.erase_ticket(db, "T1", LATER)  # and the process dies
    erase(db)
    left = everything(db)
    assert not [word for word in WORDS if word in left]
    again = erase(db)
    assert (again.events, again.messages, again.files, again.mails) == (0, 0, 0, 0)
    assert everything(db) == left


def test_texts_of_archived_tickets_go_when_their_agreement_says_so_and_not_before(db: Database) -> None:
    kept = terms().model_copy(update={"texts_days": 30})
    short, forever = Life("T1", terms=kept), a_whole_life("T2", subject="Kept for good")
    for one in (*a_whole_life("T1", terms=kept, subject="Thirty days"), *forever):
        recording.record(db, one, MONDAY)
    assert short.ticket.terms.texts_days == 30
    closed = rebuild(tickets.history(db, "T1")).closed_at
    assert closed is not None
    assert erasing.sweep(db, closed + timedelta(days=29)) == 0
    assert "Thirty days" in everything(db)
    assert erasing.overdue(db, closed + timedelta(days=31)) == 1
    before = rebuild(tickets.history(db, "T1"))
    assert erasing.sweep(db, closed + timedelta(days=31)) == 1
    left = everything(db)
    assert "Thirty days" not in left
    assert "Kept for good" in left
    assert rebuild(tickets.history(db, "T1")).clocks == before.clocks
    assert erasing.sweep(db, closed + timedelta(days=99)) == 0


def test_many_tickets_whose_time_is_over_go_in_small_steps(db: Database) -> None:
    kept = terms().model_copy(update={"texts_days": 30})
    for number in range(erasing.AT_ONCE + 3):
        for one in a_whole_life(f"T{number}", terms=kept):
            recording.record(db, one, MONDAY)
    assert erasing.sweep(db, MONDAY + 400 * DAY) == erasing.AT_ONCE + 3
    assert erasing.overdue(db, MONDAY + 400 * DAY) == 0


def test_a_ticket_whose_record_cannot_be_read_holds_up_no_other_and_stays_overdue(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    filled(db)
    with db.begin() as connection:
        connection.execute(update(tables.tickets).values(texts_until=MONDAY))
        broken = (tables.events.c.ticket == "T1", tables.events.c.sequence == 1)
        connection.execute(update(tables.events).where(*broken).values(body='{"fact": {"type": "from_tomorrow"}}'))
    assert erasing.sweep(db, LATER) == 1
    assert erasing.overdue(db, LATER) == 1
    assert "T1 could not be erased" in caplog.text
    assert "They stay shut" not in str(tickets.history(db, "T2"))
