"""A whole stack of its own for a test: `escalade up` in a folder, on free ports, used over HTTP."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from domain.words import Role
from store import directory, keys
from store.database import Database
from tests.cli.stacks import ROOT, eventually, free_port


class Running:
    """`escalade up`. Settings are given as fields (`smtp_port=2525`); `start` again goes on where it was.

    `code`: where the modules are, for a version other than this one.
    """

    def __init__(self, home: Path, code: Path = ROOT, /, **settings: object) -> None:
        self.home = home
        self.code = code
        ports = {name: free_port() for name in ("api_port", "temporal_port", "temporal_ui_port", "inbound_smtp_port")}
        # Processes are killed here, machines are not: what is handed to the kernel is safe, and quicker.
        quick = {"temporal_sync": "normal"} if code == ROOT else {}  # an older version refuses what it does not know
        self.settings: dict[str, object] = {"home": home, **ports, **quick, **settings}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 120) -> Running:
        """Starts it and waits until everything is healthy."""
        environment = self.environment()
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "up"], env=environment, stdout=log, stderr=log, cwd=self.home
            )
        eventually(self._ready, f"the stack in {self.home} is ready; it said: {self.said()}", seconds)
        return self

    def environment(self, **more: object) -> dict[str, str]:
        """Of a process beside it; `more` are settings that this one has otherwise."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith("ESCALADE_")}
        ours = {f"ESCALADE_{name.upper()}": str(value) for name, value in {**self.settings, **more}.items()}
        return {**bare, **ours, "PYTHONPATH": str(self.code)}

    def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        if not (self.home / "demo.json").exists():
            return False
        try:
            # Trusts nobody: the address is plain HTTP, and reading all certificates takes longer than the look.
            bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return httpx.get(f"{self.api}/health/ready", timeout=2, verify=bare).status_code == 200
        except httpx.HTTPError:
            return False

    def said(self) -> str:
        """What it printed."""
        log = self.home / "up.log"
        return log.read_text(errors="replace")[-4000:] if log.exists() else ""

    @property
    def demo(self) -> dict[str, Any]:
        """The facts that it wrote for scripts."""
        facts: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return facts

    @property
    def api(self) -> str:
        return str(self.demo["api"])

    def pids(self) -> dict[str, int]:
        """Process id of each process it started."""
        children = json.loads((self.home / "stack.json").read_text())["children"]
        return {name: int(child["pid"]) for name, child in children.items()}

    def kill(self, name: str) -> None:
        """`kill -9` of one process; the stack starts it again."""
        psutil.Process(self.pids()[name]).kill()

    def kill_everything(self) -> None:
        """`kill -9` of all of them at once, the supervisor included."""
        assert self.process is not None
        pids = self.pids()
        self.process.kill()
        for pid in pids.values():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(30)

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Caller:
    """Somebody with a key. `patient` repeats a command under its key until it is answered, as clients do."""

    def __init__(self, api: str, key: str) -> None:
        self.http = httpx.Client(base_url=api, headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(path, json=body or {}, headers=headers)

    def patient(self, path: str, body: dict[str, Any], key: str, seconds: float = 90) -> httpx.Response:
        """Sends until the answer is neither missing nor 503."""
        until = time.monotonic() + seconds
        while True:
            try:
                answer = self.post(path, body, key=key)
                if answer.status_code != 503:
                    return answer
            except httpx.TransportError:
                pass
            assert time.monotonic() < until, f"{path} was not answered within {seconds} s"
            time.sleep(0.3)

    def get(self, path: str, **query: Any) -> Any:
        """The body of a GET that succeeds."""
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def everything(self, path: str) -> list[dict[str, Any]]:
        """Every item of a paged list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.get(path, limit=100, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page.get("next")
            if not cursor:
                return items


def sprinting(folder: Path) -> Path:
    """A folder of own agreements with the one whose promises are counted in seconds."""
    own = folder / "agreements"
    own.mkdir()
    shutil.copy(Path(__file__).parent / "sprint.yaml", own)
    return own


def sprinters(stack: Running) -> tuple[Caller, Caller]:
    """An organisation under the agreement of seconds: its client, and support."""
    database, now = Database(f"sqlite:///{stack.home / 'escalade.db'}"), datetime.now(UTC)
    directory.save(
        database,
        directory.Organisation(id="sprinters", name="Sprinters", language="en"),
        directory.Contract(id="sprinters-1", organisation="sprinters", agreement="sprint", valid_from=now),
        directory.Contact(id="zoe", organisation="sprinters", name="Zoe", email="zoe@sprinters.example",
                          role="key_user", language="en"),
    )  # fmt: skip
    secret, _ = keys.create(database, role=Role.client, subject="zoe", organisation="sprinters", now=now)
    database.close()
    return Caller(stack.api, secret), Caller(stack.api, stack.demo["keys"]["level1"])
