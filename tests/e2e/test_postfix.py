"""Postfix, as Debian has it, forwards to the SMTP door: what it cannot hand over it keeps, and delivers later, once."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from pathlib import Path

import pytest

from api.mailroom.door import listening
from domain.reply_address import PURPOSE, reply_address
from runtime.secret import secret_key
from runtime.settings import Settings
from tests.api.conftest import World, database, filled, world
from tests.api.mailroom.letters import ANNA, BASE, PNG, letter
from tests.cli.stacks import free_port
from tests.e2e.postfix import Postfix

__all__ = ["database", "filled", "world"]
PATIENCE = 120


async def until(look: Callable[[], bool], what: str) -> None:
    for _ in range(PATIENCE * 5):
        if await asyncio.to_thread(look):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(what)


@pytest.mark.timeout(600)
async def test_mails_wait_at_postfix_while_the_door_or_the_engine_is_away_and_arrive_once(
    world: World, tmp_path: Path
) -> None:
    door = free_port()
    settings = Settings(home=tmp_path, inbound_smtp_port=door, inbound_address=BASE)
    ticket = await world.open()
    address = reply_address(BASE, ticket, secret_key(settings, PURPOSE))
    postfix = Postfix(door)
    try:
        await asyncio.to_thread(postfix.start)
        files = (("gate.png", "image/png", PNG),)
        answer = letter("Déjà vu.", Message_ID="<answer@acme.example>", Subject="Re: the gates", files=files)
        await asyncio.to_thread(postfix.send, answer, ANNA, address)
        await until(lambda: "Connection refused" in postfix.said(), f"it has tried in vain: {postfix.said()}")
        assert postfix.waiting() == 1
        world.engine.away = True
        async with listening(settings, world.app.state.context, lambda: world.now):
            await until(lambda: "451 4.3.0" in postfix.said(), f"it was told to come later: {postfix.said()}")
            assert postfix.waiting() == 1
            world.engine.away = False
            await until(lambda: postfix.waiting() == 0, f"it has delivered: {postfix.said()}")
            fresh = letter("The printer is on fire.", Message_ID="<fresh@acme.example>", Subject="Fire")
            await asyncio.to_thread(postfix.send, fresh, ANNA, BASE)
            await until(lambda: postfix.waiting() == 0, f"it has delivered the other: {postfix.said()}")
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                await asyncio.to_thread(postfix.send, fresh, ANNA, "other@desk.example")
        items = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
        assert [one["data"]["text"] for one in items if one["type"] == "comment_added"] == ["Déjà vu."]
        (file,) = (await world.get("client", f"/v1/tickets/{ticket}/attachments")).json()["items"]
        assert (await world.get("client", file["url"])).content == PNG
        subjects = [one["subject"] for one in (await world.get("client", "/v1/tickets")).json()["items"]]
        assert sorted(subjects) == ["Fire", "The gates stay closed"]
    finally:
        await asyncio.to_thread(postfix.stop)
