"""Delivering: carries what is due out of the outbox, at least once, in order, and says what became of each message."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import activity

from activities.attachments import CARRYING, attachments
from activities.channel import Attachment, Channel, Post, Refused, Session, TryLater
from activities.texts import Texts
from domain.messages import Message, Recipient
from runtime.telemetry import carrying
from store import directory, outbox
from store.database import Database
from store.outbox import Waiting

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
GIVE_UP = timedelta(days=3)
"""Age of a message after which passing trouble is no longer waited out."""

BATCH = 100
LANES = 4
"""Connections at once. Messages of one ticket to one recipient share a lane, so their order holds."""

NOTED_TOGETHER = 20
"""Mails whose delivery is noted in one transaction; should the worker die, as many go out again, recognisably."""

LONGEST_RUN = timedelta(minutes=10)
"""After this the activity returns and is called again, well inside its time limit, however much still waits."""

BEAT = 5.0
"""Seconds between two heartbeats."""

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("escalade")
_deliveries = metrics.get_meter("escalade").create_counter(
    "escalade.deliveries", description="Attempts to deliver a message, by what came of them"
)


@dataclass
class Deliverer:
    """`now` is asked for the instant of each attempt. A message is given up when it is refused, or too old."""

    database: Database
    texts: Texts
    mailer: Channel
    now: Callable[[], datetime]

    @activity.defn(name="deliver")
    async def deliver(self) -> datetime | None:
        """Delivers all that is due; the instant of the next attempt, None when nothing waits.

        What is wrong with a message is written down with it; only the database's errors pass, and the engine retries.
        """
        async with _heartbeats():
            until = self.now() + LONGEST_RUN
            while self.now() < until:
                batch = await asyncio.to_thread(outbox.due, self.database, self.now(), BATCH)
                if not batch:
                    break
                if await _Round(self, batch, until).carry():
                    # Everything else waiting would fail alike; it keeps its attempts until the server is back.
                    return self.now() + FIRST_RETRY
            return await asyncio.to_thread(outbox.next_attempt, self.database)


class _Round:
    """One batch, carried by a few lanes at once until it is empty, time is up, or the mail server proves to be away."""

    def __init__(self, deliverer: Deliverer, batch: list[Waiting], until: datetime) -> None:
        self._its = deliverer
        self._until = until
        groups: dict[tuple[str | None, Recipient], list[Waiting]] = {}
        for waiting in batch:
            groups.setdefault((waiting.message.ticket, waiting.message.to), []).append(waiting)
        self._groups = deque(groups.values())
        self._addresses: dict[Recipient, directory.Address | None] = {}
        self._gone: dict[str, datetime] = {}
        self._server_away = False
        self._database_away = False

    async def carry(self) -> bool:
        """Whether the mail server is away. The database's error when that is away."""
        self._addresses = await asyncio.to_thread(self._look_up)
        lanes = [self._lane() for _ in range(min(LANES, len(self._groups)))]
        # Every lane comes to its end before an error passes: none may go on sending behind the activity's back.
        outcomes = await asyncio.gather(*lanes, return_exceptions=True)
        await self._note_gone()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return self._server_away

    def _look_up(self) -> dict[Recipient, directory.Address | None]:
        messages = [waiting.message for group in self._groups for waiting in group]
        everybody = {message.to for message in messages} | {message.reply for message in messages if message.reply}
        return {to: directory.address_of(self._its.database, to) for to in everybody}

    async def _note_gone(self) -> None:
        gone = dict(self._gone)
        await asyncio.to_thread(outbox.delivered, self._its.database, gone, self._its.mailer.name)
        for key in gone:
            self._gone.pop(key, None)

    async def _lane(self) -> None:
        async with self._its.mailer.session() as session:
            while self._groups and not self._stopped:
                for waiting in self._groups.popleft():
                    if self._stopped or not await self._done_with(session, waiting):
                        break  # what follows in the group waits behind this one

    @property
    def _stopped(self) -> bool:
        return self._server_away or self._database_away or self._its.now() >= self._until

    async def _done_with(self, session: Session, waiting: Waiting) -> bool:
        """Whether the recipient's next message may go: this one has gone, or never will."""
        message, attempt = waiting.message, waiting.attempts + 1
        with (
            _tracer.start_as_current_span("deliver message", context=origin(message)),
            carrying(**({"ticket": message.ticket} if message.ticket else {})),
        ):
            try:
                outcome = await self._attempt(session, waiting, attempt)
            except Exception:
                self._database_away = True
                raise
            span = trace.get_current_span()
            told = {"template": message.template, "outcome": outcome, "channel": self._its.mailer.name}
            span.set_attributes(
                {**{f"escalade.{name}": value for name, value in told.items()}, "escalade.attempt": attempt}
            )
            _deliveries.add(1, told)
            return outcome != "retried"

    async def _attempt(self, session: Session, waiting: Waiting, attempt: int) -> str:
        message, its = waiting.message, self._its
        address = self._addresses[message.to]
        if address is None:
            return await self._failed(message, _nobody(message.to), attempt, None)
        now = its.now()
        try:
            rendered = its.texts.render(message)
            reply = self._addresses[message.reply] if message.reply else None
            reply_to = reply.email if reply else ""
            carried: tuple[Attachment, ...] = ()
            if message.template in CARRYING:
                carried = await asyncio.to_thread(attachments, its.database, message)
            await session.send(Post(message, rendered, address.name or "", address.email, now, reply_to, carried))
        except Refused as refusal:
            return await self._failed(message, str(refusal), attempt, None)
        except TryLater as trouble:
            self._server_away |= trouble.server
            return await self._failed(message, str(trouble), attempt, _retry_at(waiting, now))
        except Exception as fault:
            # A fault of ours: told to operations, and tried again, for the next version may have mended it.
            log.exception("a message could not be sent", extra=_named(message))
            return await self._failed(message, f"{type(fault).__name__}: {fault}", attempt, _retry_at(waiting, now))
        self._gone[message.key] = its.now()
        if len(self._gone) >= NOTED_TOGETHER:
            await self._note_gone()
        return "delivered"

    async def _failed(self, message: Message, reason: str, attempt: int, retry_at: datetime | None) -> str:
        await asyncio.to_thread(outbox.failed, self._its.database, message.key, reason, attempt, retry_at)
        if retry_at is not None:
            return "retried"
        # The reason may quote an address, so it stands in the outbox and not in the log.
        log.error("a message was given up; its reason is in the outbox", extra=_named(message))
        return "given up"


def _retry_at(waiting: Waiting, now: datetime) -> datetime | None:
    again = now + min(FIRST_RETRY * 2 ** min(waiting.attempts, 16), LONGEST_RETRY)
    return again if again <= waiting.created_at + GIVE_UP else None


def _nobody(to: Recipient) -> str:
    if to.kind in ("contact", "staff"):
        return f'{to.kind} "{to.id}" is unknown or has no e-mail address: add one, then send the message again'
    return f'{to.kind} "{to.id}" has no mailbox: add one, then send the message again'


def _named(message: Message) -> dict[str, object]:
    return {"ticket": message.ticket, "message_key": message.key, "template": message.template, "to": message.to.kind}


def origin(message: Message) -> Context:
    """The trace of the step that called for the message: one trace leads from the door to the delivery."""
    return TraceContextTextMapPropagator().extract({"traceparent": message.trace}, context=Context())


@asynccontextmanager
async def _heartbeats() -> AsyncIterator[None]:
    """Tells the engine every few seconds that this is alive; a mail server may take longer over a single mail."""
    if not activity.in_activity():
        yield
        return

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(BEAT)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
