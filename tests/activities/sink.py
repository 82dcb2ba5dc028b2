"""A real mail server in the test's own event loop, which keeps what it gets and answers as the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

OK = "250 taken"
PASSWORD = "spooler"


class Sink:
    """`taken`: the mails with their recipients, in order. `answer` decides on a mail, `greet` on a recipient."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.connections = 0
        self.port = 0
        self.answer: Callable[[str, EmailMessage], str] = lambda recipient, mail: OK
        self.greet: Callable[[str], str] = lambda recipient: OK
        self.hang_up = False
        self.asks_login = False
        self._server: asyncio.Server | None = None

    @property
    def mails(self) -> list[EmailMessage]:
        return [mail for _, mail in self.taken]

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        # The same port after a stop: a server that comes back is found where it was.
        self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _protocol(self) -> SMTP:
        self.connections += 1
        login: dict[str, Any] = (
            {"auth_required": True, "auth_require_tls": False, "authenticator": _authenticate}
            if self.asks_login
            else {}
        )
        return SMTP(self, loop=asyncio.get_running_loop(), hostname="sink.example", **login)

    async def handle_RCPT(self, server: SMTP, _: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self.greet(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _: Any, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        recipient = envelope.rcpt_tos[0]
        assert isinstance(mail, EmailMessage)
        self.taken.append((recipient, mail))
        if self.hang_up:
            asyncio.get_running_loop().call_soon(server._writer.close)
        return self.answer(recipient, mail)


def _authenticate(server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    # Not `handled`: the server is to answer by itself, which it else leaves to this function.
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@asynccontextmanager
async def running() -> AsyncIterator[Sink]:
    """A sink that listens until the end of the block."""
    sink = Sink()
    await sink.start()
    try:
        yield sink
    finally:
        await sink.stop()
