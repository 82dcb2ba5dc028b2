"""The activity that records: what a ticket's workflow did, into the database, before the step counts as done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import activity

from activities.beating import beating
from activities.names import RECORD, RECORD_BEAT
from domain.events import DefectAwaited, TicketReopened
from domain.record import Recording
from domain.webhooks import Subscription, announcements
from store.database import Database
from store.recording import Written, record

_BEGINS_TO_WAIT = (DefectAwaited, TicketReopened)


async def _nobody(defect: str) -> None:
    """Where no defects are kept."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Recorder:
    """`wake` has delivery look at the outbox; `on_recorded` sees each recording that was really written, once.

    `wake_defect` has a defect look for the tickets that have begun to wait for it. `subscriptions` are the webhooks
    that want to hear of what is recorded.
    """

    database: Database
    wake: Callable[[], Awaitable[None]]
    on_recorded: Callable[[Recording], None]
    now: Callable[[], datetime] = _utc_now
    wake_defect: Callable[[str], Awaitable[None]] = _nobody
    subscriptions: Callable[[], Sequence[Subscription]] = tuple
    _pool: ThreadPoolExecutor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # SQLite has one writer at a time: more threads would only wait for each other.
        threads = 1 if self.database.sqlite else 8
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="record")

    @activity.defn(name=RECORD)
    async def record(self, recording: Recording) -> None:
        """Writes one recording and wakes delivery. Whatever the database raises passes, so that the engine retries."""
        async with beating(RECORD_BEAT):
            await self._record(recording)

    async def _record(self, recording: Recording) -> None:
        loop = asyncio.get_running_loop()
        context = copy_context()  # the trace of the step, for spans of the database
        recording, written = await loop.run_in_executor(self._pool, lambda: context.run(self._write, recording))
        if written.new:
            self.on_recorded(recording)
        if recording.messages:
            # On a repetition too: the first attempt may have ended between its commit and its wake.
            await self.wake()
        waits_for = recording.summary.defect if recording.summary.defect_heard is not None else None
        if waits_for is not None and any(isinstance(event.fact, _BEGINS_TO_WAIT) for event in recording.events):
            await self.wake_defect(waits_for)

    def _write(self, recording: Recording) -> tuple[Recording, Written]:
        """The recording with what webhooks are told of it, written."""
        told = tuple(announcements(recording, self.subscriptions()))
        if told:
            recording = recording.model_copy(update={"messages": (*recording.messages, *told)})
        recording = _traced(recording)
        return recording, record(self.database, recording, self.now())

    def close(self) -> None:
        """Waits for what is being written."""
        self._pool.shutdown()


def _traced(recording: Recording) -> Recording:
    """The recording with this step's trace on its messages: one trace leads from the door to the delivery."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    if not carrier or not recording.messages:
        return recording
    traced = tuple(message.model_copy(update={"trace": carrier["traceparent"]}) for message in recording.messages)
    return recording.model_copy(update={"messages": traced})
