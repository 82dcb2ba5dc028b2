"""A round: one batch of one way, carried by a few lanes at once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from activities.attachments import CARRYING, attachments
from activities.beating import leaving
from activities.channel import Attachment, Channel, Post, Refused, Session, TryLater
from activities.readers import Readers
from activities.texts import NO_WORDS, Texts
from domain.messages import Message, Recipient
from domain.words import Way
from runtime.telemetry import carrying
from store import outbox
from store.database import Database
from store.outbox import Waiting

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
GIVE_UP = timedelta(days=3)
"""Age of a message after which passing trouble is no longer waited out."""

LANES = 4
"""Connections at once. Messages of one ticket to one recipient share a lane, so their order holds."""

NOTED_TOGETHER = 20
"""Mails whose delivery is noted in one transaction; should the worker die, as many go out again, recognisably."""

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("escalade")
_deliveries = metrics.get_meter("escalade").create_counter(
    "escalade.deliveries", description="Attempts to deliver a message, by what came of them"
)


class Round:
    """Carried until it is empty, time is up, or the mail server proves to be away.

    A chat or an endpoint that is away ends its own messages' turn only: they are put off together.
    """

    def __init__(
        self,
        database: Database,
        texts: Texts,
        way: Way,
        channel: Channel,
        batch: list[Waiting],
        *,
        now: Callable[[], datetime],
        until: datetime,
    ) -> None:
        self._database = database
        self._texts = texts
        self._way = way
        self._channel = channel
        self._now = now
        self._until = until
        groups: dict[tuple[str, str | None, Recipient, str], list[Waiting]] = {}
        for one in batch:
            # A machine does not read on: one event that its endpoint refuses holds up no other.
            alone = one.key if way is Way.webhook else ""
            groups.setdefault((one.target, one.message.ticket, one.message.to, alone), []).append(one)
        self._groups = deque(groups.values())
        self._readers = Readers(database)
        self._gone: dict[str, datetime] = {}
        self._away: set[str] = set()
        self._database_away = False

    async def carry(self) -> bool:
        """Whether the mail server is away. The database's error when that is away."""
        batch = [one for group in self._groups for one in group]
        await asyncio.to_thread(self._readers.look_up, batch)
        lanes = [self._lane() for _ in range(min(LANES, len(self._groups)))]
        # Every lane comes to its end before an error passes: none may go on sending behind the activity's back.
        try:
            outcomes = await asyncio.gather(*lanes, return_exceptions=True)
        finally:
            # Also when the attempt is cancelled, or its successor would send again what has gone.
            await self._note_gone()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return self._way is Way.mail and bool(self._away)

    async def _note_gone(self) -> None:
        gone = dict(self._gone)
        await asyncio.to_thread(outbox.delivered, self._database, gone, self._channel.name)
        for key in gone:
            self._gone.pop(key, None)

    async def _lane(self) -> None:
        async with self._channel.session() as session:
            while self._groups and not self._stopped:
                for one in self._groups.popleft():
                    if self._stopped or one.target in self._away or not await self._done_with(session, one):
                        break  # what follows in the group waits behind this one

    @property
    def _stopped(self) -> bool:
        mail_away = self._way is Way.mail and bool(self._away)
        return mail_away or self._database_away or leaving() or self._now() >= self._until

    async def _done_with(self, session: Session, waiting: Waiting) -> bool:
        """Whether the recipient's next message may go: this one has gone, or never will."""
        message, number = waiting.message, waiting.attempts + 1
        with (
            _tracer.start_as_current_span("deliver message", context=origin(message)),
            carrying(**({"ticket": message.ticket} if message.ticket else {})),
        ):
            try:
                outcome = await self._attempt(session, waiting, number)
            except Exception:
                self._database_away = True
                raise
            span = trace.get_current_span()
            told = {"template": message.template, "outcome": outcome, "channel": self._channel.name}
            span.set_attributes(
                {**{f"escalade.{name}": value for name, value in told.items()}, "escalade.attempt": number}
            )
            _deliveries.add(1, told)
            return outcome != "retried"

    async def _attempt(self, session: Session, waiting: Waiting, number: int) -> str:
        now = self._now()
        try:
            await session.send(await self._post(waiting, now))
        except Refused as refusal:
            return await self._failed(waiting, str(refusal), number, None)
        except TryLater as trouble:
            again = _retry_at(waiting, now)
            outcome = await self._failed(waiting, str(trouble), number, again)
            if trouble.server:
                self._away.add(waiting.target)
                if self._way is not Way.mail:
                    put_off = (self._way, waiting.target, again or now + FIRST_RETRY)
                    await asyncio.to_thread(outbox.postpone, self._database, *put_off)
            return outcome
        except Exception as fault:
            # A fault of ours: told to operations, and tried again, for the next version may have mended it.
            log.exception("a message could not be sent", extra=_named(waiting.message))
            return await self._failed(waiting, f"{type(fault).__name__}: {fault}", number, _retry_at(waiting, now))
        self._gone[waiting.key] = self._now()
        self._readers.has_gone(waiting)
        if len(self._gone) >= NOTED_TOGETHER or self._way is Way.webhook:
            await self._note_gone()
        return "delivered"

    async def _post(self, waiting: Waiting, now: datetime) -> Post:
        """What is handed over. Refused where nobody is there to get it."""
        message, readers = waiting.message, self._readers
        if self._way is Way.webhook:
            return Post(message, NO_WORDS, "", "", now, target=waiting.target)
        rendered = self._texts.render(readers.in_their_language(message))
        if self._way is Way.chat:
            return Post(message, rendered, "", "", now, target=waiting.target)
        address = readers.address(message.to)
        if address is None:
            raise Refused(_nobody(message.to))
        reply = readers.address(message.reply) if message.reply else None
        carried: tuple[Attachment, ...] = ()
        if message.template in CARRYING:
            carried = await asyncio.to_thread(attachments, self._database, message)
        return Post(
            message,
            rendered,
            address.name or "",
            address.email,
            now,
            reply_to=reply.email if reply else "",
            attachments=carried,
            earlier=readers.earlier(waiting),
        )

    async def _failed(self, waiting: Waiting, reason: str, number: int, retry_at: datetime | None) -> str:
        at = self._now()
        await asyncio.to_thread(outbox.failed, self._database, waiting.key, reason, number, retry_at, at)
        if retry_at is not None:
            return "retried"
        # The reason may quote an address, so it stands in the outbox and not in the log.
        log.error("a message was given up; its reason is in the outbox", extra=_named(waiting.message))
        return "given up"


def _retry_at(waiting: Waiting, now: datetime) -> datetime | None:
    again = now + min(FIRST_RETRY * 2 ** min(waiting.attempts, 16), LONGEST_RETRY)
    return again if again <= waiting.since + GIVE_UP else None


def _nobody(to: Recipient) -> str:
    if to.kind in ("contact", "staff"):
        return f'{to.kind} "{to.id}" is unknown or has no e-mail address: add one, then send the message again'
    return f'{to.kind} "{to.id}" has no mailbox: add one, then send the message again'


def _named(message: Message) -> dict[str, object]:
    return {"ticket": message.ticket, "message_key": message.key, "template": message.template, "to": message.to.kind}


def origin(message: Message) -> Context:
    """The trace of the step that called for the message: one trace leads from the door to the delivery."""
    return TraceContextTextMapPropagator().extract({"traceparent": message.trace}, context=Context())
