"""What a recording leaves in the database, and what a repeated, late or phantom one does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain import commands as cmd
from domain.evolve import rebuild
from domain.record import Recording, Unrecorded, summarise
from domain.words import Verdict
from store import outbox, tables, tickets
from store.database import Database
from store.outbox import State
from store.recording import record
from store.routing import route
from tests.factories import ANNA, BOB, CLARA, DAY, HOUR, MINUTE, MONDAY, Life, a_whole_life, opening

LATER = MONDAY + timedelta(seconds=3)


def everything(db: Database) -> dict[str, list[Any]]:
    """Every row that recordings write."""
    with db.read() as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key)))
            for table in (tables.tickets, tables.events, tables.clocks, tables.outbox)
        }


def keys(db: Database, state: State) -> set[str]:
    return {entry.message.key for entry in outbox.of_ticket(db, "T1") if entry.state is state}


def test_a_whole_life_is_read_back_as_it_was(db: Database) -> None:
    recordings = a_whole_life()
    for recording in recordings:
        assert record(db, recording, MONDAY).new
    events = [event for recording in recordings for event in recording.events]
    assert tickets.history(db, "T1") == events
    state = rebuild(tickets.history(db, "T1"))
    row = tickets.get(db, "T1")
    assert row is not None
    assert {name: getattr(row, name) for name in type(recordings[0].summary).model_fields} == dict(summarise(state))
    assert row.updated_at == events[-1].at
    assert [entry.message for entry in outbox.of_ticket(db, "T1")] == sorted(
        (message for recording in recordings for message in recording.messages),
        key=lambda message: (message.sequence, message.key),
    )


def test_every_clock_stands_as_its_last_step_left_it(db: Database) -> None:
    recordings = a_whole_life()
    for recording in recordings:
        record(db, recording, MONDAY)
    walk = Unrecorded()
    state = walk.follow(None, [event for recording in recordings for event in recording.events])
    expected = sorted(walk.take(state, 1).clocks, key=lambda clock: clock.number)
    assert tickets.clocks(db, "T1") == expected
    assert all(clock.verdict is not None for clock in expected)


def test_the_same_recording_again_changes_nothing(db: Database) -> None:
    first = Life().take(1_000_003)
    assert record(db, first, MONDAY)
    before = everything(db)
    second = record(db, first, LATER)
    assert not second
    assert not second.new
    assert everything(db) == before


def test_the_same_events_replayed_by_another_worker_only_raise_the_fence(db: Database) -> None:
    life = Life()
    recording = life.take(1_000_003)
    record(db, recording, MONDAY)
    before = everything(db)
    assert not record(db, recording.model_copy(update={"fence": 1_000_009}), LATER).new
    after = everything(db)
    assert {**after, "tickets": None} == {**before, "tickets": None}
    row = tickets.get(db, "T1")
    assert row is not None
    assert row.fence == 1_000_009


def test_a_worker_that_lost_its_turn_writes_nothing(db: Database) -> None:
    life = Life()
    record(db, life.take(1_000_003), MONDAY)
    lost = Life().do(ANNA, cmd.Comment(text="from the worker that was thought dead"))
    record(db, life.do(BOB, cmd.Note(text="true")).take(1_000_020), MONDAY)
    before = everything(db)
    assert not record(db, lost.take(1_000_008), LATER).new
    assert everything(db) == before


def phantom_then_truth(db: Database) -> tuple[Recording, Recording]:
    """A comment by the client that was recorded but never became durable, and the note that took its number."""
    life, other = Life(), Life()
    record(db, life.take(1_000_003), MONDAY)
    other.take(1_000_003)
    phantom = other.do(ANNA, cmd.Comment(text="never durable"), cause="lost").take(1_000_008)
    truth = life.do(BOB, cmd.Acknowledge(means="call", text="On it."), cause="true").take(1_000_011)
    assert phantom.first == truth.first
    return phantom, truth


def test_a_phantom_gives_way_with_its_undelivered_messages(db: Database) -> None:
    phantom, truth = phantom_then_truth(db)
    record(db, phantom, MONDAY)
    assert record(db, truth, MONDAY)
    assert tickets.history(db, "T1")[-len(truth.events) :] == list(truth.events)
    assert keys(db, State.withdrawn) == {message.key for message in phantom.messages}
    route(db, LATER)
    due = {waiting.message.key for waiting in outbox.due(db, LATER)}
    assert due >= {message.key for message in truth.messages}
    assert not due & {message.key for message in phantom.messages}
    row = tickets.get(db, "T1")
    assert row is not None
    assert row.version == truth.events[-1].sequence
    assert row.status == "open"


def test_what_a_phantom_had_delivered_stays_as_proof(db: Database) -> None:
    phantom, truth = phantom_then_truth(db)
    record(db, phantom, MONDAY)
    sent = phantom.messages[0].key
    outbox.delivered(db, {sent: MONDAY}, "email")
    record(db, truth, MONDAY)
    assert keys(db, State.delivered) == {sent}


def test_a_longer_phantom_leaves_no_tail(db: Database) -> None:
    life, other = Life(), Life()
    record(db, life.take(1_000_003), MONDAY)
    other.take()
    escalated = other.do(BOB, cmd.Escalate(level="consulting", group="logistics", reason="never durable"), cause="lost")
    record(db, escalated.take(1_000_008), MONDAY)
    truth = life.do(BOB, cmd.Note(text="true")).take(1_000_011)
    record(db, truth, MONDAY)
    assert rebuild(tickets.history(db, "T1")) == life.ticket
    assert tickets.clocks(db, "T1") == sorted(life.ticket.clocks, key=lambda clock: clock.number)


def test_a_clock_that_only_the_phantom_ended_runs_again(db: Database) -> None:
    life, other = Life(), Life()
    record(db, life.take(1_000_003), MONDAY)
    other.take()
    ended = other.do(BOB, cmd.Acknowledge(means="call", text="never durable"), cause="lost").take(1_000_008)
    record(db, ended, MONDAY)
    assert tickets.clocks(db, "T1")[0].verdict is Verdict.met
    record(db, life.do(BOB, cmd.Note(text="true")).take(1_000_011), MONDAY)
    assert tickets.clocks(db, "T1") == list(life.ticket.clocks)
    assert all(clock.live for clock in tickets.clocks(db, "T1"))


def test_a_phantom_opening_gives_way_to_the_true_one(db: Database) -> None:
    record(db, Life(at=MONDAY).take(1_000_003), MONDAY)
    true = Life(at=LATER)
    record(db, true.take(1_000_006), LATER)
    assert rebuild(tickets.history(db, "T1")) == true.ticket
    row = tickets.get(db, "T1")
    assert row is not None
    assert row.opened_at == LATER


def test_a_message_withdrawn_with_its_phantom_is_wanted_again_when_the_step_happens_after_all(db: Database) -> None:
    life, other, again = Life(), Life(), Life()
    record(db, life.take(1_000_003), MONDAY)
    other.take()
    again.take()
    step = cmd.Comment(text="Any news?")
    lost = other.do(ANNA, step, cause="asked").take(1_000_008)
    record(db, lost, MONDAY)
    record(db, life.do(BOB, cmd.Note(text="also never durable"), cause="noted").take(1_000_011), MONDAY)
    assert keys(db, State.withdrawn) == {message.key for message in lost.messages}
    happened = again.do(ANNA, step, after=2 * MINUTE, cause="asked").take(1_000_014)
    record(db, happened, MONDAY)
    assert [message.key for message in happened.messages] == [message.key for message in lost.messages]
    assert keys(db, State.withdrawn) == set()
    assert keys(db, State.pending) >= {message.key for message in happened.messages}


def test_an_attempt_given_up_as_too_slow_takes_nothing_back_when_it_ends_after_all(db: Database) -> None:
    life = Life()
    slow = life.take(1_000_003)
    record(db, slow, MONDAY)
    record(db, life.do(BOB, cmd.Note(text="recorded since, in the same task")).take(1_000_003), MONDAY)
    before = everything(db)
    assert not record(db, slow, LATER).new
    assert everything(db) == before


def test_a_hole_in_the_events_is_recorded_past_and_named_when_the_state_is_wanted(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life()
    record(db, life.take(), MONDAY)
    life.do(BOB, cmd.Note(text="lost with the disk")).take()
    assert record(db, life.do(BOB, cmd.Note(text="recorded")).take(), MONDAY).new
    assert "not in the database" in caplog.text
    with pytest.raises(tickets.Gap, match="are missing"):
        tickets.history(db, "T1")


def test_a_failing_transaction_leaves_nothing_behind(db: Database) -> None:
    life = Life()
    record(db, life.take(), MONDAY)
    before = everything(db)
    good = life.do(BOB, cmd.Acknowledge(means="call", text="On it.")).take()
    broken = good.model_copy(update={"events": (*good.events, good.events[0])})
    with pytest.raises(Exception, match=r"(?i)unique"):
        record(db, broken, MONDAY)
    assert everything(db) == before
    assert record(db, good, MONDAY)


def test_a_clock_keeps_the_level_it_began_at_and_the_severity_it_ended_under(db: Database) -> None:
    life = Life()
    life.do(BOB, cmd.Acknowledge(means="call", text="On it."))
    life.do(BOB, cmd.Escalate(level="consulting", group="logistics", reason="Layout"))
    life.do(CLARA, cmd.Escalate(level="support", reason="Right"))
    life.do(BOB, cmd.Triage(severity="low", reason="One of five"))
    record(db, life.take(), MONDAY)
    with db.read() as connection:
        rows = connection.execute(select(tables.clocks).order_by(tables.clocks.c.number)).all()
    told = {(row.id, row.verdict is None): (row.level, row.severity) for row in rows}
    assert told[("response", False)] == ("support", "critical")
    assert told[("internal-consulting", False)] == ("consulting", "critical")
    assert told[("resolution", True)] == ("support", "low")


def test_machines_with_clocks_apart_keep_the_order_of_messages(db: Database) -> None:
    life = Life()
    record(db, life.take(), MONDAY + HOUR)
    record(db, life.do(BOB, cmd.Acknowledge(means="call", text="On it.")).take(), MONDAY)
    route(db, MONDAY)
    due = [waiting.message.sequence for waiting in outbox.due(db, MONDAY + DAY)]
    assert due == sorted(due)


def test_texts_of_every_script_come_back_unchanged(db: Database) -> None:
    text = 'Étiquettes — 標籤 🏷️ "quoted" \\ back\nslash'
    life = Life(subject="Étiquettes 標籤 100%", description=text)
    record(db, life.take(), MONDAY)
    assert rebuild(tickets.history(db, "T1")) == life.ticket
    row = tickets.get(db, "T1")
    assert row is not None
    assert row.subject == "Étiquettes 標籤 100%"


def test_a_character_that_postgresql_refuses_holds_no_ticket_up(db: Database) -> None:
    life = Life(subject="Label\0printer")
    record(db, life.take(), MONDAY)
    record(db, life.do(BOB, cmd.Ask(question="Since\0when?")).take(), MONDAY)
    assert rebuild(tickets.history(db, "T1")) == life.ticket
    row = tickets.get(db, "T1")
    assert row is not None
    assert (row.subject, row.question) == ("Label\ufffdprinter", "Since\ufffdwhen?")


def test_a_recording_says_what_it_was_opened_with(db: Database) -> None:
    record(db, Life().take(), MONDAY)
    fact = tickets.events(db, "T1", limit=1)[0].fact
    assert getattr(fact, "opening", None) == opening()
