"""Operations against a running stack: the doctor, what Prometheus reads, the rules and the dashboard, the runbook."""

from __future__ import annotations

import asyncio
import json
import os
import re
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from temporalio.client import Client

from tests.cli.stacks import ROOT, eventually, free_port
from tests.deploy.test_dashboard import panels
from tests.deploy.test_rules import entries, rules
from tests.e2e.monitors import binary, changed
from tests.e2e.running import Caller, Running, sprinters, sprinting

pytestmark = pytest.mark.timeout(900)
STUCK = "DR1LL00001"
NAME = re.compile(r"\b(?:escalade|temporal|http)_[a-z_]+")
LABELS = {
    "le", "state", "part", "code", "severity", "agreement", "status", "level", "way", "queue", "step", "outcome",
    "source", "type", "kind", "verdict", "event", "template", "channel", "http_method", "http_status_code",
    # the SDK's
    "namespace", "task_queue", "service_name", "operation", "workflow_type", "activity_type", "poller_type",
    "worker_type", "failure_reason", "status_code", "eager", "sdk_name", "sdk_version", "client_name",
}  # fmt: skip
"""Closed lists all of them: nothing of a person, no ticket's number, nothing that a caller chooses."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = Path(tmp_path_factory.mktemp("watched"))
    running = Running(folder / "home", metrics_port=free_port(), agreements_dir=sprinting(folder)).start()
    yield running
    running.stop()


def escalade(stack: Running, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments], env=environment(stack), cwd=stack.home,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def environment(stack: Running, **more: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ESCALADE_", "OTEL_"))}
    ours = {f"ESCALADE_{name.upper()}": str(value) for name, value in stack.settings.items()}
    return {**bare, **ours, "PYTHONPATH": str(ROOT), **more}


def engine(stack: Running) -> str:
    return f"127.0.0.1:{stack.settings['temporal_port']}"


def told(stack: Running) -> str:
    """What API and worker tell Prometheus."""
    key = {"Authorization": f"Bearer {stack.demo['keys']['operations']}"}
    api = httpx.get(f"{stack.api}/metrics", headers=key, timeout=30, trust_env=False)
    worker = httpx.get(f"http://127.0.0.1:{stack.settings['metrics_port']}/metrics", timeout=30, trust_env=False)
    assert (api.status_code, worker.status_code) == (200, 200)
    return api.text + worker.text


@pytest.fixture(scope="module")
def busy(stack: Running) -> Running:
    """Something of everything that is counted: a missed promise, a refusal, an alert, a mail, a workflow that fails."""
    client, support = sprinters(stack)
    filing = {"subject": "Unanswered", "description": "For a second.", "channel": "portal", "severity": "instant"}
    ticket = client.post("/v1/tickets", filing).json()["id"]
    assert Caller(stack.api, "esk_nobody").http.get("/v1/me").status_code == 401
    alert = {"labels": {"alertname": "Full", "client": "HARBOUR"}, "status": "firing", "fingerprint": "f1",
             "startsAt": "2026-11-22T00:28:11Z"}  # fmt: skip
    Caller(stack.api, stack.demo["keys"]["integrator"]).post("/v1/monitors/alertmanager", {"alerts": [alert]})
    with smtplib.SMTP("127.0.0.1", int(str(stack.settings["inbound_smtp_port"]))) as door:
        door.sendmail("a@x.example", ["support@escalade.invalid"], "Subject: Printer\n\nIt is broken.")

    async def spoil() -> None:
        one = await Client.connect(engine(stack))
        await one.start_workflow("Ticket", "no start at all", id=f"ticket-{STUCK}", task_queue="escalade")

    asyncio.run(spoil())
    wanted = ("escalade_clocks_missed_total", "escalade_mails_total", "temporal_workflow_task_execution_failed_total")
    eventually(lambda: all(name in told(stack) for name in wanted), f"{wanted} are told", 120)
    taken = support.post(f"/v1/tickets/{ticket}/acknowledgement", {"means": "call", "text": "Seen, and late."})
    assert taken.status_code == 200, taken.text
    eventually(lambda: "escalade_clocks_total" in told(stack), "a clock that has ended is told", 60)
    eventually(lambda: "escalade_tickets_stuck 1" in told(stack), "the workflow that fails is found", 240)
    return stack


def test_the_doctor_finds_nothing_critical_on_a_stack_that_has_just_started(stack: Running) -> None:
    said = escalade(stack, "doctor", "--json")
    found = json.loads(said.stdout)
    assert [one for one in found["findings"] if one["severity"] == "critical"] == []
    assert said.returncode == {"well": 0, "warning": 1}[found["severity"]]


def test_the_doctor_names_the_ticket_that_is_stuck_and_why(busy: Running) -> None:
    said = escalade(busy, "doctor")
    assert said.returncode == 2
    assert "ticket-stuck" in said.stdout
    assert f"ticket-{STUCK}" in said.stdout
    assert "ailed decoding" in said.stdout


def expressions() -> list[str]:
    return [rule["expr"] for rule in rules()] + [target["expr"] for panel in panels() for target in panel["targets"]]


def test_every_metric_of_a_rule_or_a_panel_is_told(busy: Running) -> None:
    there = set(NAME.findall(told(busy)))
    assert sorted({name for one in expressions() for name in NAME.findall(one)} - there) == []


def test_no_label_can_grow_without_bound(busy: Running) -> None:
    lines = [line for line in told(busy).splitlines() if line and not line.startswith("#")]
    names = {name for line in lines for name in re.findall(r'[{,]([a-z_]+)="', line)}
    assert sorted(names - LABELS) == []
    assert len(lines) < 3_000


@pytest.fixture(scope="module")
def prometheus(busy: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian's Prometheus with our configuration and rules, only faster; its address."""
    home, port = Path(tmp_path_factory.mktemp("prometheus")), free_port()
    config = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
    targets = {"escalade-api": busy.api.removeprefix("http://"),
               "escalade-worker": f"127.0.0.1:{busy.settings['metrics_port']}"}  # fmt: skip
    for job in config["scrape_configs"]:
        del job["dns_sd_configs"]
        job |= {"static_configs": [{"targets": [targets[job["job_name"]]]}], "scrape_timeout": "1s"}
    (home / "key").write_text(busy.demo["keys"]["operations"] + "\n")
    (home / "rules.yml").write_text(
        changed((ROOT / "deploy" / "prometheus" / "rules.yml").read_text(), ("for: 1m", "for: 0s"))
    )
    for job in config["scrape_configs"]:
        job |= {"scrape_interval": "15s", "scrape_timeout": "15s"}
    (home / "prometheus.yml").write_text(yaml.safe_dump(config))
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [binary("prometheus"), f"--config.file={home / 'prometheus.yml'}", f"--storage.tsdb.path={home / 'data'}",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"

    def scraped() -> bool:
        try:
            if not httpx.get(f"{address}/-/ready", timeout=5, trust_env=False).is_success:
                return False
            return {one["value"][1] for one in ask(address, 'up{job=~"escalade.*"}')} == {"1"}
        except httpx.HTTPError:
            return False

    eventually(scraped, f"both are scraped: {(home / 'log').read_text()[-1000:]}", 120)
    yield address
    process.terminate()
    process.wait(30)


def ask(address: str, query: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{address}/api/v1/query", params={"query": query}, timeout=30, trust_env=False)
    assert answer.status_code == 200, f"{query}: {answer.text}"
    return list(answer.json()["data"]["result"])


def test_each_rule_can_be_asked_of_prometheus(prometheus: str) -> None:
    for rule in rules():
        ask(prometheus, rule["expr"])


def test_each_panel_has_something_to_show_under_a_legend_that_is_filled_in(prometheus: str) -> None:
    waiting = {(target["expr"], target["legendFormat"]) for panel in panels() for target in panel["targets"]}

    def shown() -> bool:
        for expression, legend in sorted(waiting):
            wanted = set(re.findall(r"{{(\w+)}}", legend))
            answer = ask(prometheus, expression)
            if answer and all(wanted <= set(one["metric"]) for one in answer):
                waiting.discard((expression, legend))
        return not waiting

    try:
        eventually(shown, "every panel has something to show", 180)  # a rate needs two scrapes
    except AssertionError as late:
        raise AssertionError(f"nothing, or no such label: {sorted(waiting)}") from late


def test_the_alert_of_a_stuck_ticket_fires_and_leads_to_its_entry(prometheus: str) -> None:
    def firing() -> list[dict[str, Any]]:
        found = httpx.get(f"{prometheus}/api/v1/alerts", timeout=30, trust_env=False).json()["data"]["alerts"]
        return [one for one in found if one["labels"]["alertname"] == "EscaladeTicketStuck"]

    (alert,) = eventually(firing, "it fires", 120)
    assert alert["annotations"]["runbook_url"] == "http://localhost:8080/operations/runbook#ticket-stuck"


def test_the_commands_of_each_entry_of_the_runbook_run(busy: Running) -> None:
    text = (ROOT / "docs" / "runbook.md").read_text()
    helpers = next(line for line in text.splitlines() if line.startswith("esc() {"))
    ours = {
        "ESC_API": busy.api,
        "ESC_KEY": busy.demo["keys"]["operations"],
        "TEMPORAL_ADDRESS": engine(busy),
        "TICKET": str(Caller(busy.api, busy.demo["keys"]["level1"]).get("/v1/tickets", limit=1)["items"][0]["id"]),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    failed = []
    for code in entries():
        entry = text.split(f"\n## {code}\n")[1].split("\n## ")[0]
        for block in re.findall(r"```sh\n(.*?)```", entry, re.DOTALL):
            script = f"set -euo pipefail\n{helpers}\n{block}"
            said = subprocess.run(
                ["bash", "-c", script], env=environment(busy, **ours), cwd=busy.home,
                capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
            if said.returncode:
                failed.append(f"{code}: exit code {said.returncode}\n{block}{said.stdout[-300:]}{said.stderr[-500:]}")
    assert not failed, "\n".join(failed)
