"""Weeks of a ticket in virtual time, through the API: each clock falls due at the instant computed by hand here.

OL Care, severity P2, opened on the portal. Local hours are Monday to Friday 09:00-17:00 in Paris. The weeks hold a
clock change (Sunday 28 March 2027: Paris is UTC+1 before, UTC+2 after) and a public holiday (Easter Monday, the 29th).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.recording import Recorder
from api.app import create_app
from api.engine.tickets import TicketEngine
from cli import demo
from domain.record import Recording
from domain.words import Role
from runtime.settings import Settings
from runtime.temporal import register_search_attributes
from store import keys
from store.database import Database
from tests.workflows.engine import SCRIPTS
from workflows import sandbox, visibility
from workflows.ticket import TicketWorkflow

QUEUE = "weeks"
TOLERANCE = timedelta(seconds=5)
"""Virtual time goes on with the wall clock while a command is handled."""


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


class World:
    """The API over the time-skipping server, with the real store and the real record activity."""

    def __init__(self, environment: WorkflowEnvironment, http: httpx.AsyncClient, secrets: dict[Role, str]) -> None:
        self.environment, self.http, self.secrets = environment, http, secrets
        self.ticket = ""

    async def until(self, at: datetime) -> None:
        await self.environment.sleep(at - await self.environment.get_current_time())

    async def post(self, role: Role, path: str, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.secrets[role]}"}
        return await self.http.post(f"/v1/tickets{path}", json=body, headers=headers)

    async def do(self, role: Role, at: datetime, path: str, **body: Any) -> dict[str, Any]:
        await self.until(at)
        answer = await self.post(role, f"/{self.ticket}/{path}", **body)
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def timeline(self) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.secrets[Role.manager]}"}
        answer = await self.http.get(f"/v1/tickets/{self.ticket}/timeline?limit=200", headers=headers)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def happened(self, *, after: datetime) -> list[tuple[str, str, datetime]]:
        """What time brought since then: (type, clock or whom, when)."""
        found = []
        for entry in await self.timeline():
            at = datetime.fromisoformat(entry["at"])
            if entry["by"] == "system" and at > after:
                data = entry["data"]
                found.append((entry["type"], str(data.get("tell") or data.get("clock") or ""), at))
        return found


def same(found: list[tuple[str, str, datetime]], expected: list[tuple[str, str, datetime]]) -> None:
    """Equal, give or take the wall clock's seconds."""
    shown = [(kind, what, at.isoformat()) for kind, what, at in found]
    assert [(kind, what) for kind, what, _ in found] == [(kind, what) for kind, what, _ in expected], shown
    for (kind, what, at), (_, _, due) in zip(found, expected, strict=True):
        assert abs(at - due) <= TOLERANCE, f"{kind} {what}: {at} instead of {due}"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    database.upgrade()
    began = datetime.now(UTC)
    demo.load_agreements(database, Settings(home=tmp_path), began)
    demo.load_directory(database)
    secrets = {role: keys.create(database, role=role, subject=who, now=began)[0] for role, who in demo.SUBJECTS.items()}
    client = keys.create(database, role=Role.client, subject="anna@presto", organisation="presto", now=began)
    secrets[Role.client] = client[0]
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(SCRIPTS / "temporal-test-server"), data_converter=pydantic_data_converter
    ) as environment:
        await register_search_attributes(environment.client, visibility.SEARCH_ATTRIBUTES)
        engine = TicketEngine(environment.client, task_queue=QUEUE, timeout=timedelta(seconds=30))
        # Each update at its very due instant, as it was computed by hand: the span before it is another test's.
        settings = Settings(home=tmp_path, update_lead=timedelta(0), update_spread=timedelta(0))
        app = create_app(settings, engine=engine, database=database)

        app.state.context.clock = environment.get_current_time
        recorder = Recorder(database=database, wake=nobody, on_recorded=unseen, now=lambda: datetime.now(UTC))
        async with (
            Worker(
                environment.client,
                task_queue=QUEUE,
                workflows=[TicketWorkflow],
                activities=[recorder.record],
                workflow_runner=sandbox.runner(),
            ),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://escalade") as http,
        ):
            yield World(environment, http, secrets)


async def nobody() -> None:
    """Deliveries are not this test's matter."""


def unseen(_: Recording) -> None:
    """Nor is telemetry."""


async def test_each_clock_falls_due_at_the_instant_computed_by_hand(world: World) -> None:
    # Thursday 25 March, 10:00 in Paris.
    opened = utc(3, 25, 9)
    await world.until(opened)
    answer = await world.post(
        Role.client, "", subject="Nothing prints", description="Since nine.", channel="portal", severity="p2"
    )
    assert answer.status_code == 201, answer.text
    world.ticket = answer.json()["id"]

    # Response: 4 opening hours, so 14:00; 75 % of it at 13:00. Update: one business day, so Friday 10:00; staff is
    # warned two opening hours before, one of them on Friday morning, the other on Thursday: 16:00. Internal: Friday 10.
    evaluated = {"severity": "p2", "impact": "production-degraded", "reason": "Half of it prints.", "assignee": "bob"}
    await world.do(Role.level1, utc(3, 25, 14), "triage", **evaluated)
    await world.do(Role.level1, utc(3, 25, 14), "acknowledgement", means="call", text="We called at three.")
    same(
        await world.happened(after=opened),
        [
            ("manager_involved", "team", utc(3, 25, 12)),
            ("clock_missed", "response", utc(3, 25, 13)),
        ],
    )
    ended = next(entry for entry in await world.timeline() if entry["type"] == "clock_ended")
    assert (ended["data"]["clock"], ended["data"]["verdict"]) == ("response", "missed")
    assert abs(ended["data"]["late"] - 3600) <= 5

    # The call kept the update: the next one is due on Friday 15:00, with a warning at 13:00. Nobody writes it, so
    # Escalade does; the one after that is due one business day later, on Tuesday, for Monday is a holiday.
    friday = utc(3, 26, 15)
    await world.do(Role.level1, friday, "questions", question="Which printer?")
    same(
        await world.happened(after=utc(3, 25, 15)),
        [
            ("clock_missed", "internal-support", utc(3, 26, 9)),
            ("staff_warned", "update", utc(3, 26, 12)),
            ("clock_ended", "update", utc(3, 26, 14)),
            ("clock_started", "update", utc(3, 26, 14)),
            ("status_updated", "", utc(3, 26, 14)),
        ],
    )

    # The question (Friday 16:00) keeps the update: next on Tuesday 16:00, now UTC+2, warned at 14:00; then Wednesday.
    # The resolution stands still: of its 24 opening hours (Thursday 7, Friday 8, Tuesday 8, Wednesday 1) 14 are used.
    wednesday = utc(3, 31, 9)
    receipt = await world.do(Role.client, wednesday, "answers", text="The second one.")
    same(
        await world.happened(after=friday + TOLERANCE),
        [
            ("staff_warned", "update", utc(3, 30, 12)),
            ("clock_ended", "update", utc(3, 30, 14)),
            ("clock_started", "update", utc(3, 30, 14)),
            ("status_updated", "", utc(3, 30, 14)),
        ],
    )
    assert receipt["status"] == "open"

    # Ten hours are left from Wednesday 11:00: six on Wednesday, four on Thursday, so Thursday 13:00. 80 % (19 h 12 min)
    # is 5 h 12 min after the answer: Wednesday 16:12. At 100 % the manager is told, and the promise is missed.
    thursday = utc(4, 1, 13)
    await world.do(Role.level1, thursday, "resolution", kind="fix", text="A new spooler.")
    same(
        await world.happened(after=wednesday + TOLERANCE),
        [
            ("staff_warned", "update", utc(3, 31, 12)),
            ("clock_ended", "update", utc(3, 31, 14)),
            ("clock_started", "update", utc(3, 31, 14)),
            ("status_updated", "", utc(3, 31, 14)),
            ("manager_involved", "lead", utc(3, 31, 14, 12)),
            ("clock_missed", "resolution", utc(4, 1, 11)),
            ("manager_involved", "manager", utc(4, 1, 11)),
            ("staff_warned", "update", utc(4, 1, 12)),
        ],
    )

    # Consent is asked again every two business days: Monday 5 April 15:00. The client agrees on Tuesday 10:00; the
    # target counts at the proposal, Thursday 15:00, two hours after it was due.
    tuesday = utc(4, 6, 8)
    closed = await world.do(Role.client, tuesday, "consent")
    assert closed["status"] == "closed"
    same(await world.happened(after=thursday + TOLERANCE), [("consent_reminded", "", utc(4, 5, 13))])
    verdict = [entry["data"] for entry in await world.timeline() if entry["data"].get("clock") == "resolution"][-1]
    assert verdict["verdict"] == "missed"
    assert abs(verdict["late"] - 2 * 3600) <= 5

    # The window for reopening is 30 local days: until Thursday 6 May, 10:00 in Paris. Then the run ends.
    await world.until(utc(5, 6, 9))
    same(await world.happened(after=tuesday + TOLERANCE), [("ticket_archived", "", utc(5, 6, 8))])

    # Afterwards the client is told what to do, and staff can reopen it: a new run from the store, with fresh clocks.
    refused = await world.post(Role.client, f"/{world.ticket}/reopening", reason="It is back.")
    assert (refused.status_code, refused.json()["code"]) == (409, "reopening_window_over")
    # Monday 10 May, 11:00 in Paris: the response is due four opening hours later.
    again = await world.do(Role.level1, utc(5, 10, 9), "reopening", reason="The client called: it is back.")
    assert again["status"] == "open"
    await world.until(utc(5, 10, 14))
    missed = [event for event in await world.happened(after=utc(5, 10, 10)) if event[0] == "clock_missed"]
    same(missed, [("clock_missed", "response-2", utc(5, 10, 13))])
