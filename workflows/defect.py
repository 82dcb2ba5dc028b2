"""The workflow that keeps one defect: it takes R&D's commands, and has every ticket that waits told, once each."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import names
    from domain.defects import Announcement, Defect, DefectCommand, OpenDefect, announce, follow, open_defect
    from domain.errors import DomainError
    from workflows.protocol import DefectReceipt, DefectStart

HISTORY_LIMIT = 400
"""Events after which a run takes no further command, and goes on as a new one when those in its hand are done."""
SEEN = 32
"""Commands whose repetition is answered as before."""
PATIENT = RetryPolicy(maximum_interval=timedelta(seconds=30))


def _receipt(state: Defect, digest: str) -> DefectReceipt:
    return DefectReceipt(defect=state.id, status=str(state.status), announcement=state.announcements, digest=digest)


@workflow.defn(name=names.DEFECT_WORKFLOW)
class DefectWorkflow:
    """Runs until the defect is settled and everybody has heard; a later ticket or command begins another run."""

    @workflow.init
    def __init__(self, start: DefectStart) -> None:
        self._start = start
        self._state = start.state
        self._loaded = start.state is not None
        self._told = start.told
        self._seen = dict(start.seen)
        self._woken = False
        self._telling: asyncio.Task[None] | None = None
        self._recording = asyncio.Lock()

    @workflow.run
    async def run(self, start: DefectStart) -> str:
        """Returns the defect's last status."""
        if not self._loaded:
            self._state = await self._load()
            self._loaded = True
            # Whether everybody heard the last news is not recorded; whoever did is not told again.
            self._woken = True
            await workflow.wait_condition(lambda: self._state is not None or workflow.all_handlers_finished())
        while self._state is not None:
            if self._telling is not None and self._telling.done():
                self._telling.result()
                self._telling = None
            # No await may stand between this check and the run's end: a command arriving in between would be lost.
            if workflow.all_handlers_finished():
                if self._has_nothing_left(self._state):
                    break
                # Not when everybody has been told: telling five thousand takes minutes, in which R&D writes on. What
                # is left undone the next run tells, and the engine stops this run's telling.
                if self._history_is_long():
                    workflow.continue_as_new(self._next_start(self._state))
            if self._telling is None and self._news(self._state):
                self._telling = asyncio.create_task(self._tell(self._state.announcements))
            await workflow.wait_condition(self._has_to_go_on)
        return str(self._state.status) if self._state else "unknown"

    @workflow.update(name=names.DEFECT_COMMAND)
    async def command(self, command: DefectCommand) -> DefectReceipt:
        """Applies one command, once per id, and answers when it is recorded. Refusals change nothing."""
        await workflow.wait_condition(lambda: self._loaded)
        async with self._recording:
            known = self._known(self._state, command) if self._state else None
            return known or await self._apply(command)

    @command.validator
    def check_command(self, command: DefectCommand) -> None:
        """Refuses, before anything is written to the history, what the rules refuse and what is for the next run.

        Without that a constant stream of commands keeps the run from ever standing still, which it has to do to end.
        """
        if self._history_is_long():
            raise ApplicationError("This run ends. Send it again.", type=names.RUN_ENDS, non_retryable=True)
        state = self._state
        if self._loaded and state is not None and self._known(state, command) is None:
            self._announced(state, command)

    @workflow.signal(name=names.WAKE)
    def wake(self) -> None:
        """A ticket has begun to wait after something was announced."""
        self._woken = True

    @workflow.query(name="state")
    def state(self) -> Defect | None:
        """The defect as it stands."""
        return self._state

    async def _apply(self, command: DefectCommand) -> DefectReceipt:
        announced: Announcement | None = None
        if self._state is not None:
            announced = self._announced(self._state, command)
            state = follow(self._state, announced)
        elif isinstance(command.step, OpenDefect):
            state = open_defect(self._start.defect, command.step, command.by, workflow.now())
        else:
            unknown = f'There is no defect "{self._start.defect}".'
            raise ApplicationError(unknown, type="unknown_defect", non_retryable=True)
        await self._record(state, announced)
        self._state = state
        receipt = _receipt(state, command.digest)
        self._seen[command.id] = receipt
        while len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]
        return receipt

    def _known(self, state: Defect, command: DefectCommand) -> DefectReceipt | None:
        """The answer to a command that has been applied before, also by a run that has ended since."""
        if command.id in self._seen:
            return self._seen[command.id]
        last = state.last
        return _receipt(state, last.digest) if last is not None and last.command == command.id else None

    def _announced(self, state: Defect, command: DefectCommand) -> Announcement:
        try:
            return announce(state, command, workflow.now())
        except DomainError as refusal:
            raise ApplicationError(refusal.message, type=refusal.code, non_retryable=True) from None

    def _news(self, state: Defect) -> bool:
        return state.announcements > self._told or (self._woken and state.announcements > 0)

    def _has_to_go_on(self) -> bool:
        state = self._state
        if state is None or (self._telling.done() if self._telling else self._news(state)):
            return True
        ends = self._has_nothing_left(state) or self._history_is_long()
        return ends and workflow.all_handlers_finished()

    def _has_nothing_left(self, state: Defect) -> bool:
        return state.settled and self._telling is None and not self._news(state)

    async def _tell(self, number: int) -> None:
        self._woken = False
        told: int = await workflow.execute_activity(
            names.TELL_TICKETS,
            args=[self._start.defect, number],
            result_type=int,
            start_to_close_timeout=timedelta(hours=12),
            heartbeat_timeout=timedelta(seconds=60),
            retry_policy=PATIENT,
            summary=f"announcement {number}",
        )
        self._told = max(self._told, told)

    async def _load(self) -> Defect | None:
        loaded: Defect | None = await workflow.execute_activity(
            names.LOAD_DEFECT,
            self._start.defect,
            result_type=Defect | None,  # type: ignore[arg-type]  # a union is no class, but the converter reads it
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=PATIENT,
        )
        return loaded

    async def _record(self, state: Defect, announced: Announcement | None) -> None:
        # An activity of its own, not a local one: it is in the history before it writes, so nothing is ever recorded
        # that the defect does not remember.
        await workflow.execute_activity(
            names.RECORD_DEFECT,
            args=[state, announced],
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=PATIENT,
        )

    def _history_is_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > HISTORY_LIMIT

    def _next_start(self, state: Defect) -> DefectStart:
        # Who has begun to wait meanwhile, or was not reached yet, has the last news told again: whoever heard it stays
        # untold, since the tickets' own rows are the list.
        again = self._woken or self._telling is not None
        told = min(self._told, state.announcements - 1) if again else self._told
        return DefectStart(defect=self._start.defect, state=state, told=max(told, 0), seen=self._seen)
