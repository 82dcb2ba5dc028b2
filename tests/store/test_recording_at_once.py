"""Many writers at once: threads in one process, processes on one database."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from domain import commands as cmd
from domain.evolve import rebuild
from domain.record import Recording
from store import outbox, tickets
from store.database import Database
from store.recording import record
from tests.factories import BOB, MONDAY, Life, a_whole_life

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from store.database import Database
from store.recording import record
from tests.factories import MONDAY, a_whole_life
db = Database(sys.argv[1])
for name in sys.argv[2].split(","):
    for recording in a_whole_life(name):
        assert record(db, recording, MONDAY).new
"""


def url(db: Database) -> str:
    return db.engine.url.render_as_string(hide_password=False)


def test_tickets_recorded_from_many_threads_are_all_there(db: Database) -> None:
    lives = {f"T{number}": a_whole_life(f"T{number}") for number in range(8)}

    def write(recordings: list[Recording]) -> None:
        for recording in recordings:
            assert record(db, recording, MONDAY).new

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, lives.values()))
    for name, recordings in lives.items():
        assert len(tickets.history(db, name)) == recordings[-1].summary.version
        assert len(outbox.of_ticket(db, name)) == sum(len(recording.messages) for recording in recordings)


def test_processes_on_one_database_wait_for_each_other(db: Database) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    names = ["A1,A2", "B1,B2", "C1,C2"]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, url(db), name], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
        )
        for name in names
    ]
    said = [process.communicate(timeout=90)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    for name in ",".join(names).split(","):
        assert rebuild(tickets.history(db, name)).status == "archived"


def test_of_two_workers_that_record_the_same_opening_at_once_one_is_new(db: Database) -> None:
    recordings = [Life(f"T{number}").take(1_000_003) for number in range(20)]
    twice = [recording for recording in recordings for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(lambda recording: record(db, recording, MONDAY), twice))
    assert sum(one.new for one in written) == len(recordings)


def test_of_two_workers_on_one_ticket_the_one_with_the_higher_fence_stands_whoever_comes_first(db: Database) -> None:
    for number in range(10):
        name = f"T{number}"
        lost, kept = Life(name), Life(name)
        record(db, lost.take(1_000_003), MONDAY)
        kept.take(1_000_003)
        stale = lost.do(BOB, cmd.Note(text="lost"), cause="lost").take(1_000_008)
        true = kept.do(BOB, cmd.Acknowledge(means="call", text="On it."), cause="true").take(1_000_011)
        with ThreadPoolExecutor(2) as pool:
            list(
                pool.map(
                    lambda recording: record(db, recording, MONDAY), [stale, true] if number % 2 else [true, stale]
                )
            )
        assert rebuild(tickets.history(db, name)) == kept.ticket
        with db.read() as connection:
            query = text("SELECT count(*) FROM outbox WHERE ticket = :name AND state = 'pending' AND sequence > 4")
            assert connection.execute(query, {"name": name}).scalar_one() == len(true.messages)
