"""The embedded stack stays up, stops whole, and comes back after any kill."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cli.leftovers import Roll
from tests.cli.stacks import API_NEVER_READY, Stack, eventually, gone

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


def log_of(stack: Stack, name: str) -> str:
    return (stack.home / "logs" / f"{name}.log").read_text()


def test_a_killed_process_is_started_again_and_said(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.until("ready")
        victim = stack.children()["worker"]
        victim.kill()
        line = stack.until("worker died")
        now = stack.children()["worker"]
        assert line == f"worker died (signal 9); started again, pid {now.pid}"
        assert now.pid != victim.pid
        assert not gone(now)


def test_preparation_comes_before_our_processes_and_the_good_news_last(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.until("ready")
        assert stack.said == ["prepare", "ready"]
        eventually(lambda: "worker here" in log_of(stack, "worker"), "the worker's log")


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.until("ready")
        children = stack.children()
        assert set(children) == {"worker", "api"}
        assert stack.interrupt() == 0
        stack.until("ended")
        assert all(gone(child) for child in children.values())
        assert stack.children() == {}


def test_ctrl_c_while_starting_stops_everything_too(tmp_path: Path) -> None:
    with Stack(tmp_path, api=API_NEVER_READY) as stack:
        stack.until("prepare")
        eventually(lambda: "api" in stack.children(), "the API is being waited for")
        children = stack.children()
        assert stack.interrupt() == 0
        stack.until("ended")
        assert all(gone(child) for child in children.values())


def test_a_child_deaf_to_the_first_signal_is_killed_by_the_second(tmp_path: Path) -> None:
    with Stack(tmp_path, worker=DEAF) as stack:
        stack.until("ready")
        eventually(lambda: "deaf" in log_of(stack, "worker"), "the worker hears nothing")
        stack.process.send_signal(signal.SIGINT)
        stack.until("stopping")
        assert stack.interrupt() == 0


def test_children_die_with_a_killed_supervisor_and_the_next_run_starts(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.until("ready")
        children = stack.children()
        stack.process.kill()
        eventually(lambda: all(gone(child) for child in children.values()), "they die with it")
        with Stack(tmp_path, api_port=stack.port) as again:
            again.until("ready")


def test_a_second_stack_in_the_same_home_is_refused_and_told_how(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.until("ready")
        with Stack(tmp_path) as second:
            line = second.until("a stack already runs")
            assert second.process.wait(30) == 1
        assert f"pid {stack.process.pid}" in line
        assert "ESCALADE_HOME" in line
        assert not gone(stack.children()["api"])


def test_two_stacks_run_side_by_side(tmp_path: Path) -> None:
    with Stack(tmp_path / "one") as one, Stack(tmp_path / "two") as two:
        one.until("ready")
        two.until("ready")
        assert one.interrupt() == 0
        assert not gone(two.children()["api"])


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with Stack(tmp_path, api_port=port) as stack:
            line = stack.until("cannot be used")
            assert stack.process.wait(30) == 1
    assert line.startswith(f"127.0.0.1:{port} cannot be used")
    assert "set ESCALADE_API_PORT to a free port" in line


def test_a_process_that_never_lives_ends_the_start_with_its_last_words(tmp_path: Path) -> None:
    with Stack(tmp_path, worker="raise SystemExit('no such database')", api=API_NEVER_READY) as stack:
        stack.until("worker died (exit code 1)")
        stack.until("worker dies as often as it is started")
        stack.until("no such database")
        assert stack.process.wait(30) == 1


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def test_a_leftover_of_a_killed_run_is_ended(tmp_path: Path) -> None:
    left = sleeper()
    try:
        Roll(tmp_path).write({"worker": left.pid})
        assert Roll(tmp_path).take_over() == [f"worker, pid {left.pid}"]
        assert left.wait(10) is not None
    finally:
        left.kill()


def test_somebody_elses_process_under_an_old_id_is_left_alone(tmp_path: Path) -> None:
    other = sleeper()
    try:
        Roll(tmp_path).write({"worker": other.pid})
        roll = tmp_path / "stack.json"
        started = str(psutil.Process(other.pid).create_time())
        roll.write_text(roll.read_text().replace(started, "1000000000.0"))
        assert Roll(tmp_path).take_over() == []
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("written", ["", "{", "[]", '{"children": 3}'])
def test_an_unreadable_roll_does_not_stop_the_stack(tmp_path: Path, written: str) -> None:
    (tmp_path / "stack.json").write_text(written)
    assert Roll(tmp_path).take_over() == []
