"""Every ticket that the engine or the record knows, compared; nothing is changed here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.names import TICKETS, ticket_of
from cli.reconciling.retelling import HistoryUntold, Reteller, Told
from domain.reconciling import Finding, Kept, compare, is_over
from runtime.updating import names_no_run
from store import reconciling as record
from store.database import Database
from workflows.protocol import RUN_FENCE, Start, workflow_id

AT_ONCE = 8
"""Histories fetched at the same time: the engine has its day's work to do."""
SETTLE = 2.0
"""Seconds until a second look: between the two sides of a step a difference is no fault."""


@dataclass(frozen=True)
class Untold:
    """A ticket that could not be compared, and why."""

    ticket: str
    why: str


async def newest_runs(client: Client, workflow: str) -> dict[str, WorkflowExecution]:
    """The newest run of every workflow of a type, by its id; of those that ended too, until their retention is over."""
    found: dict[str, WorkflowExecution] = {}
    async for run in client.list_workflows(f'WorkflowType="{workflow}"', page_size=1000):
        known = found.get(run.id)
        if known is None or known.start_time < run.start_time:
            found[run.id] = run
    return found


@dataclass
class Look:
    """What is compared: this engine and this database. `seen` counts the tickets that have been looked at."""

    client: Client
    database: Database
    reteller: Reteller
    seen: int = 0
    _runs: dict[str, WorkflowExecution] = field(default_factory=dict)

    async def total(self) -> int:
        """How many tickets there are on either side; asks the engine for its list, which the rest then goes by."""
        self._runs = {ticket_of(name): run for name, run in (await newest_runs(self.client, TICKETS)).items()}
        recorded = {stored.id async for stored in self._walk()}
        return len(recorded | self._runs.keys())

    async def everything(self, *, only: str | None = None) -> AsyncIterator[Finding | Untold]:
        """The differences, each seen twice; `only`: of this one ticket. Call `total` before, for the engine's list."""
        first: list[str] = []
        async for found in self._compared([only] if only else None):
            if isinstance(found, Finding):
                first.append(found.ticket)
            else:
                yield found
        if first:
            await asyncio.sleep(SETTLE)
            async for found in self._compared(first, count=False):
                yield found

    async def runs_from(self, ticket: str, first: int) -> list[Told[Start]]:
        """What the engine still tells of a ticket, oldest run first, back to its event number `first`.

        HistoryUntold where the histories before it are gone.
        """
        told = [await self._tell(ticket, None)]
        while (state := told[0].start.state) is not None and state.sequence >= first:
            before = told[0].before
            if before is None:
                raise HistoryUntold(f"the engine remembers what came after event {state.sequence} only")
            try:
                told.insert(0, await self._tell(ticket, before))
            except RPCError as error:
                if names_no_run(error):
                    raise HistoryUntold(f"the history of run {before} is gone: its retention has passed") from None
                raise
        return told

    async def _compared(self, only: list[str] | None, *, count: bool = True) -> AsyncIterator[Finding | Untold]:
        waiting: set[asyncio.Task[Finding | Untold | None]] = set()
        tickets = self._named(only) if only is not None else self._all()
        async for ticket in tickets:
            waiting.add(asyncio.create_task(self._one(ticket)))
            if len(waiting) < AT_ONCE:
                continue
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                self.seen += count
                if (found := task.result()) is not None:
                    yield found
        for last in asyncio.as_completed(waiting):
            result = await last
            self.seen += count
            if result is not None:
                yield result

    async def _named(self, tickets: list[str]) -> AsyncIterator[str]:
        for ticket in tickets:
            yield ticket

    async def _all(self) -> AsyncIterator[str]:
        recorded = set()
        async for stored in self._walk():
            recorded.add(stored.id)
            if not is_over(stored.status) or self._runs_now(stored.id):
                yield stored.id
            else:
                self.seen += 1
        for ticket in sorted(self._runs.keys() - recorded):
            yield ticket

    async def _walk(self) -> AsyncIterator[record.Stored]:
        walk = record.walk(self.database)
        while (stored := await asyncio.to_thread(next, walk, None)) is not None:
            yield stored

    def _runs_now(self, ticket: str) -> bool:
        run = self._runs.get(ticket)
        return run is not None and run.status is WorkflowExecutionStatus.RUNNING

    async def _one(self, ticket: str) -> Finding | Untold | None:
        try:
            engine, running = await self._engine(ticket)
        except HistoryUntold as untold:
            return Untold(ticket, str(untold))
        stored = await asyncio.to_thread(record.get, self.database, ticket)
        written, torn = None, False
        if stored is not None:
            events = await asyncio.to_thread(record.history, self.database, ticket)
            written = Kept(events, stored.fence)
            torn = [event.sequence for event in events] != list(range(1, stored.version + 1))
        over = stored is not None and is_over(stored.status)
        found = compare(ticket, engine, written, over=over, torn=torn)
        if found is None and engine is not None and not running and not over and stored is not None:
            return compare(ticket, None, written, over=False, torn=torn)
        return found

    async def _engine(self, ticket: str) -> tuple[Kept | None, bool]:
        try:
            described = await self.client.get_workflow_handle(workflow_id(ticket)).describe()
            told = await self._tell(ticket, described.run_id)
        except RPCError as error:
            if names_no_run(error):
                return None, False
            raise
        events = [event for recording in told.recordings for event in recording.events]
        base = told.start.state.sequence if told.start.state is not None else 0
        fence = told.recordings[-1].fence if told.recordings else told.start.run * RUN_FENCE
        return Kept(events, fence, base), described.status is WorkflowExecutionStatus.RUNNING

    async def _tell(self, ticket: str, run: str | None) -> Told[Start]:
        handle = self.client.get_workflow_handle(workflow_id(ticket), run_id=run)
        return await self.reteller.tell(await handle.fetch_history(), Start)
