"""A whole support organisation for a clause's test: the real API over the real workflow, with virtual time.

Everything is as in production except the clock (the time-skipping server's) and the mail server: what would be sent
is read from the outbox, in the words that the client would read.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sysconfig
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import select
from temporalio import activity
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.booking import Booker
from activities.defects import DefectCommands, DefectKeeper
from activities.names import DELIVER
from activities.recording import Recorder
from activities.telling_tickets import TicketTeller
from activities.texts import Texts
from activities.ticket_commands import TicketCommands
from activities.waking import WakeDefects
from agreements import load, parse, published, revision
from api.app import create_app
from api.directory.agreements import Compiled
from api.engine.tickets import NoRun, TicketEngine
from domain.elapse import next_due
from domain.messages import Message
from domain.words import Level, Role
from runtime.settings import Settings
from runtime.temporal import register_search_attributes
from store import agreements, defects, directory, keys, products, tickets
from store.database import Database
from store.directory import Contact, Contract, Mailbox, Organisation, Staff
from store.tables import outbox
from workflows import sandbox, visibility
from workflows.defect import DefectWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.protocol import delivery_queue
from workflows.release import ReleaseWorkflow
from workflows.ticket import TicketWorkflow

SCRIPTS = Path(sysconfig.get_path("scripts"))
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
CONTRACT: dict[str, Any] = {"id": "acme-1", "organisation": "acme", "valid_from": SINCE, "accepted_at": SINCE}
REGISTERED = {"ol-connect": "OLC-1", "planetpress": "PP-1"}
"""Products, with acme's serial numbers."""
YEAR = 2031
"""Every story takes place in it: far enough ahead for a clock that only goes forward. 3 March 2031 is a Monday."""

TEXTS = Texts()
COMPILED = Compiled()
"""What agreements promise, by what stands in them: the same for every desk."""
STAFF = {
    "bob": Staff(id="bob", name="Bob", email="bob@support.example", role=Role.level1, level=Level.support),
    "lea": Staff(id="lea", name="Léa", email="lea@support.example", role=Role.level1, level=Level.support),
    "clara": Staff(
        id="clara", name="Clara", email="clara@support.example", role=Role.consultant, level=Level.consulting,
        group="logistics",
    ),
    "dora": Staff(id="dora", name="Dora", email="dora@support.example", role=Role.rnd, level=Level.rnd),
    "max": Staff(id="max", name="Max", email="max@support.example", role=Role.manager),
}  # fmt: skip


@dataclass(frozen=True)
class Mail:
    """A message as its reader would have it."""

    template: str
    to: str
    subject: str
    text: str
    language: str
    """The one that it is meant to be in."""
    data: dict[str, Any]


class Refused(Exception):
    """A call that was answered with a problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str:
        """The stable code of the refusal."""
        return str(self.problem["code"])


LAG = timedelta(seconds=1)
"""Virtual time between the start of a desk and the first thing that happens there."""


class Desk:
    """`await desk.post("anna", "/v1/tickets", {...})`; people are clients' contacts, or ids of `STAFF`.

    The organisation "acme" has one contract, under the agreement that the test names, and the contacts anna (key
    user), ines (administrator) and emile (end user). `zone` is that of the wall clock that tests speak of.
    """

    def __init__(self, environment: WorkflowEnvironment, database: Database, zone: str) -> None:
        self.environment = environment
        self.database = database
        self.zone = ZoneInfo(zone)
        settings = Settings(update_lead=timedelta(0), update_spread=timedelta(0))  # each update at its very due instant
        self.engine = TicketEngine(environment.client, task_queue="test", timeout=timedelta(seconds=90))
        self.app = create_app(settings, engine=self.engine, database=database)
        self.app.state.context.agreements = COMPILED
        self.app.state.context.clock = self.now
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url="http://escalade"
        )
        self._keys: dict[str, str] = {}
        self._opened: list[str] = []

    # --- time

    async def now(self) -> datetime:
        """Virtual now."""
        return await self.environment.get_current_time()

    def at(self, wall: str) -> datetime:
        """An instant by the clock on the wall: "03-03 10:00" (of YEAR), or with its own year in front."""
        wall = wall if wall.count("-") == 2 else f"{YEAR}-{wall}"
        return datetime.strptime(wall, "%Y-%m-%d %H:%M").replace(tzinfo=self.zone).astimezone(UTC)

    async def until(self, wall: str, lag: timedelta = timedelta()) -> None:
        """Lets time pass until then, or a `lag` more; never back."""
        left = self.at(wall) + lag - await self.now()
        assert left >= timedelta(), f"{wall} has passed"
        if left:
            await self.environment.sleep(left)
        for ticket in self._opened:
            await self._settled(ticket)

    async def _settled(self, ticket: str) -> None:
        """What has fallen due on a ticket has been done and recorded; else a read of that very instant may miss it."""
        for _ in range(500):
            row, now = tickets.get(self.database, ticket), await self.now()
            try:
                state = await self.engine.state(ticket)
            except NoRun:
                return
            due = next_due(state)
            if row is not None and row.version >= state.sequence and (due is None or due > now):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"ticket {ticket} does not come to rest")

    async def settled(self, done: Callable[[], bool]) -> None:
        """Waits, in real time, for what workflows do of themselves after an answer. Virtual time stands still."""
        for _ in range(400):
            if done():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it did not come about within 20 seconds")

    def unheard(self, defect: str) -> int:
        """How many tickets wait for that defect and have not heard its newest news."""
        return len(defects.waiting(self.database, defect, defects.news(self.database, defect)))

    # --- people

    def save(self, *entries: Organisation | Contract | Contact | Staff | Mailbox) -> None:
        """More of the directory, or other values for what is there."""
        directory.save(self.database, *entries)

    def rewrite(self, agreement: str, old: str, new: str) -> None:
        """Another word in an agreement file: what holds is what stands there, for every ticket opened from now on."""
        text = published()[agreement].read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} must stand in the file once"
        text = text.replace(old, new)
        agreements.save(self.database, agreement, revision(parse(text, name=agreement)), text, SINCE)

    def key(self, who: str) -> str:
        """The API key of a contact, of a member of staff, or of `monitor` and `operations`."""
        if who not in self._keys:
            role, organisation = self._who(who)
            self._keys[who], _ = keys.create(
                self.database, role=role, subject=who, organisation=organisation, now=SINCE
            )
        return self._keys[who]

    def _who(self, who: str) -> tuple[Role, str | None]:
        member, contact = directory.member(self.database, who), directory.contact(self.database, who)
        if member is not None:
            return member.role, None
        if contact is not None:
            return Role.client, contact.organisation
        return {"monitor": Role.integrator, "operations": Role.operations}[who], None

    # --- the API

    async def call(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """One call, answered however."""
        headers = {"Authorization": f"Bearer {self.key(who)}", **more.pop("headers", {})}
        return await self.http.request(method, path, json=body, headers=headers, **more)

    async def get(self, who: str, path: str, **more: Any) -> Any:
        """The answer to a read; Refused otherwise."""
        return _read(await self.call(who, "GET", path, **more))

    async def post(self, who: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer to a call that changes something; Refused otherwise."""
        return _read(await self.call(who, "POST", path, body, **more))

    async def open(self, who: str = "anna", **filed: Any) -> str:
        """Opens a ticket of acme's; its number."""
        body = {
            "subject": "Nothing is printed",
            "description": "Since this morning nothing leaves the printer.",
            "channel": "portal",
            **({} if self._who(who)[1] else {"organisation": "acme", "contact": "anna"}),
            **filed,
        }
        ticket = str((await self.post(who, "/v1/tickets", body))["id"])
        await self._settled(ticket)
        self._opened.append(ticket)
        return ticket

    async def recorded(self, ticket: str) -> None:
        """A ticket that was not opened by `open` is recorded, and from now on followed like the others."""
        await self._settled(ticket)
        self._opened.append(ticket)

    async def step(self, who: str, ticket: str, path: str, **body: Any) -> dict[str, Any]:
        """One step: `await desk.step("bob", ticket, "comments", text="…")`; its receipt. Refused otherwise."""
        return dict(await self.post(who, f"/v1/tickets/{ticket}/{path}", body))

    # --- what came of it

    async def ticket(self, ticket: str, who: str = "bob") -> dict[str, Any]:
        """The ticket as `who` reads it."""
        return dict(await self.get(who, f"/v1/tickets/{ticket}"))

    async def timeline(self, ticket: str, who: str = "bob") -> list[dict[str, Any]]:
        """Its events as `who` reads them."""
        return list((await self.get(who, f"/v1/tickets/{ticket}/timeline", params={"limit": 200}))["items"])

    async def types(self, ticket: str, who: str = "bob") -> list[str]:
        """The types of its events."""
        return [str(entry["type"]) for entry in await self.timeline(ticket, who)]

    async def clocks(self, ticket: str, kind: str | None = None, who: str = "bob") -> list[dict[str, Any]]:
        """Its clocks explained, oldest first."""
        items = (await self.get(who, f"/v1/tickets/{ticket}/clocks"))["items"]
        return [item for item in items if kind is None or item["kind"] == kind]

    async def clock(self, ticket: str, kind: str, who: str = "bob") -> dict[str, Any]:
        """The newest clock of a kind."""
        return (await self.clocks(ticket, kind, who))[-1]

    async def due(self, ticket: str, kind: str) -> str | None:
        """When it is due, by the clock on the wall: "2031-03-03 11:00"."""
        return self.wall((await self.clock(ticket, kind))["due"])

    def wall(self, instant: str | None) -> str | None:
        """An instant of the API by the clock on the wall."""
        return f"{datetime.fromisoformat(instant).astimezone(self.zone):%Y-%m-%d %H:%M}" if instant else None

    def mails(self, ticket: str | None, template: str | None = None, to: str | None = None) -> list[Mail]:
        """What was sent about a ticket (None: about none), oldest first; `to`: a person, a team or a role."""
        found = self.messages(ticket)
        return [
            _mail(message) for message in found if template in (None, message.template) and to in (None, message.to.id)
        ]

    def messages(self, ticket: str | None) -> list[Message]:
        """The same before it is put into words."""
        query = select(outbox.c.body).where(outbox.c.ticket == ticket).order_by(outbox.c.sequence)
        with self.database.read() as connection:
            bodies = connection.execute(query).scalars().all()
        return [Message.model_validate(body if isinstance(body, dict) else json.loads(body)) for body in bodies]


def _read(answer: httpx.Response) -> Any:
    if answer.status_code >= 400:
        raise Refused(answer.status_code, answer.json())
    return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content


def _mail(message: Message) -> Mail:
    # A language that has no catalogue yet goes out in English; in one that has, nothing may be missing.
    written = TEXTS.write(message, message.language if message.language in TEXTS.languages else "en")
    return Mail(message.template, message.to.id, written.subject, written.text, message.language, message.data)


def fill(database: Database, own: Path | None = None) -> None:
    """The schema, the agreements (with those of a folder of their own) and our staff."""
    database.upgrade()
    for name, path in published(own).items():
        agreements.save(database, name, revision(load(path)), path.read_text(encoding="utf-8"), SINCE)
    teams = ("support", "consulting", "rnd")
    directory.save(
        database,
        *STAFF.values(),
        *(Mailbox(kind="team", id=team, email=f"{team}@support.example") for team in teams),
        *(Mailbox(kind="role", id=role, email=f"{role}@support.example") for role in ("lead", "manager")),
    )


def client(database: Database, agreement: str, language: str, **contract: Any) -> None:
    """The organisation acme, with one contract and three contacts."""
    directory.save(
        database,
        Organisation(id="acme", name="ACME", language=language),
        Contract(**{**CONTRACT, "agreement": agreement, **contract}),
        *(
            Contact(
                id=who, organisation="acme", name=who.title(), role=role, language=language,  # type: ignore[arg-type]
                email=f"{who}@acme.example",
            )
            for who, role in (("anna", "key_user"), ("ines", "administrator"), ("emile", "end_user"))
        ),
    )  # fmt: skip
    register(database, "acme")


def register(database: Database, organisation: str) -> None:
    """The products of `REGISTERED`: some agreements serve nobody who has none."""
    for product, serial in REGISTERED.items():
        one = products.Registration(organisation=organisation, product=product, serial=serial, registered_at=SINCE)
        products.register(database, one)


@activity.defn(name=DELIVER)
async def deliver_nothing() -> datetime | None:
    """Who wakes delivery finds it; the outbox stays as it is, to be read."""
    return None


@asynccontextmanager
async def opened(
    filled: Path, folder: Path, agreement: str, *, start: str, zone: str, language: str, **contract: Any
) -> AsyncIterator[Desk]:
    """A desk under one agreement, whose clock stands at `start` ("03-03 09:00"); `filled` is a database to copy."""
    file = folder / "escalade.db"
    shutil.copy(filled, file)
    database = Database(f"sqlite:///{file}")
    client(database, agreement, language, **contract)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(SCRIPTS / "temporal-test-server"), data_converter=pydantic_data_converter
    ) as environment:
        await register_search_attributes(environment.client, visibility.SEARCH_ATTRIBUTES)

        async def nobody() -> None:
            """Nothing is delivered here: the outbox is read instead."""

        connected = environment.client
        recorder = Recorder(
            database=database,
            wake=nobody,
            on_recorded=lambda _: None,
            wake_defect=WakeDefects(connected, "test", database),
        )
        teller = TicketTeller(database=database, send=TicketCommands(connected))
        keeper = DefectKeeper(database=database, send=DefectCommands(connected, "test"))
        messages = Worker(
            environment.client,
            task_queue=delivery_queue("test"),
            workflows=[DeliveryWorkflow],
            activities=[deliver_nothing],
            workflow_runner=sandbox.runner(),
            debug_mode=True,
        )
        everything_else = Worker(
            environment.client,
            task_queue="test",
            workflows=[TicketWorkflow, DefectWorkflow, ReleaseWorkflow],
            activities=[
                recorder.record,
                Booker(database).settle_hours,
                teller.tell,
                keeper.load,
                keeper.record,
                keeper.record_release,
                keeper.tell_defects,
            ],
            workflow_runner=sandbox.runner(),
            debug_mode=True,  # a busy machine takes a workflow's two seconds away: no sign of a fault
        )
        async with messages, everything_else:
            desk = Desk(environment, database, zone)
            # What a ticket promises within whole hours or days falls due a second after the instant to which a test
            # lets time pass, not just when its next step comes: the time-skipping server is muddled by both at once
            # ("invalid history builder state for action") and never answers that step.
            await desk.until(start, LAG)
            async with desk.http:
                yield desk
    database.close()
