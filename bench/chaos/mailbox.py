"""The mail server of the run: it keeps what really arrived, and fails in the ways mail servers do."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.controller import Controller

MOODS = ("well", "busy", "refusing", "closing", "gone")
"""`busy` 451, `refusing` 550, `closing` 421 and hangs up, `gone`: keeps the mail, and hangs up before it says so."""


@dataclass(frozen=True)
class Arrived:
    """A mail as its reader has it."""

    at: datetime
    id: str
    to: str
    subject: str
    kept_in: str
    """The mood in which it arrived: after `gone` the sender cannot know."""


class Mailbox:
    """A server on a free port of this machine. `mood` can be changed at any time."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.answered: Counter[str] = Counter()
        self.mood = "well"
        self._controller = Controller(self, hostname="127.0.0.1", port=0)

    def start(self) -> int:
        """Its port."""
        # The controller tries its own port by connecting, and cannot with 0: the socket tells which one it has.
        self._controller.port = _free_port()
        self._controller.start()
        return int(self._controller.port)

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mood = self.mood
        self.answered[mood] += 1
        if mood == "busy":
            return "451 4.3.0 Try again later"
        if mood == "refusing":
            return "550 5.7.1 Not now, not ever"
        if mood == "closing":
            server.transport.close()
            return "421 4.3.2 Closing down"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.arrived.append(
            Arrived(datetime.now(UTC), str(mail["Message-ID"]), envelope.rcpt_tos[0], str(mail["Subject"]), mood)
        )
        if mood == "gone":
            server.transport.abort()
        return "250 OK"


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
