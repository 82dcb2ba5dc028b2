"""The OpenAPI document is true: machines that read it try every operation, signed in as each role.

What Schemathesis makes of the document is sent to the application of the tests' world, in which things have happened:
the documented examples, what lies at the bounds of each value, what is beside them, and whole walks along the links
of the document. No answer may be a failure of ours, or one that the document does not tell of.

`make contract` tries far more than a run of all tests has time for.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from api.access.permissions import PERMISSIONS, allowed
from api.app import create_app
from domain.words import Role
from runtime.settings import Settings
from store.database import Database
from tests.api.conftest import HOLDERS, World
from tests.api.lived_in import Things, lived_in

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "0"))
"""Of each operation; none: few, for a run that is over soon. Not called ESCALADE_...: the settings refuse strangers."""
SEED = int(os.environ.get("CONTRACT_SEED", "20260302"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "positive_data_acceptance",
    "allow_header_conformance",
)
"""All of Schemathesis' but `object_level_authorization`. It sends what one caller has read as each other caller of a
file of logins, and forgives only what that caller finds in a list too: staff may read every ticket's timeline, which no
list shows, and would be a hole. test_other_organisation.py knows whose each thing is, and tries every operation,
those that write too."""
REFUSED_BY_THE_RULES = ["2xx", "401", "403", "404", "409", "415", "422"]
"""What may come of a request that is well formed: 422 where this agreement has no such severity, 415 for a file of
a kind that is not taken. A 400, 405 or 406 would be a fault of the document."""
SEVERAL = 8
"""Failures that are told of one kind."""


def configuration(who: dict[str, str], things: Things, phases: tuple[str, ...]) -> SchemathesisConfig:
    """What is tried, and with which of the words that this world knows."""
    words = {
        "tickets": [things.ticket, things.resolved, things.closed, things.outage],
        "organisations": ["acme", "beta"],
        "severities": ["critical", "important", "low"],
        "people": ["bob", "clara", "dora"],
        "contacts": ["anna", "adam"],
        "services": ["sites"],
        "defects": ["D-417"],
        "products": ["gates"],
        "versions": ["11.4.2"],
        "agreements": ["trackforce", "olcare"],
        "months": ["2026-03", "2026-02"],
        "windows": [things.window],
        "messages": [things.message],
        "senders": ["anna@acme.example", "adam", "nobody@acme.example"],
    }
    named = {
        "body.organisation": "organisations",
        "body.severity": "severities",
        "body.assignee": "people",
        "body.contact": "contacts",
        "body.service": "services",
        "body.defect": "defects",
        "body.product": "products",
        "body.version": "versions",
        "body.from": "senders",
        "body.agreement": "agreements",
        "path.month": "months",
        "path.product": "products",
        "path.version": "versions",
        "path.name": "agreements",
    }
    ids = {
        "tickets": "tickets",
        "organisations": "organisations",
        "services": "services",
        "defects": "defects",
        "maintenance-windows": "windows",
        "unmatched-messages": "messages",
    }

    def often(name: str) -> dict[str, Any]:
        return {"dictionary": name, "probability": 0.7}

    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "headers": who,
            "continue-on-failure": True,
            "generation": {
                "deterministic": True,
                "database": "none",
                "no-shrink": not EXAMPLES,
                "max-examples": EXAMPLES or 2,
                "with-security-parameters": False,
            },
            "phases": {
                "enabled": False,
                **{phase: {"enabled": True} for phase in phases},
                # Every other method at every address is a fifth of all requests, and the same few lines answer them.
                "coverage": {
                    "enabled": "coverage" in phases,
                    **({} if EXAMPLES else {"unexpected-methods": ["delete", "trace"]}),
                },
                "stateful": {
                    "enabled": "stateful" in phases,
                    "max-steps": 12,
                    "generation": {"max-examples": EXAMPLES or 10},
                },
            },
            "checks": {
                "enabled": False,
                **{check: {"enabled": True} for check in CHECKS},
                "positive_data_acceptance": {"enabled": True, "expected-statuses": REFUSED_BY_THE_RULES},
            },
            "dictionaries": {name: {"values": values} for name, values in words.items()},
            "parameters": {name: often(dictionary) for name, dictionary in named.items()},
            "operations": [
                # GET /v1/messages/{key} answers at this address too, and `Allow` rightly says so: found by a long run.
                {
                    "include-path": "/v1/messages/resend",
                    "checks": {"allow_header_conformance": {"enabled": False}},
                },
                *(
                    {"include-path-regex": f"^/v1/{room}/", "parameters": {"path.id": often(dictionary)}}
                    for room, dictionary in ids.items()
                ),
            ],
        }
    )


@cache
def document() -> dict[str, Any]:
    """The document, which is the same in every world, put together once for all of them."""
    read: dict[str, Any] = create_app(Settings()).openapi()
    return read


def faults(world: World, config: SchemathesisConfig, *, but: frozenset[str]) -> tuple[list[str], Counter[int]]:
    """What is wrong, a paragraph each, and how often each status was answered; `but`: operations left out."""
    schema = schemathesis.openapi.from_dict(document(), config=config)
    schema.app, schema.location = without_lifespan(world), "/openapi.json"
    if but:
        schema = schema.exclude(lambda context: context.operation.definition.raw.get("operationId") in but)
    found: dict[tuple[str, str, str], str] = {}
    statuses: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            found["error", event.label, str(event.value)] = ""
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            statuses.update(one.response.status_code for one in recorder.interactions.values() if one.response)
            for case, checks in recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        label = recorder.cases[case].value.operation.label
                        found.setdefault((type(failure).__name__, label, failure.title), _told(check.failure_info))
    return [" | ".join(kind) + "\n" + told for kind, told in found.items()], statuses


def without_lifespan(world: World) -> Callable[..., Awaitable[None]]:
    """The application without what runs beside its requests.

    Schemathesis would start it and never end it. What tidies goes by the real clock: in the world's spring it would
    find every session run out long since, delete it, and each answer to a browser would be 401.
    """

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for turn in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{turn}.complete"})
        else:
            await world.app(scope, receive, send)

    return application


def _told(info: Any) -> str:
    return f"{info.failure.message[:600]}\n{info.code_sample[:600]}\n"


def signed_in(world: World, who: str, way: str) -> dict[str, str]:
    """The headers of a key's holder, or of a browser in which that holder is signed in."""
    if way == "key":
        return {"Authorization": f"Bearer {world.keys[who]}"}
    browser = world.browser(who)
    return {"Cookie": browser.headers["Cookie"], "X-CSRF-Token": browser.headers["X-CSRF-Token"]}


def not_for(role: Role) -> frozenset[str]:
    """The operations that are closed to a role."""
    return frozenset(name for name, row in PERMISSIONS.items() if not row.public and not allowed(name, role))


ALL = ("examples", "coverage", "fuzzing", "stateful")
RUNS = [
    ("level1", "key", ("coverage",)),
    ("level1", "key", ("examples", "fuzzing")),
    ("client", "key", ("examples", "fuzzing")),
    ("integrator", "key", ("fuzzing",)),
    *((who, "session", ("stateful",)) for who in ("level1", "client", "operations")),
    *((who, "key", ("stateful",)) for who in ("consultant", "rnd", "manager", "integrator")),
]
"""Who, signed in how, tries what. What lies at the bounds of every value is the same for everybody who may; whoever
walks the links signed in in a browser meets what a key of the same role would, and the session's own refusals."""


@pytest.fixture(autouse=True)
def no_proxy_stands_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application in this process has none: looking through the environment for one takes a sixth of the time."""
    monkeypatch.setattr(requests.sessions, "get_environ_proxies", lambda *_, **__: {})


@pytest.mark.timeout(7200 if EXAMPLES else 1200)
@pytest.mark.parametrize(
    ("who", "way", "phases"), RUNS, ids=[f"{who} by {way}, {phases[0]}" for who, way, phases in RUNS]
)
def test_every_answer_is_one_that_the_document_tells_of(
    database: Database, tmp_path: Path, who: str, way: str, phases: tuple[str, ...]
) -> None:
    # Without bounds on how often: a seventh of a long run would be answered 429, and so prove nothing.
    world = World(database, Settings(home=tmp_path, rate_requests="off", rate_bad_keys="off"))
    things = asyncio.run(lived_in(world))
    if EXAMPLES:
        phases = ALL
    # Whatever is sent to an operation that is not theirs is not looked at: a 403, up to forty times each. Walks meet
    # them all the same, and test_permissions.py asks for each.
    but = frozenset[str]() if "stateful" in phases else not_for(HOLDERS[who][0])
    wrong, statuses = faults(world, configuration(signed_in(world, who, way), things, phases), but=but)
    assert not wrong, f"{len(wrong)} faults:\n\n" + "\n".join(wrong[:SEVERAL])
    print(f"{statuses.total()} requests, by status: {dict(sorted(statuses.items()))}")
    assert statuses[200] > 10, f"hardly anything succeeded, so hardly anything is proven: {statuses}"
