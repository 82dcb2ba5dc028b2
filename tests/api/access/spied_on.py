"""A process in which people and machines come in with every secret they have, while everything is written down.

`python -m tests.api.access.spied_on HOME`: its log goes to the standard error as JSON, at the level "debug". On the
standard output, one JSON object: the secrets that were used, and every span.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.access.browser import COOKIE
from domain.commands import Command
from runtime.links import link_secret
from runtime.settings import Settings
from runtime.telemetry import set_up
from store import outbox, routing
from store.database import Database
from tests.api.conftest import World, _fill
from tests.api.monitoring.posting import ALERTMANAGER, alert, group
from workflows.protocol import Receipt

MASTER = "the-key-that-seals-everything-0123"


async def come_in(world: World) -> dict[str, str]:
    """Every way in, used well and badly; the secrets by what they are."""
    used = {
        f"key of {name}": secret for name, secret in world.keys.items() if name in ("client", "level1", "integrator")
    }
    used["a key that is none"] = "esk_guessed_by_somebody_0123456789"
    ticket = await world.open()
    await world.get(used["a key that is none"], f"/v1/tickets/{ticket}")
    await world.post("integrator", ALERTMANAGER, group(alert()))
    basic = base64.b64encode(f"any:{world.keys['integrator']}".encode()).decode()
    used["the password of Basic"] = basic
    await world.http.post(ALERTMANAGER, json=group(alert("a2")), headers={"Authorization": f"Basic {basic}"})
    await world.http.post(ALERTMANAGER, json=group(alert("a3")), headers={"Authorization": "Basic " + basic[::-1]})
    async with _browser(world) as visitor:
        await visitor.post("/sign-in/key", data={"key": world.keys["level1"], "next": "/v1/me"})
        used["the cookie of a sign-in by key"] = visitor.cookies[COOKIE]
        await visitor.get("/board")
    async with _browser(world) as visitor:
        await visitor.post("/sign-in/link", data={"email": "anna@acme.example", "next": "/"})
        routing.route(world.database, world.now)
        mail = next(one for one in outbox.due(world.database, world.now) if one.message.template == "sign_in_link")
        secret = used["the link in a mail"] = link_secret(world.app.state.settings, mail.message.data["link"])
        await visitor.get(f"/sign-in/link/{secret}")
        await visitor.post(f"/sign-in/link/{secret}")
        await visitor.post(f"/sign-in/link/{secret}")
        used["the cookie of a sign-in by link"] = visitor.cookies[COOKIE]
        await visitor.get("/v1/me")
    person = world.browser("client")
    used["the cookie of a person"] = person.headers["Cookie"].partition("=")[2]
    used["the token against foreign pages"] = person.headers["X-CSRF-Token"]
    await person.post(f"/v1/tickets/{ticket}/comments", json={"text": "From the page."})
    await person.post(f"/v1/tickets/{ticket}/comments", json={"text": "x"}, headers={"X-CSRF-Token": "none"})
    hook = {"url": "https://9.9.9.9/hook", "events": ["*"]}
    made = (await world.post("client", "/v1/webhooks", hook)).json()
    used["what signs a webhook"] = made["secret"]
    world.engine.command = _broken  # type: ignore[method-assign]
    failed = await world.post("level1", f"/v1/tickets/{ticket}/comments", {"text": "Meanwhile"})
    assert failed.status_code == 500
    return used


async def _broken(ticket: str, command: Command) -> Receipt:
    raise RuntimeError("nobody foresaw this")


def _browser(world: World) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(world.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://escalade.example", headers={"Accept": "text/html"})


def main(home: Path) -> None:
    spans = InMemorySpanExporter()
    settings = Settings(home=home, log_format="json", log_level="debug", secret_key=MASTER)
    set_up("escalade-api", settings, processors=[SimpleSpanProcessor(spans)])
    database = Database(f"sqlite:///{_fill(home / 'escalade.db')}")
    world = World(database, settings)
    world.now = datetime.now(UTC)
    used = asyncio.run(come_in(world)) | {"the key of the house": MASTER}
    database.close()
    told: list[Any] = [json.loads(span.to_json()) for span in spans.get_finished_spans()]
    print(json.dumps({"secrets": used, "spans": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
