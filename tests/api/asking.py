"""How to ask every operation and page for a thing: somebody's, or one that is not there, in the same words.

An operation that has a parameter in its address finds its thing here by the beginning of the address, so that a new one
below it needs no word. Everything else that can name a thing has a row. What has neither fails the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.tickets.steps import DOORS
from tests.api.conftest import filing
from tests.api.lived_in import Things


@dataclass(frozen=True)
class Question:
    """One request."""

    method: str
    path: str
    more: dict[str, Any] = field(default_factory=dict)

    async def put(self, http: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        more = {**self.more, "headers": {**headers, **self.more.get("headers", {})}}
        return await http.request(self.method, self.path, **more)


@dataclass(frozen=True)
class Pair:
    """The same question about a thing of another organisation's, and about nothing."""

    theirs: Question
    none: Question
    names: dict[str, str]
    """The one's names, and the other's in their place."""
    address: bool
    """The address itself names it: there is no answer but that it is not there, or not permitted."""


def nothing(name: str) -> str:
    """A name of the same length that nothing has: not even the length of an answer may tell."""
    if set(name) <= set("0123456789abcdef"):
        return "e" * len(name)
    return ("0" if name[0].isupper() or name[0].isdigit() else "z") * len(name)


def addresses(things: Things) -> dict[str, dict[str, str]]:
    """By the beginning of an address: which thing its parameters name."""
    return {
        "/v1/tickets/{id}": {"id": things.ticket},
        "/v1/tickets/{id}/attachments/{attachment}": {"id": things.ticket, "attachment": things.file},
        "/v1/attachments/{attachment}": {"attachment": things.upload},
        "/v1/organisations/{id}": {"id": "acme"},
        "/v1/organisations/{organisation}/contacts/{contact}": {"organisation": "acme", "contact": "anna"},
        "/v1/agreements/{name}": {"name": "trackforce"},
        "/v1/services/{id}": {"id": things.service},
        "/v1/maintenance-windows/{id}": {"id": things.window},
        "/v1/unmatched-messages/{id}": {"id": things.message},
        "/v1/me": {},
        "/v1/webhooks/{id}": {"id": things.webhook},
        "/v1/contacts/{id}": {"id": "anna"},
        "/v1/keys/{id}": {"id": things.key},
        "/account/keys/{id}": {"id": things.key},
        "/account/sessions/{id}": {"id": things.session},
        "/v1/monitors/json/{monitor}": {},
        "/v1/monitors/rejected/{id}": {"id": things.rejected},
        "/portal/tickets/{id}": {"id": things.ticket},
        "/portal/contacts/{id}": {"id": "anna"},
        "/board/tickets/{id}": {"id": things.ticket},
        "/board/clients/{id}": {"id": "acme"},
        "/board/clients/{organisation}/contacts/{contact}": {"organisation": "acme", "contact": "anna"},
    }


SAID = {"month": "2026-03", "step": "comment", "number": "1", "monitor": "pager"}
"""Parameters of addresses that name no thing."""
PERSON = {"name": "Noah Petit", "email": "noah@beta.example", "role": "end_user", "language": "fr"}
ICINGA = {
    "at": 1772438400, "host": "db1", "service": "disk", "state": "CRITICAL", "type": "PROBLEM", "output": "Full.",
    "last_hard_change": 1772438400,
}  # fmt: skip
CLOUD: dict[str, Any] = {
    "specversion": "1.0", "id": "7f1c", "source": "https://probe.example/lyon", "type": "example.alert.firing",
    "subject": "gate-4",
    "data": {"severity": "critical", "summary": "81 degrees", "started_at": "2026-03-02T08:00:00Z"},
}  # fmt: skip
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BODIES: dict[str, dict[str, Any]] = {
    **{door.operation: {"json": door.example} for door in DOORS},
    "register_product": {"json": {"product": "gates", "serial": "G-2"}},
    "withdraw_product": {"params": {"product": "gates", "serial": "G-1"}},
    "sell_hours": {"json": {"contract": "acme-0", "hours": 10}},
    "change_webhook": {"json": {"description": "Mine now."}},
    "rotate_webhook_secret": {"json": {}},
    "save_contact_preferences": {"json": {}},
    "save_my_preferences": {"json": {}},
    "change_contact": {"json": {"telephone": "+33140506071"}},
    "portal_change_contact": {"data": {"name": "Somebody"}},
    "portal_step": {"data": {"text": "Hello?"}},
}
"""Bodies of operations whose address names the thing."""


def named(things: Things, own: str) -> dict[str, list[tuple[dict[str, Any], dict[str, str]]]]:
    """Operation to what can name a thing in its query or body; `own` is a ticket of whoever asks."""
    mail = {"channel": "email", "subject": "Printer", "text": "Dark again."}
    alert = {"status": "firing", "startsAt": "2026-03-02T08:00:00Z", "fingerprint": "f1"}
    return {
        "open_ticket": [
            ({"json": filing(organisation="acme")}, {"acme": "zzzz"}),
            ({"json": filing(contract="acme-1")}, {"acme-1": "zzzzzz"}),
            ({"json": filing(contract="beta-1", contact="anna")}, {"anna": "zzzz"}),
            ({"json": filing(contract="beta-1", severity="low", service="sites")}, {"sites": "zzzzz"}),
            ({"json": filing(contract="beta-1", attachments=[things.upload])}, {things.upload: nothing(things.upload)}),
        ],
        "comment": [
            ({"json": {"text": "x", "attachments": [one]}, "path": own}, {one: nothing(one)})
            for one in (things.upload, things.file)
        ],
        "upload_attachment": [
            ({"files": {"file": ("a.log", b"x")}, "data": {"organisation": "acme"}}, {"acme": "zzzz"}),
            (
                {"files": {"file": ("a.log", b"x")}, "data": {"ticket": things.ticket}},
                {things.ticket: nothing(things.ticket)},
            ),
        ],
        "download_attachment": [({"own": own}, {things.file: nothing(things.file)})],
        "take_message": [
            ({"json": {**mail, "from": "anna@acme.example"}}, {"anna@acme.example": "zzzz@acme.example"}),
            ({"json": {**mail, "from": "adam"}}, {"adam": "zzzz"}),
            (
                {"json": {**mail, "from": "berta", "contract": "beta-1", "subject": f"Re: [{things.ticket}]"}},
                {things.ticket: nothing(things.ticket)},
            ),
        ],
        "alertmanager": [
            ({"json": {"alerts": [{**alert, "labels": {"client": "ACME", "service": "x"}}]}}, {"ACME": "ZZZZ"}),
        ],
        "report_grafana": [
            ({"json": {"alerts": [{**alert, "labels": {"client": "ACME"}}]}}, {"ACME": "ZZZZ"}),
        ],
        "report_icinga2": [({"json": {**ICINGA, "organisation": "ACME"}}, {"ACME": "ZZZZ"})],
        "report_cloudevents": [
            (
                {"json": {**CLOUD, "data": {**CLOUD["data"], "organisation": "ACME"}}, "headers": STRUCTURED},
                {"ACME": "ZZZZ"},
            ),
        ],
        "create_webhook": [
            ({"json": {"url": "https://9.9.9.9/x", "events": ["*"], "organisation": "acme"}}, {"acme": "zzzz"}),
        ],
        "add_contact": [
            ({"json": {**PERSON, "organisation": "acme"}}, {"acme": "zzzz"}),
            ({"json": {**PERSON, "email": "anna@acme.example"}}, {"anna@acme": "zzzz@acme"}),
        ],
        "portal_add_contact": [({"data": {**PERSON, "email": "adam@acme.example"}}, {"adam@acme": "zzzy@acme"})],
        "list_contacts": [({"params": {"organisation": "acme"}}, {"acme": "zzzz"}), ({}, {})],
        "make_key": [
            ({"json": {"name": "k", "role": "client", "organisation": "acme"}}, {"acme": "zzzz"}),
            ({"json": {"name": "k", "role": "client", "subject": "anna"}}, {"anna": "zzzz"}),
        ],
        "make_key_on_page": [({"data": {"name": "k", "role": "client", "subject": "anna"}}, {"anna": "zzzz"})],
        "list_keys": [({"params": {"organisation": "acme"}}, {"acme": "zzzz"}), ({}, {})],
        "list_webhooks": [({"params": {"organisation": "acme"}}, {"acme": "zzzz"}), ({}, {})],
        "portal_file": [({"data": {**filing(), "contract": "acme-1"}}, {"acme-1": "zzzzzz"})],
        "list_tickets": [
            ({"params": {"organisation": "acme"}}, {"acme": "zzzz"}),
            ({"params": {"assignee": "bob"}}, {"bob": "zzz"}),
            ({"params": {"service": "sites"}}, {"sites": "zzzzz"}),
            ({"params": {"text": "gates"}}, {"gates": "zzzzz"}),
        ],
        "read_hours": [({"params": {"ticket": things.ticket}, "id": "beta"}, {things.ticket: nothing(things.ticket)})],
        "list_services": [({"params": {"agreement": "trackforce"}}, {"trackforce": "zzzzzzzzzz"}), ({}, {})],
        "list_maintenance_windows": [({"params": {"service": "sites"}}, {"sites": "zzzzz"}), ({}, {})],
        "list_refused_requests": [({"params": {"organisation": "acme"}}, {"acme": "zzzz"}), ({}, {})],
        "read_escalation_contacts": [
            ({"params": {"subject": "x", "organisation": "acme"}}, {"acme": "zzzz"}),
            ({"params": {"subject": "x", "agreement": "trackforce"}}, {"trackforce": "zzzzzzzzzz"}),
        ],
        "board_queue": [
            ({"params": {"view": "everything", "q": things.ticket}}, {things.ticket: nothing(things.ticket)}),
            ({"params": {"view": "everything", "organisation": "acme"}}, {"acme": "zzzz"}),
            ({"params": {"view": "everything"}}, {}),
        ],
        "board_assign": [
            ({"data": {"ticket": [things.ticket], "assignee": "bob"}}, {things.ticket: nothing(things.ticket)}),
        ],
        "board_calls": [({"params": {"organisation": "acme"}}, {"acme": "zzzz"}), ({}, {})],
        "board_alerts": [
            ({"params": {"organisation": "acme"}}, {"acme": "zzzz"}),
            ({"params": {"ticket": things.ticket}}, {things.ticket: nothing(things.ticket)}),
        ],
        "save_preferences_on_page": [({"data": {"language": "en"}}, {})],
        "portal_tickets": [({"params": {"text": "gates"}}, {"gates": "zzzzz"})],
    }


def pairs(operation: str, method: str, path: str, things: Things, own: str) -> list[Pair]:
    """Every way to ask the operation for a thing. AssertionError when nobody said how."""
    found: list[Pair] = []
    beginnings = [one for one in addresses(things) if path == one or path.startswith((f"{one}/", f"{one}."))]
    if beginnings:
        parts = addresses(things)[max(beginnings, key=len)]
        found.append(_pair(method, path, {**SAID, **parts}, parts, BODIES.get(operation, {}), address=bool(parts)))
    for more, names in named(things, own).get(operation, []):
        kept = {name: value for name, value in more.items() if name not in ("path", "own", "id")}
        parts = {**SAID, "id": more.get("path") or more.get("own") or more.get("id") or "", "attachment": things.file}
        found.append(_pair(method, path, parts, {}, kept, names=names, address="own" in more))
    if not found and method == "get" and "{" not in path:
        found.append(_pair(method, path, {}, {}, {}, address=False))  # asked plainly, it tells nothing of others
    assert found, f"say in tests/api/asking.py how {operation} ({path}) can be asked for another's thing"
    return found


def common(method: str, path: str) -> Question:
    """What is about all organisations together, asked for anything."""
    return Question(method, re.sub(r"{\w+}", "zzzz", path), {} if method == "get" else {"json": {}})


def _pair(
    method: str,
    path: str,
    parts: dict[str, str],
    swapped: dict[str, str],
    more: dict[str, Any],
    *,
    address: bool,
    names: dict[str, str] | None = None,
) -> Pair:
    names = {**{value: nothing(value) for value in swapped.values()}, **(names or {})}
    theirs = Question(method, path.format(**parts), more)
    return Pair(theirs, _renamed(theirs, names), names, address)


def _renamed(question: Question, names: dict[str, str]) -> Question:
    def swap(value: Any) -> Any:
        if isinstance(value, str):
            for name, other in names.items():
                value = value.replace(name, other)
            return value
        if isinstance(value, dict):
            return {key: swap(one) for key, one in value.items()}
        return [swap(one) for one in value] if isinstance(value, list) else value

    path = question.path
    for name, other in names.items():
        path = "/".join(part.replace(name, other) if part.startswith(name) else part for part in path.split("/"))
    return Question(question.method, path, swap(question.more))


def marks_left(answer: httpx.Response, question: Question, things: Things) -> list[str]:
    """What of acme's stands in an answer to somebody else."""
    marks = (things.ticket, things.resolved, things.closed, things.outage, things.file, "acme", "ACME", "anna", "Anna")
    asked = repr(question)
    text = answer.text
    for said in (rf"Re: \[{things.ticket}\]", r"\w+@acme\.example"):  # by whoever asks, a moment ago
        text = re.sub(said, "", text)
    return [text[max(0, text.index(one) - 60) :][:120] for one in marks if one in text and one not in asked]
