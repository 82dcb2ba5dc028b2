"""The rules run over the same commands find whatever the record has too much, too little or otherwise."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bench.chaos.rules import follow
from domain import commands as cmd
from domain.commands import Actor, Command, Step
from domain.elapse import next_due
from domain.events import Event
from tests.factories import ANNA, BOB, HOUR, MINUTE, Life

STEPS: tuple[tuple[Actor, Step], ...] = (
    (BOB, cmd.Acknowledge(means="call", text="On it.")),
    (BOB, cmd.Note(text="Printer spooler?")),
    (BOB, cmd.StatusUpdate(text="Nearly there.")),
    (BOB, cmd.Ask(question="Since when?")),
    (ANNA, cmd.Answer(text="Since seven.")),
    (BOB, cmd.Resolve(kind="fix", text="Spooler restarted.")),
    (ANNA, cmd.Refuse(reason="Still nothing.")),
)


def lived(after: timedelta = 20 * MINUTE) -> tuple[Life, dict[str, Command]]:
    """A ticket with a command every so often, and the commands by id."""
    life, sent = Life(), {}
    for number, (by, step) in enumerate(STEPS):
        command = Command(id=f"c{number}", by=by, step=step)
        sent[command.id] = command
        life.do(by, step, after, cause=command.id)
    return life.wait(3 * HOUR), sent


@pytest.mark.parametrize("minutes", [1, 20, 200])
def test_a_record_that_the_rules_made_is_as_they_make_it(minutes: int) -> None:
    life, sent = lived(minutes * MINUTE)
    told = follow(life.events, sent)
    assert told.difference == ""
    assert told.state == life.ticket
    assert told.messages == life.take().messages
    assert told.applied == {"open-T1": 1, **dict.fromkeys(sent, 1)}


def test_what_time_brought_is_told_with_how_late_it_was() -> None:
    life = Life()
    due = next_due(life.ticket)
    assert due is not None
    life.now = due + timedelta(seconds=90)
    life.do(BOB, cmd.Note(text="Late."), timedelta(), cause="c0")
    told = follow(life.events, {"c0": Command(id="c0", by=BOB, step=cmd.Note(text="Late."))})
    assert told.difference == ""
    assert all(late == 0 for _, late in told.lateness)  # a life notices everything when it is due


def test_a_command_that_was_applied_twice_is_counted_twice() -> None:
    life = Life()
    note = Command(id="c0", by=BOB, step=cmd.Note(text="Once."))
    life.do(BOB, note.step, cause="c0").do(BOB, note.step, cause="c0")
    assert follow(life.events, {"c0": note}).applied["c0"] == 2


def test_a_command_of_nobody_is_found() -> None:
    life, sent = lived()
    del sent["c3"]
    assert "c3, which nobody sent" in follow(life.events, sent).difference


def test_a_command_that_the_rules_refuse_is_found() -> None:
    life, sent = lived()
    sent["c3"] = sent["c3"].model_copy(update={"step": cmd.Reopen(reason="It is not closed.")})
    assert "the rules refuse reopen" in follow(life.events, sent).difference


@pytest.mark.parametrize("seed", range(20))
def test_an_event_that_is_missing_or_moved_is_found(seed: int) -> None:
    life, sent = lived()
    chance = random.Random(seed)
    place = chance.randrange(1, len(life.events))
    events = list(life.events)
    if chance.random() < 0.5:
        del events[place]
        events = [
            event.model_copy(update={"sequence": number}) if number > place else event
            for number, event in enumerate(events, start=1)
        ]
        if place == len(life.events) - 1 and events[-1].at != life.events[-1].at:
            return  # the last thing that time brought: a shorter life, and as right
    else:
        events[place] = _later(events[place])
    told = follow(events, sent)
    # A command of which nothing is left is no matter of the rules: whoever was told that it is done misses it.
    assert told.difference != "" or any(told.applied[one] != 1 for one in sent)


def _later(event: Event) -> Event:
    return event.model_copy(update={"at": event.at + timedelta(seconds=1)})
