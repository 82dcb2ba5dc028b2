"""The SMTP door: takes mail for our own address only, and acknowledges what is durable."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from api.context import Context
from api.engine.tickets import EngineAway, EngineBusy
from api.mailroom.taking import Arrival, House, take
from domain.reply_address import PURPOSE
from runtime.secret import secret_key
from runtime.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Mails that are read side by side: each is in memory as a whole, more than once."""
LONGEST_LINE = 256 * 1024
"""Bytes. The standard says 1,000; what people's programs send says otherwise."""
SILENCE = 120.0
"""Seconds after which a connection that says nothing is closed."""

MOST_CONNECTIONS = 64
"""Connections that are served at once: each may hold a mail in memory while its sender takes its time."""
LONGEST_VISIT = 900.0
"""Seconds that a connection may last, whatever is said on it."""

TAKEN = "250 2.0.0 Taken"
NOT_HERE = "550 5.1.1 No such address here; this server takes mail for its own address only"
LATER = "451 4.3.0 Cannot be taken in now; send it again later"
FULL = "451 4.3.2 Too much at once; send it again later"
TOO_MANY = "452 4.5.3 Too many recipients"
CROWDED = b"421 4.3.2 Too many connections; come again later\r\n"
MOST_RECIPIENTS = 20


class Handler:
    """What aiosmtpd asks of us, one mail at a time per connection."""

    def __init__(self, ours: Context, house: House, now: Callable[[], datetime]) -> None:
        self._ours = ours
        self._house = house
        self._now = now
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Our own address, with a ticket's tag or without one; nothing is passed on to anybody."""
        if not is_ours(address, self._house.base):
            return NOT_HERE
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """250 when it is durable; 451 while engine or database are away, so that the sender's server keeps it."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else bytes(content or b"")
        arrival = Arrival(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw, self._now())
        try:
            async with self._turns:
                kept = await take(self._ours, self._house, arrival)
        except EngineBusy:
            return FULL
        except (EngineAway, SQLAlchemyError) as error:
            log.warning("a mail could not be taken in and will be sent again: %s", type(error).__name__)
            return LATER
        except Exception:
            # A fault of ours. The mail stays where it is until the fault is mended, or its sender is told.
            log.exception("a mail could not be taken in")
            return LATER
        return f"{TAKEN} as {kept.id}"


def is_ours(address: str, base: str) -> bool:
    """Whether mail to this address is for us: `support@desk.example`, or `support+ANYTHING@desk.example`."""
    mailbox, _, domain = base.lower().rpartition("@")
    local, _, where = address.lower().rpartition("@")
    return where == domain and (local == mailbox or local.startswith(f"{mailbox}+"))


def house(settings: Settings) -> House:
    """The mailroom's settings. Without an address of its own, mails come to the one that ours are sent from."""
    return House(
        base=settings.mail_address,
        domain=settings.message_domain,
        secret=secret_key(settings, PURPOSE),
        authserv=settings.inbound_authserv_id,
        per_hour=settings.inbound_per_hour,
    )


@asynccontextmanager
async def listening(
    settings: Settings, ours: Context, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[int | None]:
    """The door, open on the port that is yielded; None where no port is set. OSError when the port is taken."""
    if settings.inbound_smtp_port is None:
        yield None
        return
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it names everybody's addresses
    handler, tls = Handler(ours, house(settings), now), _tls(settings)
    limit = settings.inbound_mib * 1024 * 1024
    loop = asyncio.get_running_loop()
    inside: set[SMTP] = set()

    def protocol() -> SMTP:
        return _Door(
            inside,
            handler,
            data_size_limit=limit,
            enable_SMTPUTF8=True,
            hostname=settings.message_domain,
            ident="ESMTP Escalade",
            tls_context=tls,
            timeout=SILENCE,
            loop=loop,
        )

    server = await loop.create_server(protocol, settings.inbound_smtp_host, settings.inbound_smtp_port)
    port = int(server.sockets[0].getsockname()[1])
    log.info("mails are taken in on port %d", port)
    try:
        yield port
    finally:
        server.close()
        await server.wait_closed()


class _Door(SMTP):
    """One connection. Whoever comes while `inside` is full is asked to come again, and nobody stays for ever."""

    line_length_limit = LONGEST_LINE

    def __init__(self, inside: set[SMTP], *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._inside = inside
        self._visit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        if self not in self._inside and len(self._inside) >= MOST_CONNECTIONS:
            transport.write(CROWDED)
            transport.close()
            return
        self._inside.add(self)
        if self._visit is None:
            # A sender that says a word before each silence ends would stay for ever.
            self._visit = self.loop.call_later(LONGEST_VISIT, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self not in self._inside:
            return  # it was never let in
        self._inside.discard(self)
        if self._visit is not None:
            self._visit.cancel()
        super().connection_lost(error)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.inbound_tls_cert is None:
        return None
    context: Any = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.inbound_tls_cert, settings.inbound_tls_key)
    found: ssl.SSLContext = context
    return found
