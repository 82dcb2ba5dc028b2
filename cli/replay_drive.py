"""Drives recorded tickets through the real workflow on the time-skipping server, every step at its recorded instant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowHistoryEventFilterType,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from cli.replay_timeline import Due, instants
from cli.virtual_time import DriveError
from domain.commands import Command
from domain.decide import handle
from domain.errors import DomainError
from domain.evolve import rebuild
from domain.record import Recording
from domain.ticket import Ticket
from domain.words import Status
from foresight.carrying import Ask, Outcome, carry_out
from foresight.recorded import RecordedStep, RecordedTicket
from store.database import Database
from store.tickets import get, history
from workflows.protocol import COMMAND, STATE, TASK_QUEUE, Receipt, Start, workflow_id
from workflows.ticket import TicketWorkflow

MARGIN = timedelta(seconds=2)
"""Kept between a command and a clock that falls due at the same instant."""

PATIENCE = 120
"""Real seconds a command may take; tens of milliseconds are usual."""

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Progress:
    """How far it is: steps carried out, tickets opened, tickets at their end, and the virtual time."""

    steps: int
    opened: int
    ended: int
    at: datetime


class Drive:
    """One replay. All tickets share one timeline, since virtual time only goes forward."""

    def __init__(
        self,
        env: WorkflowEnvironment,
        database: Database,
        tickets: Sequence[RecordedTicket],
        say: Callable[[Progress], None],
    ) -> None:
        self._env = env
        self._database = database
        self._tickets = tickets
        self._say = say
        self._ended: set[str] = set()
        self._next_due: dict[str, datetime | None] = {}
        self._handles: dict[str, WorkflowHandle[TicketWorkflow, str]] = {}
        self._runs: dict[str, list[str]] = {}
        self._supplied: set[str] = set()
        self.outcomes: list[Outcome] = []

    def follow(self, recording: Recording) -> None:
        """To be told of each recording, so as to know which tickets have ended and what falls due next."""
        ended = recording.summary.status is Status.archived
        (self._ended.add if ended else self._ended.discard)(recording.summary.id)
        self._next_due[recording.summary.id] = recording.summary.next_due

    async def run(self, until: datetime | None = None) -> datetime:
        """Carries every step out, then lets time pass until each ticket is archived, or until `until`.

        Returns the virtual time at the end.
        """
        await self._not_in_the_past()
        for at, together in instants(self._tickets):
            await self._at(at, together)
            self._report(at)
        return await self._wait_for_the_end(until)

    async def _not_in_the_past(self) -> None:
        now = await self._env.get_current_time()
        first = min(ticket.opened_at for ticket in self._tickets)
        if first <= now:
            raise DriveError(
                f"the first step would be on {first:%Y-%m-%d}, and the server's clock, which only goes forward, "
                f"stands at {now:%Y-%m-%d}: move the log by more years (a multiple of 28)"
            )

    async def _at(self, at: datetime, together: Sequence[Due]) -> None:
        """What was done at one instant; commands to a ticket whose clock is due right then keep their distance from it.

        The test server breaks when a timer fires while a command that cancels it is being handled ("invalid history
        builder state"), and never answers again. So a command of the very instant comes MARGIN before it, which is in
        time as it was; one that came just after what fell due comes MARGIN after it.
        """
        now = at
        if any(self._due(ticket) < at + MARGIN for ticket, _ in together):
            now = max(at, await self._sleep_until(at - MARGIN))
        before = [one for one in together if now <= self._due(one[0]) < now + MARGIN]
        after = [one for one in together if now - MARGIN <= self._due(one[0]) < now]
        await self._all(before)
        await self._sleep_until(at)
        await self._all([one for one in together if one not in before and one not in after])
        if after:
            await self._sleep_until(now + MARGIN)
            await self._all(after)

    def _due(self, ticket: RecordedTicket) -> datetime:
        return self._next_due.get(ticket.id) or NEVER

    async def _all(self, together: Sequence[Due]) -> None:
        await asyncio.gather(*(self._steps_of(ticket, steps) for ticket, steps in together))

    async def _sleep_until(self, at: datetime) -> datetime:
        # From the clock itself each time: it runs on while commands are carried out, and must not leave the log.
        now = await self._env.get_current_time()
        if now >= at:
            return now
        await self._env.sleep(at - now)
        return at

    async def _steps_of(self, ticket: RecordedTicket, steps: list[RecordedStep | None]) -> None:
        for step in steps:
            if step is None:
                await self._open(ticket)
            else:
                self.outcomes.append(await self._carry_out(ticket, step))

    async def _open(self, ticket: RecordedTicket) -> None:
        start = Start(
            by=ticket.by,
            command=f"line-{ticket.line}",
            opening=ticket.opening,
            opened_at=ticket.opened_at,
            visible=False,
            run_first=True,
            shows_due=False,
        )
        handle: WorkflowHandle[TicketWorkflow, str] = await self._env.client.start_workflow(
            TicketWorkflow.run, start, id=workflow_id(ticket.id), task_queue=TASK_QUEUE
        )
        self._handles[ticket.id] = handle
        self._runs[ticket.id] = [handle.first_execution_run_id or ""]

    async def _carry_out(self, ticket: RecordedTicket, step: RecordedStep) -> Outcome:
        work = carry_out(ticket, step, self._supplied)
        answer: datetime | DomainError | Ticket | None = None
        while True:
            try:
                wish = work.send(answer)  # type: ignore[arg-type]  # None begins a generator
            except StopIteration as done:
                outcome: Outcome = done.value
                return outcome
            answer = await self._ask(ticket, step, wish) if isinstance(wish, Ask) else await self._look(ticket)

    async def _look(self, ticket: RecordedTicket) -> Ticket:
        known: Ticket = await self._env.client.get_workflow_handle(workflow_id(ticket.id)).query(
            STATE, result_type=Ticket
        )
        return known

    async def _ask(self, ticket: RecordedTicket, recorded: RecordedStep, wish: Ask) -> datetime | DomainError:
        command = Command(id=wish.name, by=wish.by, step=wish.step)
        handle = self._env.client.get_workflow_handle(workflow_id(ticket.id))
        try:
            update = handle.execute_update(COMMAND, command, result_type=Receipt)
            receipt: Receipt = await asyncio.wait_for(update, PATIENCE)
            return receipt.at
        except TimeoutError:
            raise DriveError(
                f"the server did not answer the {wish.step.type} of line {recorded.line} (ticket {ticket.id}) within "
                f"{PATIENCE} s: try again, with fewer tickets on a slow machine"
            ) from None
        except WorkflowUpdateFailedError as failed:
            return _refusal(failed)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            revived = await self._revive(ticket, command)
            return revived.at if isinstance(revived, Receipt) else revived

    async def _revive(self, ticket: RecordedTicket, command: Command) -> Receipt | DomainError:
        """The ticket's run has ended: a reopening starts another one from what is recorded, as the API does it."""
        now = await self._env.get_current_time()
        state = rebuild(history(self._database, ticket.id))
        runs = self._runs[ticket.id]
        try:
            handle(state, command, now)
        except DomainError as refusal:
            return refusal
        row = get(self._database, ticket.id)
        run = row.fence // 1_000_000 + 1 if row else 1
        start = Start(
            by=command.by, command=command.id, state=state, run=run, visible=False, run_first=True, shows_due=False
        )
        operation = WithStartWorkflowOperation(
            TicketWorkflow.run,
            start,
            id=workflow_id(ticket.id),
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        try:
            receipt: Receipt = await self._env.client.execute_update_with_start_workflow(
                COMMAND, command, start_workflow_operation=operation, result_type=Receipt
            )
        except WorkflowUpdateFailedError as failed:
            return _refusal(failed)
        runs.append((await operation.workflow_handle()).first_execution_run_id or "")
        return receipt

    async def _wait_for_the_end(self, until: datetime | None) -> datetime:
        last = max((step.at for ticket in self._tickets for step in ticket.steps), default=self._tickets[-1].opened_at)
        limit = until or last + timedelta(days=60)
        while True:
            now = await self._env.get_current_time()
            self._report(now)
            if now >= limit or len(self._ended) == len(self._tickets):
                return now
            await self._env.sleep(min(timedelta(days=1), limit - now))

    def _report(self, at: datetime) -> None:
        self._say(Progress(len(self.outcomes), len(self._handles), len(self._ended), at))

    async def history_events(self) -> dict[str, int]:
        """The engine's history events of each ticket, over all its runs."""
        lengths: dict[str, int] = {}
        for ticket, runs in self._runs.items():
            lengths[ticket] = sum([await self._length_of_chain(ticket, run) for run in runs])
        return lengths

    async def _length_of_chain(self, ticket: str, run: str) -> int:
        length = 0
        while run:
            handle = self._env.client.get_workflow_handle(workflow_id(ticket), run_id=run)
            description = await handle.describe()
            length += description.history_length
            run = ""
            if description.close_time is not None:
                closing = await handle.fetch_history(event_filter_type=WorkflowHistoryEventFilterType.CLOSE_EVENT)
                last = closing.events[-1]
                if last.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
                    run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return length


def _refusal(failed: WorkflowUpdateFailedError) -> DomainError:
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type:
        return DomainError(cause.type, cause.message)
    raise failed
