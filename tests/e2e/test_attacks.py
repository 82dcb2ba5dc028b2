"""The classic attacks against one running stack: what a stranger, a client or a monitor could try in an hour."""

from __future__ import annotations

import email
import io
import json
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiosmtpd.controller import Controller

from domain.erasure import ERASED
from tests.api.monitoring.conftest import SECRET
from tests.api.monitoring.test_grafana import notification
from tests.api.monitoring.test_signing import grafana
from tests.cli.stacks import eventually, free_port
from tests.e2e.running import Caller, Running

pytestmark = pytest.mark.timeout(300)
MONITOR = """
monitor: grafana-prod
format: grafana
organisation: harbour
signature: {scheme: grafana, secrets: [grafana.secret], timestamp: X-Grafana-Alerting-Timestamp}
"""
HEADERS = {
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
    "mime-version", "content-type", "content-transfer-encoding", "content-language", "x-escalade-ticket",
}  # fmt: skip
"""All that a mail of ours may have."""
DOOR = "/v1/monitors/grafana?monitor=grafana-prod"


@dataclass
class Sink:
    """The mail server that our mails go to: the mails, and everybody that they were handed over for."""

    arrived: list[EmailMessage] = field(default_factory=list)
    recipients: set[str] = field(default_factory=set)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        self.recipients |= set(envelope.rcpt_tos)
        return "250 OK"


@dataclass
class Scene:
    """The stack, its mail server, and clients of two organisations."""

    stack: Running
    sink: Sink

    def client(self, organisation: str) -> Caller:
        known = {one["id"]: one["key"] for one in self.stack.demo["organisations"]}
        return Caller(self.stack.api, known[organisation])

    def staff(self, role: str) -> Caller:
        return Caller(self.stack.api, self.stack.demo["keys"][role])

    def opened(self, organisation: str = "harbour", **changes: str) -> str:
        body = {"subject": "Gate 4", "description": "It stays closed.", "channel": "portal", **changes}
        answer = self.client(organisation).post("/v1/tickets", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = Path(tmp_path_factory.mktemp("attacked"))
    monitors = folder / "monitors"
    monitors.mkdir()
    (monitors / "grafana-prod.yaml").write_text(MONITOR)
    (monitors / "grafana.secret").write_text(SECRET + "\n")
    sink = Sink()
    mail = Controller(sink, hostname="127.0.0.1", port=free_port())
    mail.start()
    stack = Running(folder / "home", smtp_host="127.0.0.1", smtp_port=mail.port, monitors_dir=monitors)
    try:
        yield Scene(stack.start(300), sink)
    finally:
        stack.stop()
        mail.stop()


def test_an_alert_that_is_forged_or_sent_again_opens_nothing(scene: Scene) -> None:
    stranger, body = Caller(scene.stack.api, "none"), json.dumps(notification(priority="P1")).encode()
    del stranger.http.headers["Authorization"]

    def post(content: bytes, headers: dict[str, str]) -> Any:
        return stranger.http.post(DOOR, content=content, headers=headers)

    now = time.time()
    signed = grafana(body, now)
    forged = body.replace(b"CPU 97 %", b"CPU 98 %")
    for content, headers in (
        (body, {}), (forged, signed), (body, grafana(body, now, "f" * 32)), (body, grafana(body, now - 3_600)),
    ):  # fmt: skip
        refused = post(content, headers)
        assert (refused.status_code, SECRET in refused.text) == (401, False), refused.text
    first, again = post(body, signed).json(), post(body, signed).json()
    assert [one["outcome"] for one in (*first["alerts"], *again["alerts"])] == ["opened", "known"]
    assert first["alerts"][0]["ticket"] == again["alerts"][0]["ticket"]


def test_nothing_that_a_client_writes_becomes_a_header_or_a_reader_of_a_mail(scene: Scene) -> None:
    header = "Bcc: eve@evil.example"
    body = {"subject": f"Gate 7\r\n{header}\r\n\r\n", "description": "It stays closed.", "channel": "portal"}
    answer = scene.client("harbour").post("/v1/tickets", body)
    assert answer.status_code in (201, 422), answer.text  # made one line, or refused with words
    # What is one line for us, and perhaps more for a reader of mails; what ends a mail and begins another.
    sly = f"Gate 7 =?utf-8?q?=0D=0A{header.replace(' ', '_')}?= \u2028{header} \u2029{header}"
    story = f"\r\n.\r\nMAIL FROM:<x@evil.example>\r\n{header}\r\n<script>x()</script>"
    ticket = scene.opened(subject=sly, description=story)
    mails = eventually(
        lambda: [one for one in scene.sink.arrived if ticket in str(one["Subject"])], f"mails of {ticket}", 90
    )
    for mail in mails:
        assert mail["Bcc"] is None
        assert {name.lower() for name in mail} <= HEADERS
        assert "\n" not in str(mail["Subject"])
        page = mail.get_body(("html",))
        assert page is None or "<script" not in page.get_content()
    assert not [one for one in scene.sink.recipients if "evil" in one]


def test_a_bomb_is_not_unpacked_and_a_drawing_with_a_script_is_not_taken(scene: Scene) -> None:
    client, api = scene.client("harbour"), psutil.Process(scene.stack.pids()["api"])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bytes(300_000_000))
    before = api.memory_info().rss
    bomb = client.http.post("/v1/attachments", files={"file": ("bomb.zip", made.getvalue())})
    assert bomb.status_code in (201, 415, 422), bomb.text
    assert api.memory_info().rss - before < 150_000_000
    for content in (b"<svg><script>alert(1)</script></svg>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"):
        drawing = client.http.post("/v1/attachments", files={"file": ("plan.svg", content)})
        assert drawing.status_code in (415, 422), drawing.text
        assert drawing.headers["content-type"].startswith("application/problem+json")


def test_no_address_of_ours_is_called_for_a_webhook(scene: Scene) -> None:
    manager = scene.staff("manager")
    with socket.create_server(("127.0.0.1", 0)) as ours:
        port = ours.getsockname()[1]
        for host in (
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "169.254.169.254",
            "0.0.0.0",
        ):
            for scheme in ("https", "http"):
                hook = {"url": f"{scheme}://{host}:{port}/x", "events": ["*"], "organisation": "harbour"}
                refused = manager.post("/v1/webhooks", hook)
                assert refused.status_code == 422, f"{hook['url']}: {refused.text}"
        scene.opened()  # whatever was taken would be told of it
        ours.settimeout(1)
        with pytest.raises(TimeoutError):
            ours.accept()


def test_another_organisations_ticket_is_as_if_it_were_not_there(scene: Scene) -> None:
    ticket, other = scene.opened(subject="Only Harbour Guard knows"), scene.client("jura")
    for path in ("", "/timeline", "/attachments", "/clocks"):
        theirs, nobodys = other.http.get(f"/v1/tickets/{ticket}{path}"), other.http.get(f"/v1/tickets/NONE00000{path}")
        assert (theirs.status_code, theirs.json()["code"]) == (nobodys.status_code, nobodys.json()["code"]), path
        assert theirs.status_code == 404
        assert "Harbour" not in theirs.text
    for path, body in (("comments", {"text": "I was here."}), ("withdrawal", {"reason": "Not needed."})):
        assert other.post(f"/v1/tickets/{ticket}/{path}", body).status_code == 404
    assert ticket not in other.http.get("/v1/tickets", params={"q": "Harbour"}).text
    kinds = [one["type"] for one in scene.client("harbour").everything(f"/v1/tickets/{ticket}/timeline")]
    assert "comment_added" not in kinds


def test_a_person_is_erased_by_command_while_everything_runs(scene: Scene) -> None:
    ticket = scene.opened("jura", subject="Zoé's badge", description="Zoé cannot get in.")
    scene.client("jura").post(f"/v1/tickets/{ticket}/comments", {"text": "Zoé waits outside."})

    def erase(*more: str, organisation: str = "jura") -> subprocess.CompletedProcess[str]:
        whom = ("-o", organisation, "-c", f"anna@{organisation}")
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "erase", *whom, "--json", *more],
            env=scene.stack.environment(), cwd=scene.stack.home,
            capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip

    needed = erase("--yes", organisation="harbour")
    assert (needed.returncode, "Have another person named there first" in needed.stderr.replace("\n", " ")) == (1, True)
    would = erase()
    assert (would.returncode, json.loads(would.stdout)["erased"]) == (0, False), would.stderr
    support = scene.staff("level1")
    assert support.get(f"/v1/tickets/{ticket}")["subject"] == "Zoé's badge"
    done = erase("--yes")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {**json.loads(would.stdout), "erased": True}
    assert support.get(f"/v1/tickets/{ticket}")["subject"] == ERASED
    assert "Zoé" not in json.dumps(support.everything(f"/v1/tickets/{ticket}/timeline"), ensure_ascii=False)
    note = support.patient(f"/v1/tickets/{ticket}/notes", {"text": "It still lives."}, "after-the-erasure")
    assert note.status_code == 200, note.text
    again = erase("--yes")
    assert again.returncode in (0, 1)
    assert "Traceback" not in again.stderr
