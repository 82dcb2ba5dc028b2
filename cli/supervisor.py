"""Keeps a few named processes running: starts them, restarts what dies, says so, lets none outlive it."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Self

from cli.leftovers import Roll, StackError

Probe = Callable[[], Awaitable[str | None]]
"""Asks a process whether it is ready: None when it is, else a few words on what is missing."""

FIRST_BACKOFF = 0.2  # seconds before the second restart in a row, doubled for each further one; the first comes at once
LONGEST_BACKOFF = 5.0
STEADY = 10.0  # seconds alive after which earlier deaths are forgotten; what cannot run dies earlier
GIVE_UP = 4  # deaths in a row after which a process that was never ready is broken, not unlucky
GRACE = 10.0  # seconds between asking to stop and killing
LOG_LIMIT = 20_000_000  # bytes; a longer log is set aside, once, when its process starts
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One process to keep: `command` runs with `environment` added to ours; `ready` tells when it is."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Probe | None = None
    patience: float = 60.0
    """Seconds it may take to be ready."""


class Supervisor:
    """Keeps children until `stop()`, which ends them in reverse order. Use it as an async context manager.

    Run it in the main thread: Linux ends children with the *thread* that started them.
    """

    def __init__(self, home: Path, say: Callable[[str], None]) -> None:
        self._home = home
        self._say = say
        self._roll = Roll(home)
        self._children: dict[str, Child] = {}
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._deaths: dict[str, int] = {}
        self._stopping = False
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with a StackError when a process can no longer be started at all."""

    async def __aenter__(self) -> Self:
        for cleared in await asyncio.to_thread(self._roll.take_over):
            self._say(f"a process of a killed run was still there: {cleared}; ended")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self._roll.release()
        self.broken.cancel()

    def log(self, name: str) -> Path:
        """File that holds what the child wrote, both streams together."""
        return self._home / "logs" / f"{name}.log"

    def pid(self, name: str) -> int:
        """Process id the child has now."""
        return self._processes[name].pid

    async def start(self, child: Child) -> None:
        """Start the child, keep it, return when it is ready; StackError with the end of its log if not."""
        self._children[child.name] = child
        self._deaths[child.name] = 0
        await self._spawn(child)
        self._keepers[child.name] = asyncio.create_task(self._keep(child), name=f"keep {child.name}")
        if child.ready is not None:
            await self._wait_ready(child, child.ready)

    async def stop(self) -> None:
        """End every child, the last started first: ask, wait `GRACE` seconds, kill."""
        self._stopping = True
        for keeper in self._keepers.values():
            keeper.cancel()
        for name in reversed(list(self._processes)):
            await self._end(self._processes.pop(name))
        self._roll.write({})

    def kill(self) -> None:
        """End every child at once, for somebody who will not wait."""
        for process in self._processes.values():
            _signal_group(process, signal.SIGKILL)

    async def _spawn(self, child: Child) -> None:
        with self._open_log(child.name) as log:
            self._processes[child.name] = await asyncio.create_subprocess_exec(
                *child.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **child.environment, **_own(self._home, child.name)},
                # A group of its own: Ctrl-C in a terminal reaches us alone, and we end the children in order.
                start_new_session=True,
                preexec_fn=partial(_die_with, os.getpid()) if sys.platform == "linux" else None,
            )
        try:
            self._roll.write({name: process.pid for name, process in self._processes.items()})
        except OSError as error:  # a full disk must not end what still runs
            self._say(f"who runs could not be written down: {error}")

    def _open_log(self, name: str) -> IO[bytes]:
        path = self.log(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    async def _keep(self, child: Child) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            process = self._processes[child.name]
            code = await process.wait()
            _signal_group(process, signal.SIGKILL)  # what it had started itself must not hold its ports
            if loop.time() - began > STEADY:
                self._deaths[child.name] = 0
            self._deaths[child.name] += 1
            await asyncio.sleep(self._backoff(child.name))
            try:
                await self._spawn(child)
            except OSError as error:
                if not self.broken.done():
                    self.broken.set_exception(StackError(f"{child.name} cannot be started again: {error}"))
                return
            self._say(f"{child.name} died ({_how(code)}); started again, pid {self.pid(child.name)}")

    def _backoff(self, name: str) -> float:
        deaths = self._deaths[name]
        return min(FIRST_BACKOFF * 2 ** (deaths - 2), LONGEST_BACKOFF) if deaths > 1 else 0

    async def _wait_ready(self, child: Child, ready: Probe) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + child.patience
        while (missing := await ready()) is not None:
            for name, deaths in self._deaths.items():  # any of them: one can be what the other waits for
                if deaths >= GIVE_UP:
                    raise StackError(f"{name} dies as often as it is started. {self._last_words(name)}")
            if loop.time() > until:
                raise StackError(
                    f"{child.name} is not ready after {child.patience:g} s: {missing}. {self._last_words(child.name)}"
                )
            await asyncio.sleep(0.1)

    def _last_words(self, name: str) -> str:
        path = self.log(name)
        lines = path.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"The end of {path}:", *lines]) if lines else f"It wrote nothing to {path}."

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(GRACE):
                await process.wait()
        except TimeoutError:
            self._say(f"pid {process.pid} did not stop within {GRACE:g} s; killed")
        _signal_group(process, signal.SIGKILL)
        await process.wait()


def own_variables(home: Path, name: str) -> Path:
    """The file, which need not be there, of what one child has set differently: a line NAME=VALUE each, read whenever
    it is started. So one process of a demo can be tried with another setting: write it there and end the process.
    """
    return home / f"{name}.env"


def _own(home: Path, name: str) -> dict[str, str]:
    try:
        lines = own_variables(home, name).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = [line.partition("=") for line in lines if line.strip() and not line.startswith("#")]
    return {variable.strip(): value for variable, _, value in pairs}


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


# Loaded before any fork: a forked child of a threaded process must not load libraries.
_LIBC = ctypes.CDLL(None, use_errno=True)


def _die_with(parent: int) -> None:
    # Runs in the child between fork and exec. SIGKILL: all of it is built to be killed, and must not linger.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took effect
        os._exit(1)
