"""A world in which things have happened: one of each, all of them acme's where they are anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.words import Role
from store import hours, keys, sessions
from store.hours import SoldPackage
from tests.api.conftest import LAST_YEAR, World
from tests.factories import DAY

CAUSE = {"cause": "configuration", "cause_text": "A switch in the wrong place."}


@dataclass(frozen=True)
class Things:
    """What there is, by the ids that addresses take."""

    ticket: str
    """Open, with a question and an answer, comments, a note, an escalation, a manager who was asked."""
    resolved: str
    """Waits for the client's consent."""
    closed: str
    outage: str
    """An interruption of the service `sites`."""
    window: str
    message: str
    """It was nobody's, and waits for somebody of ours."""
    package: str
    upload: str
    """A file that anna has uploaded, and no step has named yet."""
    file: str
    """A file of `ticket`."""
    webhook: str
    key: str
    session: str
    """Of anna's browser."""
    rejected: str
    """A monitor's report that could not be read."""
    defect: str = "D-417"
    product: str = "gates"
    version: str = "11.4.2"
    service: str = "sites"
    month: str = "2026-03"


async def lived_in(world: World) -> Things:
    """Lets all of it happen in `world`."""
    await _catalogue(world)
    ticket = await world.open()
    await world.step("level1", ticket, "acknowledgement", means="call", text="On it.")
    await world.step("level1", ticket, "assignment", assignee="bob")
    await world.step("level1", ticket, "questions", question="Which firmware?")
    await world.step("client", ticket, "answers", text="4.2")
    file = await _uploaded(world, "shown.log")
    await world.step("client", ticket, "comments", text="See here.", attachments=[file])
    await world.step("level1", ticket, "notes", text="Controller again?")
    await world.step("level1", ticket, "escalations", level="rnd", reason="A defect.")
    await world.step("level1", ticket, "defect", defect="D-417", reason="Its driver.")
    await world.step("client", ticket, "manager-requests", reason="A day already.")
    resolved = await world.open(subject="The reader is dark")
    await world.step("level1", resolved, "acknowledgement", means="call", text="On it.")
    await world.step("level1", resolved, "resolution", kind="fix", text="Plugged in.", **CAUSE)
    closed = await world.open(subject="A badge too few")
    await world.step("client", closed, "withdrawal", reason="Found it.")
    outage = await world.open("level1", organisation="acme", service="sites", subject="Sites are away")
    refused = await world.post("client", "/v1/tickets", {**_filing(), "language": "de"})
    assert refused.status_code == 422, refused.text
    unmatched = await world.post("level1", "/v1/messages", _MESSAGE)
    assert unmatched.status_code == 422, unmatched.text
    window = await _made(
        world, "manager", "/v1/services/sites/maintenance-windows",
        {"starts_at": "2026-03-08T22:00:00Z", "ends_at": "2026-03-09T00:00:00Z", "text": "Another database."},
    )  # fmt: skip
    package, _ = hours.sell(
        world.database,
        SoldPackage(
            id="H-0000000001", organisation="acme", contract="acme-0", agreement="onelife", minutes=600,
            bought_at=LAST_YEAR, expires_at=LAST_YEAR + 700 * DAY, sold_by="max", sold_at=LAST_YEAR, digest="",
        ),
    )  # fmt: skip
    upload = await _uploaded(world, "waiting.log")
    webhook = await _made(world, "client", "/v1/webhooks", {"url": "https://9.9.9.9/hook", "events": ["ticket.*"]})
    world.key("acme's monitor", Role.integrator, "icinga", "acme")
    rejected = await world.post("acme's monitor", "/v1/monitors/icinga2", {"state": "?"})
    assert rejected.status_code == 422, rejected.text
    _, key = keys.create(world.database, role=Role.client, subject="adam", organisation="acme", now=world.now)
    _, session = sessions.begin(
        world.database, subject="anna", role=Role.client, organisation="acme", name="Anna", language="fr", way="link",
        now=world.now,
    )  # fmt: skip
    world.turn(minutes=1)
    return Things(
        ticket=ticket,
        resolved=resolved,
        closed=closed,
        outage=outage,
        window=window["id"],
        message=unmatched.json()["message"],
        package=package.id,
        upload=upload,
        file=file,
        webhook=webhook["id"],
        key=key.id,
        session=session.id,
        rejected=rejected.json()["kept"],
    )


_MESSAGE = {"channel": "email", "from": "nobody@acme.example", "subject": "Printer", "text": "It is broken."}


async def _catalogue(world: World) -> None:
    """A defect with news, a release, a service of ours, a registered product."""
    service = {"name": "Site access", "agreement": "trackforce", "monitor": "sites-prod", "organisation": "acme"}
    saved = await world.http.put("/v1/services/sites", json=service, headers=_key(world, "manager"))
    assert saved.status_code == 200, saved.text
    defect = {"title": "Loses its connection", "description": "After 49 days.", "product": "gates", "id": "D-417"}
    await _made(world, "level1", "/v1/defects", defect)
    told = await world.post("rnd", "/v1/defects/D-417/answers", {"text": "We can reproduce it."})
    assert told.status_code == 200, told.text
    version = {"product": "gates", "version": "11.4.2", "line": "11", "released_at": "2026-02-01T00:00:00Z"}
    await _made(world, "rnd", "/v1/products", {**version, "stage": "released"})
    await _made(world, "rnd", "/v1/releases", {"product": "gates", "version": "11.4.2", "text": "Holds.", "fixes": []})
    await _made(world, "level1", "/v1/organisations/acme/products", {"product": "gates", "serial": "G-1"})


async def _uploaded(world: World, name: str) -> str:
    files = {"file": (name, f"08:50 gate 3 stays closed ({name})".encode())}
    answer = await world.http.post("/v1/attachments", files=files, headers=_key(world, "client"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _filing() -> dict[str, Any]:
    return {"subject": "Das Tor bleibt zu", "description": "Seit 08:50.", "channel": "portal", "severity": "low"}


def _key(world: World, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.keys[who]}"}


async def _made(world: World, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await world.post(who, path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
