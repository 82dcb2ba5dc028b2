"""The stack's processes as a drill meets them: stopped, started again with something set differently, held up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import psutil

from cli.client import ClientError
from cli.supervisor import own_variables
from runtime.settings import Settings

Undo = dict[str, Any]
HELD_FOR = 4 * 3600
"""Seconds after which a helper of a drill that was forgotten ends by itself."""
AGAIN_WITHIN = 60.0
"""Seconds that a process may take to end what it has in hand and be started again."""


def children(settings: Settings) -> dict[str, int]:
    """Process ids of the stack's processes that live, by name; none where no stack runs."""
    try:
        known = json.loads((settings.home / "stack.json").read_text())["children"]
    except (OSError, ValueError, KeyError):
        return {}
    return {name: int(one["pid"]) for name, one in known.items() if psutil.pid_exists(int(one["pid"]))}


def stop(name: str) -> Callable[[Settings], Undo]:
    """A fault: the process stands still."""

    def make(settings: Settings) -> Undo:
        pid = _pid(settings, name)
        began = psutil.Process(pid).create_time()
        os.kill(pid, signal.SIGSTOP)
        return {"pid": pid, "began": began}

    return make


def go_on(_: Settings, undo: Undo) -> None:
    """What was stopped goes on."""
    if (stopped := _still(undo)) is not None:
        stopped.send_signal(signal.SIGCONT)


def start_helper(*arguments: str) -> tuple[Undo, str]:
    """A process of the drill's own, which outlives this command; what ends it, and the line by which it says that it
    is ready: empty when it could not begin.
    """
    helper = subprocess.Popen(
        [sys.executable, "-P", *arguments, str(HELD_FOR)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    assert helper.stdout is not None
    said = helper.stdout.readline().strip()
    return ({"pid": helper.pid, "began": psutil.Process(helper.pid).create_time()} if said else {}), said


def end_helper(_: Settings, undo: Undo) -> None:
    """Ends it, if it still lives."""
    if (helper := _still(undo)) is not None:
        helper.kill()
        psutil.wait_procs([helper], timeout=10)


def start_again(settings: Settings, name: str, variables: Mapping[str, str]) -> None:
    """Has the stack start the process again with these variables, or without any of its own; returns when it has."""
    path = own_variables(settings.home, name)
    if variables:
        path.write_text("".join(f"{variable}={value}\n" for variable, value in variables.items()))
    else:
        path.unlink(missing_ok=True)
    before = _pid(settings, name)
    os.kill(before, signal.SIGTERM)
    until = time.monotonic() + AGAIN_WITHIN
    while children(settings).get(name, before) == before:
        if time.monotonic() > until:
            raise ClientError(
                f"the {name} has not been started again within {AGAIN_WITHIN:g} s: is `escalade up` well?"
            )
        time.sleep(0.1)


def _pid(settings: Settings, name: str) -> int:
    try:
        return children(settings)[name]
    except KeyError:
        raise ClientError(f"the stack's {name} does not run: wait until `escalade up` has started it again") from None


def _still(undo: Undo) -> psutil.Process | None:
    """The process of a fault, if it still lives. An id is used again: somebody else's must not be touched."""
    try:
        process = psutil.Process(undo["pid"])
        return process if process.create_time() == undo["began"] else None
    except psutil.NoSuchProcess:
        return None
