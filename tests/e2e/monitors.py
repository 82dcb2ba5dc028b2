"""Real monitors for tests, as Debian has them: Prometheus, Alertmanager, Icinga 2, configured by the examples."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.stacks import ROOT, eventually, free_port

EXAMPLES = ROOT / "examples"


def binary(name: str) -> str:
    """Where a program is; the test is skipped where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{name} is not installed here (Debian has it)")
    return found


class Metric:
    """A value that Prometheus scrapes, which a test turns up and down."""

    def __init__(self, name: str) -> None:
        self.value = 0.0
        metric = self

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"{name} {metric.value}\n".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Monitoring:
    """Prometheus and Alertmanager over one metric, by examples/alertmanager, only faster."""

    def __init__(self, home: Path, api: str, key: str, *, client: str) -> None:
        self.home, self.metric = home, Metric("checkout_error_ratio")
        home.mkdir()
        (home / "escalade.key").write_text(key)
        rules = (EXAMPLES / "alertmanager" / "rules.yml").read_text()
        (home / "rules.yml").write_text(changed(rules, ("for: 1m", "for: 0s"), ("client: ACME", f"client: {client}")))
        receiver = changed(
            (EXAMPLES / "alertmanager" / "alertmanager.yml").read_text(),
            ("http://127.0.0.1:8080", api),
            ("/etc/alertmanager/escalade.key", str(home / "escalade.key")),
            ("group_wait: 30s", "group_wait: 0s"),
            ("group_interval: 5m", "group_interval: 1s"),
            ("repeat_interval: 4h", "repeat_interval: 2s"),
        )
        (home / "alertmanager.yml").write_text(receiver)
        self.alertmanager, self.prometheus = free_port(), free_port()
        (home / "prometheus.yml").write_text(
            "global: {scrape_interval: 500ms, evaluation_interval: 500ms}\n"
            f"rule_files: [{home / 'rules.yml'}]\n"
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{self.alertmanager}']}}]}}]}}\n"
            f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{self.metric.port}']}}]}}]\n"
        )
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> Monitoring:
        """Starts both and waits until they are ready."""
        home = self.home
        commands = {
            self.alertmanager: [
                binary("prometheus-alertmanager"), f"--config.file={home / 'alertmanager.yml'}",
                f"--storage.path={home / 'am'}", f"--web.listen-address=127.0.0.1:{self.alertmanager}",
                "--cluster.listen-address=",
            ],
            self.prometheus: [
                binary("prometheus"), f"--config.file={home / 'prometheus.yml'}",
                f"--storage.tsdb.path={home / 'tsdb'}", f"--web.listen-address=127.0.0.1:{self.prometheus}",
            ],
        }  # fmt: skip
        for port, command in commands.items():
            with (home / f"{port}.log").open("wb") as log:
                self._running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=home))
            eventually(lambda port=port: _ready(port), f"{command[0]}: {self.said(port)}", 60)
        return self

    def said(self, port: int) -> str:
        log = self.home / f"{port}.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self.metric.close()


def changed(text: str, *changes: tuple[str, str]) -> str:
    """An example with what a test needs otherwise; each of it must stand there, or the example has drifted."""
    for before, after in changes:
        assert before in text, f"the example has no {before!r} any more"
        text = text.replace(before, after)
    return text


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/-/ready", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


class Icinga:
    """Icinga 2 with a host and a service, whose state a test writes into a file; by examples/icinga2, only faster."""

    def __init__(self, api: str, key: str, *, client: str) -> None:
        # Not below pytest's folder: as root, Icinga becomes a user of its own, who must reach its files.
        self.home = Path(tempfile.mkdtemp(prefix="escalade-icinga-"))
        for name in ("run/icinga2", "var", "log", "cache", "spool"):
            (self.home / name).mkdir(parents=True)
        (self.home / "key").write_text(key)
        script = self.home / "escalade-notification"
        shutil.copy(EXAMPLES / "icinga2" / "escalade-notification", script)
        # Read once: the state may change between two looks.
        check = f'said=$(cat {self.home}/state)\ntouch {self.home}/checked\necho "$said"\nexit ${{said%% *}}\n'
        (self.home / "check").write_text(check)
        objects = changed(
            (EXAMPLES / "icinga2" / "escalade.conf").read_text(),
            ("https://escalade.example", api),
            ("/etc/icinga2/escalade.key", str(self.home / "key")),
            ("/etc/icinga2/scripts/escalade-notification", str(script)),
            ("interval = 30m", "interval = 2s"),
        )
        (self.home / "escalade.conf").write_text(objects)
        (self.home / "icinga2.conf").write_text(
            f"""include <itl>
const NodeName = "localhost"
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object FileLogger "main" {{
  severity = "notice"
  path = "{self.home}/log/icinga2.log"
}}
object CheckCommand "up" {{ command = [ "/bin/true" ] }}
object CheckCommand "state" {{ command = [ "/bin/sh", "{self.home}/check" ] }}
object Host "db1" {{
  check_command = "up"
  check_interval = 1s
  address = "10.0.0.1"
  vars.escalade_organisation = "{client}"
}}
object Service "disk" {{
  host_name = "db1"
  check_command = "state"
  check_interval = 1s
  retry_interval = 1s
  max_check_attempts = 2
  notes_url = "https://icinga.example/db1/disk"
}}
include "{self.home}/escalade.conf"
"""
        )
        self.says("0 DISK OK")
        self._process: subprocess.Popen[bytes] | None = None

    def says(self, state: str) -> None:
        """What the next check finds: its exit code, and its output."""
        new = self.home / "state.new"
        new.write_text(state + "\n")
        new.chmod(0o644)
        new.replace(self.home / "state")

    def start(self) -> Icinga:
        home = self.home
        if os.geteuid() == 0:
            for path in (home, *home.rglob("*")):
                shutil.chown(path, "nagios", "nagios")
        places = {
            "DataDir": "var", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool", "InitRunDir": "run",
            "PidPath": "run/icinga2.pid", "StatePath": "var/icinga2.state", "VarsPath": "cache/icinga2.vars",
            "ObjectsPath": "cache/icinga2.debug", "ModAttrPath": "var/modified.conf",
        }  # fmt: skip
        defined = [f"-D{name}={home / place}" for name, place in places.items()]
        with (home / "said").open("wb") as said:
            self._process = subprocess.Popen(
                [binary("icinga2"), "daemon", "-c", str(home / "icinga2.conf"), *defined], stdout=said, stderr=said
            )
        eventually((home / "checked").exists, f"Icinga has found its service well; it said: {self.said()}", 90)
        return self

    def said(self) -> str:
        """The end of what it printed and logged."""
        logs = [path for path in (self.home / "said", self.home / "log/icinga2.log") if path.exists()]
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in logs)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
        shutil.rmtree(self.home, ignore_errors=True)
