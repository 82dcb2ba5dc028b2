"""Chat through Apprise, into a real HTTP server by its json:// address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from activities.chat import Chats
from activities.delivering import Deliverer
from activities.mail import LogMail
from activities.round import FIRST_RETRY
from activities.texts import Texts
from domain import commands as cmd
from domain.messages import Recipient
from domain.preferences import Preferences
from domain.quiet import QuietHours
from domain.words import Subject, Way
from runtime.settings import Settings
from runtime.vault import Vault
from store import chat_channels, messages_out, outbox, preferences
from store.chat_channels import ChatChannel
from store.database import Database
from store.messages_out import MessageFilter
from store.recording import record
from tests.activities.http_sink import HttpSink, listening
from tests.activities.samples import NUMBER
from tests.factories import BOB, HOUR, MONDAY, Life


@pytest.fixture
async def server() -> AsyncIterator[HttpSink]:
    async with listening() as sink:
        sink.answer = lambda call: (200, {}, b"")
        yield sink


class Rooms:
    """A desk with a room of level 1."""

    def __init__(self, database: Database, settings: Settings, server: HttpSink) -> None:
        self.database = database
        self.at = MONDAY
        self.vault = Vault(settings)
        self.address = f"json://:secretpass@127.0.0.1:{server.port}/room"
        self.deliverer = Deliverer(
            database, Texts(), LogMail(), lambda: self.at, {Way.chat: Chats(database, self.vault)}
        )
        self.add("C1", Recipient(kind="team", id="support"))

    def add(self, name: str, owner: Recipient, **heard: Any) -> None:
        sealed = self.vault.seal(self.address)
        chat_channels.add(
            self.database,
            ChatChannel(
                id=name, name=name, owner=owner, url=sealed, service="JSON", created_at=MONDAY, by="max", **heard
            ),
        )

    def put(self, life: Life) -> None:
        record(self.database, life.take(), self.at)

    async def deliver(self) -> datetime | None:
        return await self.deliverer.deliver()

    def states(self, way: Way = Way.chat) -> list[tuple[str, str]]:
        found = messages_out.find(self.database, MessageFilter(way=way))[0]
        return sorted((one.message.template, str(one.state)) for one in found)


@pytest.fixture
def rooms(database: Database, tmp_path: Any, server: HttpSink) -> Rooms:
    return Rooms(database, Settings(home=tmp_path), server)


async def test_a_team_s_room_gets_what_its_mailbox_gets(rooms: Rooms, server: HttpSink) -> None:
    rooms.put(Life(NUMBER))
    assert await rooms.deliver() is None
    (call,) = server.calls
    said = json.loads(call.body)
    assert said["title"].startswith(f"[{NUMBER}] ")
    assert "Labels" in said["message"]
    assert rooms.states() == [("staff_opened", "delivered")]
    assert ("staff_opened", "delivered") in rooms.states(Way.mail)


async def test_a_room_hears_only_what_it_asked_for(rooms: Rooms, server: HttpSink) -> None:
    rooms.add("C2", Recipient(kind="team", id="support"), subjects=(str(Subject.closing),))
    rooms.add("C3", Recipient(kind="team", id="support"), severities=("no such severity",))
    rooms.put(Life(NUMBER))
    await rooms.deliver()
    assert len(server.calls) == 1


async def test_a_chat_server_that_is_away_holds_up_no_mail_and_gets_everything_later(
    rooms: Rooms, server: HttpSink
) -> None:
    await server.stop()
    for number in range(6):
        rooms.put(Life(f"T{number}"))
    due = await rooms.deliver()
    assert due == MONDAY + FIRST_RETRY
    assert {state for _, state in rooms.states(Way.mail)} == {"delivered"}
    assert {state for _, state in rooms.states()} == {"pending"}
    error = next(
        one.last_error for one in messages_out.find(rooms.database, MessageFilter(way=Way.chat))[0] if one.last_error
    )
    assert "secretpass" not in error
    await server.start()
    rooms.at = due
    assert await rooms.deliver() is None
    assert {state for _, state in rooms.states()} == {"delivered"}
    assert len(server.calls) == 6


async def test_a_person_s_wishes_choose_the_way_but_not_what_the_agreement_demands(
    rooms: Rooms, server: HttpSink, database: Database
) -> None:
    rooms.add("C2", Recipient(kind="contact", id="anna"))
    ways = {Subject.conversation: ("chat",), Subject.opening: ("chat",)}
    preferences.save(database, "contact", "anna", Preferences(ways=ways), "anna", MONDAY)  # type: ignore[arg-type]  # a dict of literals
    life = Life(NUMBER, severity="low")
    life.do(BOB, cmd.Comment(text="two"))
    rooms.put(life)
    await rooms.deliver()
    mails = rooms.states(Way.mail)
    assert ("comment", "muted") in mails
    assert ("opened", "delivered") in mails
    assert [one for one, _ in rooms.states() if not one.startswith("staff")] == ["comment", "opened"]


async def test_quiet_hours_hold_what_can_wait_and_nothing_that_keeps_a_promise(
    rooms: Rooms, database: Database
) -> None:
    quiet = QuietHours(zone="UTC", since="00:00", until="23:00")
    preferences.save(database, "contact", "anna", Preferences(quiet=(quiet,)), "anna", MONDAY)
    life = Life(NUMBER, severity="low")
    life.do(BOB, cmd.Comment(text="This can wait."))
    life.do(BOB, cmd.StatusUpdate(text="This is promised."))
    rooms.put(life)
    due = await rooms.deliver()
    mails = rooms.states(Way.mail)
    assert ("comment", "pending") in mails
    assert ("opened", "delivered") in mails
    assert ("update", "delivered") in mails
    assert due == MONDAY.replace(hour=23, minute=0, second=0)
    rooms.at = due
    assert await rooms.deliver() is None
    assert outbox.counts(database)[outbox.State.pending] == 0


async def test_a_channel_that_is_removed_gives_up_what_waits(rooms: Rooms, server: HttpSink) -> None:
    await server.stop()
    rooms.put(Life(NUMBER))
    await rooms.deliver()
    chat_channels.remove(rooms.database, "C1")
    assert rooms.states() == [("staff_opened", "failed")]
    rooms.at += HOUR
    assert await rooms.deliver() is None
