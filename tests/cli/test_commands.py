"""The command line over HTTP: what it asks of the API, what it prints, and how it says that something is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from cli import demo, up
from cli.main import app
from domain.words import Role
from runtime.settings import Settings
from store import directory, keys
from store.database import Database

TICKET = {
    "id": "K7M39QX24T", "status": "open", "subject": "Gates [stay] closed", "severity": "critical", "level": "support",
    "assignee": "bob", "organisation": "harbour", "contact": "anna@harbour", "channel": "portal",
    "agreement": "trackforce", "revision": "5d1c2f09ab34", "opened_at": "2026-03-02T08:00:00Z",
    "next_due": "2026-03-02T09:00:00Z", "provisional": True,
}  # fmt: skip
CLOCK = {
    "clock": "response", "standing": "running", "due": "2026-03-02T09:00:00Z",
    "sentence": "First response, 60 min: due 10:00.",
}  # fmt: skip


class Stub:
    """An API that answers as it is told and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: dict[str, tuple[int, Any]] = {
            "POST /v1/tickets": (201, TICKET),
            "GET /v1/tickets": (200, {"items": [TICKET], "next": "abc"}),
            f"GET /v1/tickets/{TICKET['id']}": (200, TICKET),
            f"GET /v1/tickets/{TICKET['id']}/clocks": (200, {"items": [CLOCK]}),
        }
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                address = urlsplit(self.path)
                length = int(self.headers.get("Content-Length", 0))
                query = parse_qs(address.query)
                stub.asked.append(
                    {
                        "what": f"{self.command} {address.path}",
                        "query": query,
                        "body": json.loads(self.rfile.read(length) or "null"),
                        "key": self.headers.get("Authorization"),
                        "language": self.headers.get("Accept-Language"),
                        "idempotency": self.headers.get("Idempotency-Key"),
                    }
                )
                status, content = stub.answer(f"{self.command} {address.path}", query)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, what: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if what.endswith("/timeline"):
            entry = {"by": "client", "by_id": "anna@harbour", "at": "2026-03-02T08:00:00Z"}
            if "cursor" in query:
                return 200, {"items": [{**entry, "number": 2, "sentence": "Then this."}], "next": None}
            return 200, {"items": [{**entry, "number": 1, "sentence": "First that."}], "next": "1"}
        problem = {"code": "unknown_ticket", "detail": "There is no such ticket. Check the number."}
        return self.answers.get(what, (404, problem))


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    stub = Stub()
    for name in ("ESC_API", "ESC_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ESCALADE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    facts = {"api": stub.address, "keys": {"client": "esk_anna", "level1": "esk_bob"}}
    (tmp_path / "demo.json").write_text(json.dumps(facts))
    yield stub
    stub.server.shutdown()


def run(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), env=environment)


def test_open_files_a_ticket_as_the_demos_client(api: Stub) -> None:
    result = run("open", "Gates stay closed", "-s", "critical", "--idempotency-key", "once")
    assert result.exit_code == 0, result.output
    assert TICKET["id"] in result.output
    asked = api.asked[0]
    assert (asked["what"], asked["key"], asked["idempotency"]) == ("POST /v1/tickets", "Bearer esk_anna", "once")
    assert asked["body"] == {
        "subject": "Gates stay closed", "description": "Gates stay closed", "channel": "portal", "severity": "critical",
    }  # fmt: skip


def test_open_says_kind_impact_intake_and_product_as_the_api_takes_them(api: Stub) -> None:
    said = ("--kind", "software-error", "--impact", "production-down", "--product", "ol-connect@2031.1#OLC-1")
    answers = ("--intake", "restarted=yes", "--intake", "backup=No", "--intake", "code = A=7")
    result = run("open", "Nothing prints", *said, *answers)
    assert result.exit_code == 0, result.output
    body = api.asked[0]["body"]
    assert (body["kind"], body["impact"]) == ("software-error", "production-down")
    assert body["intake"] == {"restarted": True, "backup": False, "code": "A=7"}
    assert body["product"] == {"name": "ol-connect", "version": "2031.1", "serial": "OLC-1"}


def test_an_answer_that_is_none_opens_nothing(api: Stub) -> None:
    for wrong, why in (("restarted", "is no answer"), ("=yes", "is no answer"), ("restarted=", "is no answer")):
        assert why in run("open", "Nothing prints", "--intake", wrong).output
    assert "answered twice" in run("open", "Nothing prints", "--intake", "a=yes", "--intake", "a=no").output
    assert api.asked == []


def test_show_prints_the_ticket_and_its_promises(api: Stub) -> None:
    result = run("show", "K7M39QX24T")
    assert result.exit_code == 0, result.output
    for said in ("Gates [stay] closed", "critical (provisional)", "support, bob", "First response, 60 min: due 10:00."):
        assert said in result.output
    assert json.loads(run("show", "K7M39QX24T", "--json").output)["clocks"] == [CLOCK]


def test_list_passes_its_filters_on_and_says_how_to_go_on(api: Stub) -> None:
    result = run("list", "--status", "open", "--status", "new", "--overdue", "--text", "gates", "--limit", "5")
    assert result.exit_code == 0, result.output
    assert api.asked[0]["query"] == {
        "status": ["open", "new"], "overdue": ["true"], "text": ["gates"], "order": ["next_due"], "limit": ["5"],
    }  # fmt: skip
    assert api.asked[0]["key"] == "Bearer esk_bob"
    assert "Gates [stay] closed" in result.output
    assert "--cursor abc" in result.output
    assert json.loads(run("list", "--json").output)["next"] == "abc"


def test_list_says_beside_itself_what_makes_it_incomplete(api: Stub) -> None:
    api.answers["GET /health/ready"] = (200, {"ok": True, "checks": {}, "warnings": ["the disk is full: not shown"]})
    result = run("list")
    assert "Gates [stay] closed" in result.stdout
    assert "the disk is full: not shown" in result.stderr
    assert "full" not in result.stdout + run("list", "--json").output


def test_timeline_reads_every_page_in_the_language_asked_for(api: Stub) -> None:
    result = run("timeline", "K7M39QX24T", "-l", "fr")
    assert "First that." in result.output
    assert "Then this." in result.output
    assert [asked["language"] for asked in api.asked] == ["fr", "fr"]


def test_address_and_key_come_from_options_or_the_environment_before_the_demo(api: Stub) -> None:
    run("show", "K7M39QX24T", "--key", "esk_other")
    run("show", "K7M39QX24T", environment={"ESC_KEY": "esk_env", "ESC_API": api.address})
    assert [asked["key"] for asked in api.asked] == ["Bearer esk_other"] * 2 + ["Bearer esk_env"] * 2
    assert "does not answer" in run("show", "K7M39QX24T", "--api", "http://127.0.0.1:9").output


def test_a_refusal_is_a_sentence_and_exit_code_1(api: Stub) -> None:
    result = run("show", "NOSUCH")
    assert (result.exit_code, result.output) == (
        1,
        "Refused (unknown_ticket): There is no such ticket. Check the number.\n",
    )
    api.answers["GET /v1/tickets"] = (200, b"<html>")
    assert "not in JSON: is it Escalade?" in run("list").output


def test_without_a_demo_or_a_key_it_says_what_to_do(api: Stub, tmp_path: Path) -> None:
    assert "the demo has keys for client, level1" in run("list", "--as", "rnd").output
    (tmp_path / "demo.json").unlink()
    assert "no demo here: `escalade up` makes one" in run("list").output
    (tmp_path / "demo.json").write_text("{")
    assert "start `escalade up` again" in run("list").output


def test_an_api_that_is_not_there_says_how_to_start_it(api: Stub) -> None:
    result = run("list", "--api", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "Start it with `escalade up`, or say where it is: --api or ESC_API." in result.output


def test_settings_shows_each_variable_and_hides_secrets(api: Stub) -> None:
    secret = {"ESCALADE_SMTP_PASSWORD": "hush", "ESCALADE_API_PORT": "8099"}
    shown = json.loads(run("settings", "--json", environment=secret).output)
    assert shown["ESCALADE_SMTP_PASSWORD"] == "(hidden)"
    assert shown["ESCALADE_API_PORT"] == "8099"
    assert len(shown) == len(Settings.model_fields)
    table = run("settings", environment=secret)
    assert "hush" not in table.output
    assert "ESCALADE_STICKY_TIMEOUT" in table.output
    assert "no such setting: ESCALADE_TYPO" in run("settings", environment={"ESCALADE_TYPO": "1"}).output


def test_keys_are_created_shown_once_listed_and_revoked(api: Stub, tmp_path: Path) -> None:
    assert "the database cannot be used" in run("key", "list").output
    database = Database(Settings(home=tmp_path).sqlalchemy_url)
    database.upgrade()
    made = json.loads(run("key", "create", "--role", "level1", "--subject", "bob", "--json").output)
    assert keys.find(database, made["secret"], datetime.now(UTC)).subject == "bob"
    listed = run("key", "list")
    assert made["id"] in listed.output
    assert made["secret"] not in listed.output
    assert run("key", "revoke", made["id"]).exit_code == 0
    assert "revoked" in run("key", "list").output
    assert run("key", "revoke", made["id"]).exit_code == 1
    assert "needs the organisation" in run("key", "create", "--role", "client", "--subject", "x").output
    unknown = run("key", "create", "--role", "client", "--subject", "x", "-o", "nobody")
    assert 'there is no organisation "nobody"; known: none' in unknown.output
    assert "holds no key" in run("key", "create", "--role", "system", "--subject", "x").output
    database.close()


def test_the_demo_has_a_key_for_each_role_and_gives_the_same_ones_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    database, now = Database(settings.sqlalchemy_url), datetime.now(UTC)
    database.upgrade()
    assert all("(new)" in told for told in demo.load_agreements(database, settings, now))
    demo.load_directory(database)
    facts = demo.facts(settings, demo.demo_keys(database, {}, now))
    assert set(facts["keys"]) == {str(role) for role in Role} - {"system"}
    assert {one["agreement"] for one in facts["organisations"]} == {"onelife", "proconcept", "olcare", "trackforce"}
    for one in facts["organisations"]:
        key = keys.find(database, one["key"], now)
        contact = directory.contact(database, key.subject)
        assert (key.role, key.organisation) == ("client", one["id"])
        assert contact is not None
        assert contact.organisation == one["id"]
        # One client has two contracts that belong together; the first is the one that its tickets are under.
        contracts = [found.id for found in directory.contracts(database, one["id"], at=now)]
        assert contracts == [f"{one['id']}-{number}" for number in range(1, len(contracts) + 1)]
        assert contracts[0] == one["contract"]
        assert len(directory.contacts(database, one["id"])) == 3

    demo.write(tmp_path / "demo.json", facts)
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    kept = json.loads((tmp_path / "demo.json").read_text())
    demo.load_directory(database)
    assert not any("(new)" in told for told in demo.load_agreements(database, settings, now))
    assert demo.facts(settings, demo.demo_keys(database, kept, now)) == facts
    assert len(keys.keys(database)) == len(demo.SUBJECTS) + len(demo.CLIENTS)

    keys.revoke(database, keys.find(database, facts["keys"]["rnd"], now).id, now)
    again = demo.demo_keys(database, kept, now)["keys"]
    assert again["rnd"] != facts["keys"]["rnd"]
    assert again["level1"] == facts["keys"]["level1"]
    database.close()


def test_a_comment_changed_in_an_agreement_file_does_not_stop_a_start(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    text = (Path(demo.__file__).parents[1] / "agreements/onelife.yaml").read_text()
    (own / "onelife.yaml").write_text(text)
    settings = Settings(home=tmp_path, agreements_dir=own)
    database, now = Database(settings.sqlalchemy_url), datetime.now(UTC)
    database.upgrade()
    demo.load_agreements(database, settings, now)
    (own / "onelife.yaml").write_text(text + "# a remark\n")
    assert not any("(new)" in told for told in demo.load_agreements(database, settings, now))
    database.close()


def test_the_calls_to_paste_carry_the_keys_of_those_who_make_them() -> None:
    secrets = {"client": "esk_c", "level1": "esk_1", "integrator": "esk_i"}
    first, second, third = up.calls("http://127.0.0.1:8080", secrets)
    assert "Bearer esk_c" in first
    assert first.startswith("TICKET=$(curl -s http://127.0.0.1:8080/v1/tickets ")
    assert "/$TICKET/acknowledgement" in second
    assert "/v1/monitors/alertmanager" in third


def test_help_names_every_command() -> None:
    output = run("--help").output
    for command in (
        "up",
        "open",
        "show",
        "list",
        "timeline",
        "replay",
        "agreement",
        "key",
        "settings",
        "prepare",
        "sign-in-link",
    ):
        assert command in output
