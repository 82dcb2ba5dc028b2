"""One stack to a home, and no process left over from a run that was killed."""

import fcntl
import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import psutil


class StackError(RuntimeError):
    """The stack cannot run here as it is; the message says why and what to do next."""


class Roll:
    """Who belongs to a home's stack: `stack.lock`, held while a supervisor lives; `stack.json`, its children.

    The lock is the kernel's, so it ends with its holder, however that died. A child is known by its process
    id *and* when it was started: ids are used again, and somebody else's process must never be ended.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._path = home / "stack.json"
        self._lock: IO[str] | None = None

    def take_over(self) -> list[str]:
        """Take the home for this process and end what a killed run left; tells what that was, one line each.

        Raises StackError while another supervisor runs there.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        lock = (self._home / "stack.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "?"
            lock.close()
            raise StackError(
                f"a stack already runs in {self._home} (pid {holder}): stop that one with Ctrl-C, "
                "or give this one a home and ports of its own "
                "(ESCALADE_HOME, ESCALADE_API_PORT, ESCALADE_TEMPORAL_PORT, ESCALADE_TEMPORAL_UI_PORT)"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        cleared = self._end_leftovers()
        self.write({})
        return cleared

    def release(self) -> None:
        """Let another supervisor have the home."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def write(self, pids: Mapping[str, int]) -> None:
        """Write down the children there are now, for a next run to clear should this one be killed."""
        children = {}
        for name, pid in pids.items():
            try:
                children[name] = {"pid": pid, "started": psutil.Process(pid).create_time()}
            except psutil.NoSuchProcess:
                continue
        # Replaced whole: a kill in the middle of a write must not leave half a file.
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"supervisor": os.getpid(), "children": children}, indent=2) + "\n")
        draft.replace(self._path)

    def _end_leftovers(self) -> list[str]:
        ended: list[str] = []
        processes: list[psutil.Process] = []
        for name, child in self._read().items():
            try:
                process = psutil.Process(int(child["pid"]))
                if abs(process.create_time() - float(child["started"])) < 1.0:
                    processes += [process, *process.children(recursive=True)]
                    ended.append(f"{name}, pid {process.pid}")
            except psutil.NoSuchProcess:
                continue
        for process in processes:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(processes, timeout=10)
        return ended

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            return dict(json.loads(self._path.read_text())["children"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return {}


def refuse_taken_ports(ports: Mapping[str, tuple[str, int]]) -> None:
    """StackError naming the setting of every (host, port) that another program listens on already."""
    taken = []
    for setting, (host, port) in ports.items():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As servers do: a port whose last connections are still closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                taken.append(f"{host}:{port} cannot be used ({error.strerror}): set {setting} to a free port")
    if len(set(ports.values())) < len(ports):
        taken.append(f"{', '.join(ports)} must be different ports")
    if taken:
        raise StackError("\n".join(taken))
