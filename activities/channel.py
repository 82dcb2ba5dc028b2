"""A channel: what delivery needs of a way out, and the two ways in which a message can fail to take it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from activities.texts import Rendered
from domain.messages import Message


class Refused(Exception):
    """This mail can never be delivered as it is; the text says why and what to do."""


class TryLater(Exception):
    """Passing trouble. `server` when it concerns the other side as such, and any other message would fare the same."""

    def __init__(self, reason: str, *, server: bool = False) -> None:
        super().__init__(reason)
        self.server = server


@dataclass(frozen=True)
class Attachment:
    """A document that a mail carries."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Post:
    """One message to hand over at `at`: its words, and where it goes: an address, or a chat or webhook by `target`."""

    message: Message
    rendered: Rendered
    name: str
    email: str
    at: datetime
    reply_to: str = ""
    """Where the answer goes; empty for the sender's own address."""
    attachments: tuple[Attachment, ...] = ()
    target: str = ""
    earlier: tuple[str, ...] = ()
    """Keys of what the same reader was sent before in the same thread, oldest first."""


class Session(Protocol):
    """What one lane of delivery sends through, one message at a time."""

    async def send(self, post: Post) -> None:
        """Returns when the message is taken. Refused or TryLater otherwise."""


class Channel(Protocol):
    """A way out. `name` is kept with each delivered message."""

    name: str

    def session(self) -> AbstractAsyncContextManager[Session]:
        """Sessions are independent of each other; nothing is connected before the first message."""
