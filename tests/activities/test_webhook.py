"""Events to endpoints over real HTTP: signed, retried, given up, never to a machine of our own network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from activities.delivering import Deliverer
from activities.mail import LogMail
from activities.recording import Recorder
from activities.round import FIRST_RETRY
from activities.subscriptions import Subscriptions
from activities.texts import Texts
from activities.webhook import DISABLED_AFTER, READ_AT_MOST, Webhooks
from domain import commands as cmd
from domain.words import Way
from runtime.egress import Egress
from runtime.settings import Settings
from runtime.vault import Vault
from store import messages_out, outbox, webhooks
from store.database import Database
from store.messages_out import MessageFilter
from store.outbox import Entry
from store.webhooks import Webhook
from tests.activities.http_sink import HttpSink, listening
from tests.activities.samples import NUMBER
from tests.factories import BOB, Life

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
async def endpoint() -> AsyncIterator[HttpSink]:
    async with listening() as sink:
        yield sink


class Hooked:
    """A desk whose events go to one endpoint. Verification reads the machine's clock, so the desk's begins there."""

    def __init__(self, database: Database, settings: Settings, url: str, **changes: Any) -> None:
        self.database = database
        self.at = datetime.now(UTC)
        self.vault = Vault(settings)
        self.hook = Webhook(
            id="H1", organisation="acme", url=url, events=("*",), secret=self.vault.seal(SECRET), created_at=self.at,
            role="client", by="anna",
        ).model_copy(update=changes)  # fmt: skip
        webhooks.add(database, self.hook)
        way = Webhooks(database, self.vault, Egress(settings), lambda: self.at)
        self.deliverer = Deliverer(database, Texts(), LogMail(), lambda: self.at, {Way.webhook: way})
        self.recorder = Recorder(
            database, _nothing, lambda recording: None, now=lambda: self.at, subscriptions=Subscriptions(database)
        )

    async def record(self, life: Life) -> None:
        await self.recorder.record(life.take())

    async def deliver(self, after: timedelta = timedelta()) -> datetime | None:
        self.at += after
        return await self.deliverer.deliver()

    def sent(self, **wanted: Any) -> list[Entry]:
        return messages_out.find(self.database, MessageFilter(way=Way.webhook, **wanted), limit=200)[0]

    def state(self) -> Webhook:
        found = webhooks.read(self.database, "H1")
        assert found is not None
        return found


async def _nothing() -> None:
    """Nobody is woken."""


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(home=tmp_path, webhook_private_networks="127.0.0.0/8")


@pytest.fixture
def hooked(database: Database, settings: Settings, endpoint: HttpSink) -> Hooked:
    return Hooked(database, settings, endpoint.url)


async def test_what_happens_arrives_signed_with_the_message_s_key_as_its_id(hooked: Hooked, endpoint: HttpSink) -> None:
    await hooked.record(Life(NUMBER))
    assert await hooked.deliver() is None
    (call,) = endpoint.calls
    body = Verifier(SECRET).verify(call.body, call.headers)
    assert (call.method, call.path) == ("POST", "/hook?from=escalade")
    assert call.headers["host"] == f"127.0.0.1:{endpoint.port}"
    assert call.headers["webhook-id"] == hooked.sent()[0].key
    assert (body["type"], body["data"]["ticket"]["id"]) == ("ticket.opened", NUMBER)
    assert body["data"]["ticket"]["organisation"] == "acme"


async def test_a_client_s_endpoint_is_told_nothing_internal_and_ours_is(
    hooked: Hooked, endpoint: HttpSink, database: Database
) -> None:
    life = Life(NUMBER)
    life.do(BOB, cmd.Note(text="Same controller as last week."))
    life.do(BOB, cmd.Assign(assignee="bob"))
    webhooks.add(database, hooked.hook.model_copy(update={"id": "H2", "organisation": None}))
    await hooked.record(life)
    await hooked.deliver()
    told: dict[str, list[Any]] = {}
    for call in sorted(endpoint.calls, key=lambda call: int(call.headers["webhook-id"].split(":")[1])):
        told.setdefault(call.headers["webhook-id"].rpartition(":")[2], []).append(json.loads(call.body))
    assert [one["type"] for one in told["H1"]] == ["ticket.opened", "ticket.assigned"]
    assert "controller" not in str(told["H1"])
    assert "bob" not in str(told["H1"])
    assert [one["type"] for one in told["H2"]] == ["ticket.opened", "ticket.noted", "ticket.assigned"]
    assert told["H2"][1]["data"]["event"]["data"] == {"text": "Same controller as last week."}
    assert told["H2"][2]["data"]["ticket"]["assignee"] == "bob"


async def test_another_organisation_s_endpoint_hears_nothing(database: Database, settings: Settings) -> None:
    hooked = Hooked(database, settings, "https://9.9.9.9/")
    await hooked.record(Life(NUMBER, organisation="acme"))
    webhooks.change(database, "H1", events=["quote.*"])
    assert len(hooked.sent()) == 1
    await Hooked(database, settings, "https://9.9.9.9/").record(Life("T2"))
    assert len(hooked.sent()) == 1


async def test_a_failure_is_tried_again_under_the_same_id_and_holds_back_what_follows(
    hooked: Hooked, endpoint: HttpSink
) -> None:
    endpoint.answer = lambda call: (503, {}, b"down for repairs")
    life = Life(NUMBER)
    await hooked.record(life)
    life.do(BOB, cmd.Comment(text="two"))
    await hooked.record(life)
    due = await hooked.deliver()
    assert due is not None
    assert due - hooked.at == FIRST_RETRY
    first = len(endpoint.calls)
    assert first <= 2
    assert hooked.state().failing_since == hooked.at
    assert "503: down for repairs" in str(hooked.state().last_failure)
    endpoint.answer = lambda call: (200, {}, b"ok")
    assert await hooked.deliver(2 * FIRST_RETRY) is None
    ids = [call.headers["webhook-id"] for call in endpoint.calls]
    assert set(ids[:first]) <= set(ids[first:])
    assert len(set(ids)) == 2
    assert hooked.state().failing_since is None
    assert {one.state for one in hooked.sent()} == {outbox.State.delivered}


async def test_one_event_that_is_refused_for_what_it_says_holds_up_no_other(hooked: Hooked, endpoint: HttpSink) -> None:
    endpoint.answer = lambda call: (422 if b"ticket.opened" in call.body else 200, {}, b"")
    life = Life(NUMBER)
    life.do(BOB, cmd.Comment(text="two"))
    await hooked.record(life)
    await hooked.deliver()
    assert sorted((one.message.template, str(one.state)) for one in hooked.sent()) == [
        ("ticket.commented", "delivered"), ("ticket.opened", "pending"),
    ]  # fmt: skip


async def test_an_endpoint_that_fails_for_days_is_disabled_and_operations_is_told(
    hooked: Hooked, endpoint: HttpSink
) -> None:
    endpoint.answer = lambda call: (500, {}, b"")
    life = Life(NUMBER)
    await hooked.record(life)
    await hooked.deliver()
    hooked.at += DISABLED_AFTER
    life.do(BOB, cmd.Comment(text="five days later"))
    await hooked.record(life)
    await hooked.deliver()
    assert "failed for 5 days" in str(hooked.state().disabled_for)
    assert {str(one.state) for one in hooked.sent()} == {"failed"}
    (word,) = messages_out.find(hooked.database, MessageFilter(template="staff_webhook_disabled"))[0]
    assert (word.message.to.kind, word.message.to.id) == ("role", "operations")
    calls = len(endpoint.calls)
    life.do(BOB, cmd.Comment(text="nobody listens"))
    hooked.recorder.subscriptions = Subscriptions(hooked.database)
    await hooked.record(life)
    await hooked.deliver()
    assert len(endpoint.calls) == calls


async def test_an_endpoint_that_is_gone_is_disabled_at_once(hooked: Hooked, endpoint: HttpSink) -> None:
    endpoint.answer = lambda call: (410, {}, b"")
    await hooked.record(Life(NUMBER))
    await hooked.deliver()
    assert "410" in str(hooked.state().disabled_for)


async def test_while_a_secret_is_replaced_both_sign(database: Database, settings: Settings, endpoint: HttpSink) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    old = Vault(settings).seal(OTHER)
    hooked = Hooked(database, settings, endpoint.url, former_secret=old, former_until=until)
    life = Life(NUMBER)
    await hooked.record(life)
    await hooked.deliver()
    for secret in (SECRET, OTHER):
        Verifier(secret).verify(endpoint.calls[0].body, endpoint.calls[0].headers)
    assert len(endpoint.calls[0].headers["webhook-signature"].split(" ")) == 2
    life.do(BOB, cmd.Comment(text="an hour later"))
    await hooked.record(life)
    await hooked.deliver(timedelta(hours=1))
    assert len(endpoint.calls[1].headers["webhook-signature"].split(" ")) == 1


async def test_a_redirection_is_not_followed_and_a_long_answer_not_read(hooked: Hooked, endpoint: HttpSink) -> None:
    endpoint.answer = lambda call: (302, {"location": "http://127.0.0.1:1/inside"}, b"x" * (50 * READ_AT_MOST))
    await hooked.record(Life(NUMBER))
    await hooked.deliver()
    (entry,) = hooked.sent()
    assert "302" in str(entry.last_error)
    assert len(str(entry.last_error)) < 300
    assert len(endpoint.calls) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "https://10.0.0.8/", "https://[::1]/", "https://localhost/"]
)
async def test_a_private_address_is_not_called_unless_it_is_allowed(
    database: Database, tmp_path: Any, endpoint: HttpSink, url: str
) -> None:
    hooked = Hooked(database, Settings(home=tmp_path), url.format(port=endpoint.port))
    await hooked.record(Life(NUMBER))
    await hooked.deliver()
    assert endpoint.calls == []
    assert "not called" in str(hooked.sent()[0].last_error) or "https" in str(hooked.sent()[0].last_error)


async def test_a_dead_endpoint_holds_up_no_mail(hooked: Hooked, endpoint: HttpSink) -> None:
    await endpoint.stop()
    await hooked.record(Life(NUMBER))
    await hooked.deliver()
    counts = outbox.counts(hooked.database)
    assert (counts[outbox.State.delivered], counts[outbox.State.pending]) == (2, 1)
