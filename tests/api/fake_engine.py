"""An engine in memory: it runs the pure rules as the workflow does and records into a real store at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from api.engine.tickets import AlreadyOpen, Check, EngineAway, NoRun, Opened
from api.engine.vitals import KINDS, Failing, Poller, Queue, Vitals
from domain.commands import Command
from domain.decide import handle, open_ticket
from domain.defects import DefectCommand, OpenDefect, announce, follow, open_defect
from domain.elapse import elapse, next_due
from domain.events import Event
from domain.record import Unrecorded
from domain.releases import Release, fix_of
from domain.ticket import Ticket
from domain.words import Status
from store import defects, releases
from store.database import Database
from store.recording import record
from workflows.protocol import DefectReceipt, Receipt, Start
from workflows.receipts import SEEN


class Run:
    """One open run of a ticket."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.unrecorded = Unrecorded()
        self.progress = 0
        self.receipts: dict[str, Receipt] = {}
        if start.state is not None:
            self.state = start.state
        else:
            assert start.opening is not None
            assert start.opened_at is not None
            opening = open_ticket(start.opening, start.by, start.opened_at, start.command, start.digest)
            self.state = self.unrecorded.follow(None, opening)

    def follow(self, events: list[Event]) -> None:
        self.state = self.unrecorded.follow(self.state, events)


class FakeEngine:
    """`away` makes every call fail; `lagging` keeps recordings back until `catch_up`."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self.runs: dict[str, Run] = {}
        self.remembered: dict[str, Opened] = {}
        self.started: list[Start] = []
        self.defect_receipts: dict[str, DefectReceipt] = {}
        self.away = False
        self.woken = 0
        self.lagging = False
        self.workers = 1
        self.deliverers = 1
        self.sealed: dict[str, int] = {}
        self.backlog = 0
        self.waiting = timedelta()
        self.retention = timedelta(days=30)
        self.missing: tuple[str, ...] = ()
        self.stuck: list[Failing] = []
        self.looked_at_newest = 0

    async def open(self, start: Start, opened: Ticket) -> None:
        self._check()
        if opened.id in self.remembered:
            raise AlreadyOpen(opened.id)
        self._begin(start, opened)

    async def command(self, ticket: str, command: Command) -> Receipt:
        self._check()
        self.pass_time()
        run = self.runs.get(ticket)
        if run is None:
            raise NoRun(ticket)
        return self._apply(run, command)

    async def wake_delivery(self) -> None:
        self._check()
        self.woken += 1

    async def revive(self, start: Start, command: Command) -> Receipt:
        self._check()
        assert start.state is not None
        run = self.runs.get(start.state.id) or self._begin(start, start.state)
        return self._apply(run, command)

    async def state(self, ticket: str) -> Ticket:
        self._check()
        self.pass_time()
        if ticket not in self.runs:
            raise NoRun(ticket)
        return self.runs[ticket].state

    async def opened(self, ticket: str) -> Opened | None:
        self._check()
        return self.remembered.get(ticket)

    async def checks(self, now: datetime) -> dict[str, Check]:
        well = not self.away
        return {"engine": Check(well, "in memory"), "worker": Check(well, "in memory")}

    async def vitals(self) -> Vitals:
        self._check()
        here = (Poller("1@here", self._now(), "build"),)
        tickets = tuple(
            Queue("escalade", kind, False, here if self.workers else (), self.backlog, self.waiting) for kind in KINDS
        )
        mails = tuple(
            Queue("escalade-delivery", kind, True, here if self.workers and self.deliverers else (), 0, timedelta())
            for kind in KINDS
        )
        return Vitals("1.32.0", "default", self.retention, self.missing, (*tickets, *mails), self.sealed)

    async def failing(self, late: Iterable[str], limit: int, newest: int = 0) -> list[Failing]:
        self._check()
        self.looked_at_newest = newest
        return list(self.stuck)

    async def defect(self, defect: str, command: DefectCommand) -> DefectReceipt:
        self._check()
        known = self.defect_receipts.get(command.id)
        if known is not None:
            return known
        state, news = defects.load(self._database, defect), None
        if state is None:
            assert isinstance(command.step, OpenDefect)  # the doors look the others up
            state = open_defect(defect, command.step, command.by, self._now())
        else:
            news = announce(state, command, self._now())
            state = follow(state, news)
        defects.record(self._database, state, news)
        receipt = DefectReceipt(
            defect=defect, status=str(state.status), announcement=state.announcements, digest=command.digest
        )
        self.defect_receipts[command.id] = receipt
        return receipt

    async def publish(self, release: Release) -> None:
        self._check()
        releases.record(self._database, release)
        for defect in release.fixes:
            await self.defect(defect, fix_of(release))

    def pass_time(self) -> None:
        """Lets fall due what is due by now; runs whose tickets are archived end."""
        now = self._now()
        for ticket, run in list(self.runs.items()):
            while (due := next_due(run.state)) is not None and due <= now:
                run.follow(elapse(run.state, due))
            self._record(run)
            if run.state.status is Status.archived:
                del self.runs[ticket]

    def catch_up(self) -> None:
        """Records what was kept back."""
        self.lagging = False
        for run in self.runs.values():
            self._record(run)

    def lose(self, ticket: str) -> None:
        """As if the engine's own data were gone."""
        del self.runs[ticket], self.remembered[ticket]

    def _begin(self, start: Start, state: Ticket) -> Run:
        self.started.append(start)
        self.remembered[state.id] = Opened(state.organisation, start.digest, start.opened_at or state.opened_at)
        run = self.runs[state.id] = Run(start)
        self._record(run)
        return run

    def _apply(self, run: Run, command: Command) -> Receipt:
        if command.id not in run.receipts:
            events = handle(run.state, command, self._now())
            run.follow(events)
            run.receipts[command.id] = Receipt(
                ticket=run.state.id,
                sequence=run.state.sequence,
                at=self._now(),
                status=str(run.state.status),
                severity=run.state.severity,
                level=str(run.state.level),
                assignee=run.state.assignee,
                next_due=next_due(run.state),
                events=tuple(event.fact.type for event in events if event.cause == command.id),
                digest=command.digest,
            )
            while len(run.receipts) > SEEN:  # as the workflow forgets
                del run.receipts[next(iter(run.receipts))]
            self._record(run)
        return run.receipts[command.id]

    def _record(self, run: Run) -> None:
        if run.unrecorded.events and not self.lagging:
            run.progress += 5
            recording = run.unrecorded.take(run.state, run.start.run * 1_000_000 + run.progress)
            record(self._database, recording, self._now())

    def _check(self) -> None:
        if self.away:
            raise EngineAway("switched off by the test")
