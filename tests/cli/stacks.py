"""What the tests of the stack share: stand-ins for worker and API, a running stack, a patient look."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
ROOT = Path(__file__).parents[2]

WORKER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("worker here", flush=True)
time.sleep(600)
"""
API = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()
    def log_message(self, *_): pass
address = os.environ["ESCALADE_API_HOST"], int(os.environ["ESCALADE_API_PORT"])
http.server.HTTPServer(address, Ready).serve_forever()
"""
API_NEVER_READY = "import time; time.sleep(600)"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def eventually(look: Callable[[], T], what: str, seconds: float = 30, *, rest: float = 1.0) -> T:
    """Looks until there is something; the longer it has waited, the longer it rests, `rest` seconds at most.

    Others need the CPU: who looks at much rests longer.
    """
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < seconds:
        if found := look():
            return found
        time.sleep(min(rest, 0.02 + waited / 20))
    raise AssertionError(f"not within {seconds} s: {what}")


class Stack:
    """A stack, a process of its own. Without `engine`, Temporal is said to be elsewhere and not started."""

    def __init__(
        self, folder: Path, *, engine: bool = False, worker: str = WORKER, api: str = API, **variables: object
    ) -> None:
        self.home = folder / "home"
        stand_ins = folder / "stand-ins"
        (stand_ins / "api").mkdir(parents=True, exist_ok=True)
        (stand_ins / "worker.py").write_text(worker)
        (stand_ins / "api" / "__init__.py").touch()
        (stand_ins / "api" / "__main__.py").write_text(api)
        self.port = int(str(variables.pop("api_port", free_port())))
        settings: dict[str, object] = {"home": self.home, "api_port": self.port}
        if engine:
            settings |= {"temporal_port": free_port(), "temporal_ui_port": free_port(), "temporal_sync": "normal"}
        else:
            settings |= {"temporal_address": "127.0.0.1:1"}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ESCALADE_")}
        settings |= variables
        environment |= {f"ESCALADE_{name.upper()}": str(value) for name, value in settings.items()}
        environment["PYTHONPATH"] = os.pathsep.join([str(stand_ins), str(ROOT)])
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.cli.stand_in_stack"],
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip())
        self._lines.put(None)

    def until(self, words: str, seconds: float = 60) -> str:
        """The first line from now on that holds these words."""
        while True:
            line = self._lines.get(timeout=seconds)
            assert line is not None, f"it ended without saying {words!r}; it said {self.said}"
            self.said.append(line)
            if words in line:
                return line

    def children(self) -> dict[str, psutil.Process]:
        children = json.loads((self.home / "stack.json").read_text())["children"]
        return {name: psutil.Process(child["pid"]) for name, child in children.items()}

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def __enter__(self) -> "Stack":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()  # its children die with it, or a test says that they do not
        self.process.wait()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
