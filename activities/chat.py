"""Chat: a message into a room of whichever chat Apprise knows (its address says which)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.channel import Post, Refused, Session, TryLater
from runtime.vault import Unsealed, Vault
from store import chat_channels
from store.database import Database

TIMEOUT = 30.0
"""Seconds a chat server may take for one message, whatever its own limits are."""

_URGENT = frozenset({"staff_missed", "staff_manager"})


class Chats:
    """The way to chat rooms, as `store.chat_channels` has them."""

    name = "chat"

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        yield self

    async def send(self, post: Post) -> None:
        """Apprise says whether it was taken, and only in its log why not."""
        channel = await asyncio.to_thread(chat_channels.read, self._database, post.target)
        if channel is None:
            raise Refused("the chat channel was removed")
        if not channel.active:
            raise Refused("the chat channel is switched off; switch it on, then send the message again")
        try:
            address = self._vault.open(channel.url)
        except Unsealed as error:
            raise TryLater(f"the channel's address cannot be read: {error}", server=True) from error
        # With its first use: few desks have a chat, and a worker that starts again must not wait for this.
        from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat, NotifyType

        asset = AppriseAsset(app_id="Escalade", app_desc="Escalade", async_mode=True, secure_logging=True)
        room = Apprise(asset=asset)
        # In a thread: the first time, Apprise loads what it has for a hundred chats, which takes seconds.
        if not await asyncio.to_thread(room.add, address):
            raise Refused("Apprise does not understand the channel's address; enter it anew, then send it again")
        urgent = NotifyType.WARNING if post.message.template in _URGENT else NotifyType.INFO
        # Apprise's log can quote the address, so only its levels are looked at.
        with LogCapture(level=logging.WARNING) as said:  # type: ignore[no-untyped-call]  # Apprise has no types here
            try:
                async with asyncio.timeout(TIMEOUT):
                    taken = await room.async_notify(
                        body=post.rendered.text,
                        title=post.rendered.subject,
                        notify_type=urgent,
                        body_format=NotifyFormat.TEXT,
                    )
            except TimeoutError as error:
                raise TryLater(f"{channel.service} took longer than {TIMEOUT:g} s", server=True) from error
            why = _why(said.getvalue(), address)
        if not taken:
            raise TryLater(f"{channel.service} did not take it{why}", server=True)


def _why(logged: str, address: str) -> str:
    """The last line that Apprise logged, where it holds nothing of the channel's address."""
    lines = [line.strip() for line in logged.splitlines() if line.strip()]
    secret = [
        part for part in address.replace("?", "/").replace("@", "/").replace(":", "/").split("/") if len(part) > 3
    ]
    shown = [line for line in lines if not any(part in line for part in secret)]
    return f": {shown[-1][:200]}" if shown else ""
