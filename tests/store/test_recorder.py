"""The activity around `record`: delivery is woken whenever it may be needed, operations see each step once."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from sqlalchemy.exc import SQLAlchemyError
from temporalio.testing import ActivityEnvironment

from activities.recording import Recorder
from domain import commands as cmd
from domain.record import Recording
from store import tickets
from store.database import Database
from tests.factories import BOB, MONDAY, Life, a_whole_life


class Watched:
    """A recorder that remembers what it told others."""

    def __init__(self, db: Database) -> None:
        self.wakes = 0
        self.seen: list[int] = []
        self.engine_away = False
        self.recorder = Recorder(database=db, wake=self.wake, on_recorded=self.see, now=lambda: MONDAY)

    async def wake(self) -> None:
        if self.engine_away:
            raise ConnectionError("the engine is away")
        self.wakes += 1

    def see(self, recording: Recording) -> None:
        self.seen.append(recording.first)

    async def record(self, recording: Recording) -> None:
        await ActivityEnvironment().run(self.recorder.record, recording)


async def test_a_step_with_messages_wakes_delivery_and_one_without_does_not(db: Database) -> None:
    watched, life = Watched(db), Life()
    await watched.record(life.take())
    assert watched.wakes == 1
    await watched.record(life.do(BOB, cmd.Note(text="internal")).take())
    assert watched.wakes == 1
    assert len(watched.seen) == 2


async def test_a_wake_that_failed_is_made_up_for_and_the_step_is_counted_once(db: Database) -> None:
    watched, recording = Watched(db), Life().take()
    watched.engine_away = True
    with pytest.raises(ConnectionError):
        await watched.record(recording)
    watched.engine_away = False
    await watched.record(recording)
    assert watched.wakes == 1
    assert watched.seen == [1]


@pytest.mark.parametrize(("local", "beats"), [(False, 1), (True, 0)])
async def test_a_recording_that_waits_for_the_database_shows_that_its_worker_lives(
    db: Database, local: bool, beats: int
) -> None:
    watched, felt, environment = Watched(db), list[object](), ActivityEnvironment()
    environment.on_heartbeat = lambda *details: felt.append(details)
    environment.info = dataclasses.replace(environment.info, is_local=local)
    await environment.run(watched.recorder.record, Life().take())
    assert len(felt) >= beats
    assert bool(felt) is bool(beats)


async def test_a_database_that_is_away_makes_the_attempt_fail(empty_url: str) -> None:
    db = Database(empty_url)
    watched = Watched(db)
    with pytest.raises(SQLAlchemyError):
        await watched.record(Life().take())
    assert watched.seen == []
    assert watched.wakes == 0
    db.close()


async def test_many_tickets_at_once_are_all_recorded(db: Database) -> None:
    watched = Watched(db)
    lives = [a_whole_life(f"T{number}")[:4] for number in range(10)]

    async def one(recordings: list[Recording]) -> None:
        for recording in recordings:
            await watched.record(recording)

    await asyncio.gather(*(one(recordings) for recordings in lives))
    watched.recorder.close()
    assert len(watched.seen) == 40
    assert {tickets.exists(db, f"T{number}") for number in range(10)} == {True}
