"""The workflow that keeps one ticket: it sleeps until the next promise falls due, and takes commands meanwhile."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.names import RECORD, RECORD_SILENT
    from domain.commands import Command
    from domain.decide import handle, open_ticket
    from domain.elapse import elapse, next_due
    from domain.errors import DomainError
    from domain.events import Event, TextsErased
    from domain.record import Unrecorded
    from domain.rules import hours
    from domain.ticket import Ticket
    from domain.words import Status
    from workflows import booking, visibility
    from workflows.protocol import COMMAND, RUN_FENCE, STATE, Receipt, Start
    from workflows.receipts import SEEN, receipt_of

LOCAL = timedelta(seconds=3)
"""Time for the quick attempts together, far below the eight seconds after which a workflow task with a local activity
has to beat. Where one had beaten and its worker then died, a later replay saw its updates at another place than the
worker that took over: the ticket stood still for good (docs/chaos.md)."""
QUICK = RetryPolicy(maximum_attempts=3, initial_interval=timedelta(milliseconds=50))
PATIENT = RetryPolicy(maximum_interval=timedelta(seconds=10))


CLOCKS_DIFFER = timedelta(seconds=1)
"""How far a timer may fire before its instant by the clock of the task that tells it: two servers' clocks differ so."""


class StaleClock(RuntimeError):
    """The engine told a fired timer and a time before it. It fails the task, which is tried again, not the ticket."""


@workflow.defn(name="Ticket")
class TicketWorkflow:
    """One ticket from its opening to the end of its reopening window, over as many runs as its history needs."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        # Commands are handled before run() begins: whatever they need stands here.
        self._start = start
        self._seen = dict(start.seen)
        self._unrecorded = Unrecorded()
        self._recording = asyncio.Lock()
        self._booking = asyncio.Lock()
        self._renews = False
        self._begun = not start.run_first
        if start.state is not None:
            self._state = start.state
        else:
            assert start.opening is not None  # Start is one or the other
            assert start.opened_at is not None
            opening = open_ticket(start.opening, start.by, start.opened_at, start.command, start.digest)
            self._state = self._unrecorded.follow(None, opening)

    @workflow.run
    async def run(self, start: Start) -> str:
        """Returns the ticket's last status when its reopening window is over."""
        self._begun = True
        await self._record()
        while True:
            # No await may stand between these checks and the run's end: a command arriving in between would be lost.
            if workflow.all_handlers_finished() and not self._unrecorded.events:
                if self._state.status is Status.archived:
                    return str(self._state.status)
                if self._history_is_long():
                    workflow.continue_as_new(self._next_start())
            came = await self._sleep_until_due()
            self._follow(elapse(self._state, max(came, workflow.now())))
            await self._record()

    @workflow.update(name=COMMAND)
    async def command(self, command: Command) -> Receipt:
        """Applies one command and answers when it is recorded. Refusals come from the validator and leave no event."""
        # Those that come with the start would be handled before run(). A replay can have them after it (where a worker
        # was lost whose task had beaten), and what is recorded together, in which order, must not depend on that.
        if not self._begun:
            await workflow.wait_condition(lambda: self._begun)
        known = self._seen.get(command.id)
        if known is None and hours.asks_the_account(self._state, command.step):
            known = await self._apply_with_hours(command)
        elif known is None:
            known = self._apply_alone(command)
        await self._record()
        return known

    @command.validator
    def check_command(self, command: Command) -> None:
        """Refuses what the rules refuse, before anything is written to the history."""
        if command.id in self._seen:
            return
        try:
            handle(self._state, command, workflow.now())
        except DomainError as refusal:
            raise _refused(refusal) from None

    @workflow.query(name=STATE)
    def state(self) -> Ticket:
        """The whole state: what the API's live clocks and an operator's look are made from."""
        return self._state

    async def _apply_with_hours(self, command: Command) -> Receipt:
        """Asks the hour account before the step, one step at a time; what the rules then refuse is given back."""
        async with self._booking:
            known = self._seen.get(command.id)
            if known is not None:
                return known
            booked = False
            try:
                needed = hours.wanted(self._state, command.step)
                if needed is None:
                    return self._apply(command)
                settled = await booking.settle(self._state, needed, command.id)
                if settled.booked is None:
                    raise DomainError(settled.code, settled.message)
                booked = True
                step = command.step.model_copy(update={"booked": settled.booked})
                return self._apply(command.model_copy(update={"step": step}))
            except DomainError as refusal:
                if booked:
                    await booking.settle(self._state, sum(self._state.taken.values()), f"{command.id}:back")
                raise _refused(refusal) from None

    def _apply_alone(self, command: Command) -> Receipt:
        """Another that came with it, and was applied after it had been looked at, can make the rules refuse it now."""
        try:
            return self._apply(command)
        except DomainError as refusal:
            raise _refused(refusal) from None

    def _apply(self, command: Command) -> Receipt:
        events = handle(self._state, command, workflow.now())
        self._follow(events)
        receipt = receipt_of(self._state, events, command.id, command.digest, workflow.now())
        self._seen[command.id] = receipt
        while len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]
        return receipt

    def _follow(self, events: list[Event]) -> None:
        self._state = self._unrecorded.follow(self._state, events)
        # What was erased stands in this run's history: the next run's knows nothing of it.
        self._renews = self._renews or any(isinstance(event.fact, TextsErased) for event in events)

    async def _record(self) -> None:
        """Returns when all that has happened so far is recorded; steps that come together share one recording."""
        async with self._recording:
            if not self._unrecorded.events:
                return
            progress = workflow.info().get_current_history_length()
            recording = self._unrecorded.take(self._state, self._start.run * RUN_FENCE + progress)
            try:
                await workflow.execute_local_activity(
                    RECORD, recording, schedule_to_close_timeout=LOCAL, retry_policy=QUICK
                )
            except FailureError as failure:
                if is_cancelled_exception(failure):
                    raise
                # A local activity that retries for long grows the history; the engine's own queue is made for waiting.
                # (Its failure comes bare, not wrapped in an ActivityError as a regular activity's does.)
                await workflow.execute_activity(
                    RECORD,
                    recording,
                    start_to_close_timeout=timedelta(seconds=30),
                    heartbeat_timeout=timedelta(seconds=RECORD_SILENT),
                    retry_policy=PATIENT,
                    summary="record again: the database was away",
                )
            if self._start.visible:
                visibility.show(self._state, with_due=self._start.shows_due)

    async def _sleep_until_due(self) -> datetime:
        """One timer, for the earliest due instant; a change that moves it re-arms it once, and nothing else does.

        Returns the instant that has come: of the timer that fired, or now.
        """
        due = next_due(self._state)

        def moved() -> bool:
            return next_due(self._state) != due or self._must_end()

        if due is None:
            await workflow.wait_condition(moved)
            return workflow.now()
        left = due - workflow.now()
        if left <= timedelta():
            return workflow.now()
        try:
            await workflow.wait_condition(moved, timeout=left, timeout_summary=f"next due {due:%Y-%m-%d %H:%M} UTC")
        except TimeoutError:
            # A worker that had been stopped was seen to be given the time of the task before. What it decided then, no
            # other worker could replay: the task fails, nothing is written, and the next try reads the history afresh.
            if due - workflow.now() > CLOCKS_DIFFER:
                raise StaleClock(f"the timer for {due} fired, and the task says it is {workflow.now()}") from None
            return due
        return workflow.now()

    def _must_end(self) -> bool:
        ending = self._state.status is Status.archived or self._history_is_long()
        return ending and workflow.all_handlers_finished() and not self._unrecorded.events

    def _history_is_long(self) -> bool:
        info = workflow.info()
        return (
            self._renews
            or info.is_continue_as_new_suggested()
            or info.get_current_history_length() > self._start.history_limit
        )

    def _next_start(self) -> Start:
        return Start(
            by=self._start.by,
            command=self._start.command,
            digest=self._start.digest,
            state=self._state,
            run=self._start.run + 1,
            seen=self._seen,
            history_limit=self._start.history_limit,
            visible=self._start.visible,
            run_first=True,
            shows_due=False,
        )


def _refused(refusal: DomainError) -> ApplicationError:
    return ApplicationError(refusal.message, type=refusal.code, non_retryable=True)
