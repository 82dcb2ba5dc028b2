"""A part: one process that is kept running, and that can be killed, paused and restarted meanwhile."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from cli.supervisor import _die_with

BACKOFF = 1.0
"""Seconds before a part that died by itself is started again, as a service manager would."""


class Part:
    """`command` with `environment`, its words in `log`. `user`: whom it runs as, where we are root."""

    def __init__(
        self, name: str, command: tuple[str, ...], environment: Mapping[str, str], log: Path, user: str | None = None
    ) -> None:
        self.name = name
        self.own_deaths: list[int] = []
        """Exit codes of deaths that nobody here caused."""
        self.starts: list[float] = []
        """When it was started, by `time.monotonic`."""
        self.ends: list[float] = []
        """When it was seen to be gone."""
        self._command = command
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._log = log
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self._down_until: float | None = None
        self._died_at: float | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether its process is there (a paused one is)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts it and keeps it; call it on the main thread, with whose end it dies."""
        self._spawn()
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    def kill(self, down: float = 0.0) -> None:
        """`kill -9` of it and of whatever it started; it stays away for `down` seconds."""
        self._down_until = time.monotonic() + down
        self._send(signal.SIGKILL)

    def end(self) -> None:
        """Asks it to end; it is started again when it has."""
        self._down_until = time.monotonic()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP, with whatever it started."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._send(signal.SIGCONT)

    async def stop(self, *, gently: bool = False) -> None:
        """Ends it for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        if self._process is None:
            return
        self.resume()
        if gently:
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                self._process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(self._process.wait, 20)
        self._send(signal.SIGKILL)
        await asyncio.to_thread(self._process.wait)

    def _spawn(self) -> None:
        entry = pwd.getpwnam(self._user) if self._user is not None else None
        self.starts.append(time.monotonic())
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self._log.parent if self._user is None else "/",
                start_new_session=True,
                preexec_fn=partial(_die_with, os.getpid()),
                user=entry and entry.pw_uid,
                group=entry and entry.pw_gid,
                extra_groups=None if entry is None else [],
            )

    def _send(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        # The whole session: PostgreSQL gives none of its children another one.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self.alive:
                continue
            now = time.monotonic()
            if len(self.ends) < len(self.starts):
                self.ends.append(now)
            if self._down_until is None:
                assert self._process is not None
                self.own_deaths.append(self._process.returncode)
                self._send(signal.SIGKILL)  # what it had started must not hold its ports
                self._down_until = now + BACKOFF
            if now >= self._down_until:
                self._down_until = None
                self._spawn()
