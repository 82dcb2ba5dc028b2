"""History events and billed actions of whole lives, counted: `python -m bench life`.

A count does not depend on the machine. The floor of events is what the engine needs at least: 5 per command that is an
update, 5 per timer that fires, 2 per timer armed anew, 1 per recorded step, start and end 5. Actions are counted as a
hosted engine bills them: a start or a run that goes on, an update, a timer, an activity, a change of search attributes,
and all local activities of a workflow task together, one each. Their floor is start, updates and timers, and one
recording for each step: what nobody could leave out who keeps the same promises and writes each step down.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType

import agreements
from bench.figure import Figure
from bench.goals import GOALS
from domain import commands as cmd
from domain.commands import Actor, Step
from domain.terms import ContactTerms
from domain.words import Level, Means, ResolutionKind, Role
from tests import factories
from tests.workflows.engine import Driver, Engine, engine

ANNA, BOB = Actor(role=Role.client, id="anna"), Actor(role=Role.level1, id="bob")
RATIO = GOALS["events"].value
RIVAL_TWO_DAYS, RIVAL_TEN_DAYS = 31_830, 47_618
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Row(NamedTuple):
    """One life: its events, the floor for the same life, and the goals."""

    what: str
    events: int
    floor: int
    rival: int | None
    most: int | None
    actions: int = 0
    actions_floor: int = 0

    @property
    def holds(self) -> bool:
        within = self.events <= self.most if self.most is not None else True
        return within and (self.rival is not None or self.events <= RATIO * self.floor)


class Counted(NamedTuple):
    """Of one life: events and actions, each with its floor."""

    events: int
    floor: int
    actions: int
    actions_floor: int


BILLED = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
)
"""Events that are an action each."""


async def written_down(ticket: Driver, engine: Engine) -> None:
    """Open, acknowledge, 3 updates, severity change, pause and answer, escalation, resolve, consent, end of window."""
    steps: list[tuple[Actor, Step, timedelta]] = [
        (BOB, cmd.Acknowledge(means=Means.call, text="On it."), HOUR),
        (BOB, cmd.StatusUpdate(text="The cause is narrowed down."), HOUR),
        (BOB, cmd.StatusUpdate(text="A test is running."), HOUR),
        (BOB, cmd.StatusUpdate(text="The test is done."), HOUR),
        (BOB, cmd.Triage(severity="p3", reason="One printer of five."), HOUR),
        (BOB, cmd.Ask(question="Which printer?"), HOUR),
        (ANNA, cmd.Answer(text="The second one."), HOUR),
        (BOB, cmd.Escalate(level=Level.rnd, reason="A defect of the driver."), HOUR),
        (BOB, cmd.Resolve(kind=ResolutionKind.fix, text="Driver 4.2."), HOUR),
        (ANNA, cmd.Consent(), HOUR),
    ]
    for by, step, after in steps:
        await engine.until(await engine.now() + after)
        await ticket.do(by, step)
    await engine.until(await engine.now() + 31 * DAY)


def pauses(number: int, length: timedelta) -> Callable[[Driver, Engine], Coroutine[None, None, None]]:
    """A life with so many pauses for the client, of that length each."""

    async def life(ticket: Driver, engine: Engine) -> None:
        await ticket.do(BOB, cmd.Acknowledge(means=Means.call, text="On it."))
        for _ in range(number):
            await engine.until(await engine.now() + HOUR)
            await ticket.do(BOB, cmd.Ask(question="And now?"))
            await engine.until(await engine.now() + length)
            await ticket.do(ANNA, cmd.Answer(text="Still."))
        await ticket.do(BOB, cmd.Resolve(kind=ResolutionKind.fix, text="Driver 4.2."))
        await ticket.do(ANNA, cmd.Consent())
        await engine.until(await engine.now() + 31 * DAY)

    return life


async def count(name: str, life: Callable[[Driver, Engine], Coroutine[None, None, None]]) -> Counted:
    """Events and actions of the life, and the floors computed from the same history's own commands and timers."""
    logging.getLogger("temporalio").setLevel(logging.ERROR)
    async with engine() as running:
        now = await running.now()
        # A Monday morning at ten: no weekend falls into the working hours of the life.
        monday = now + timedelta(days=7 - now.weekday())
        await running.until(monday.replace(hour=9, minute=0, second=0, microsecond=0))
        terms = agreements.compile_terms(agreements.load(agreements.published()["olcare"]), opened=date(now.year, 1, 1))
        # The lives that rivals were counted with know no evaluation before the first response.
        terms = terms.model_copy(update={"contact": ContactTerms()})
        ticket = await running.open(factories.opening(severity="p4", terms=terms), ANNA)
        await life(ticket, running)
        kinds = [kind for run in await ticket.histories() for kind in run]
    updates = kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
    fired = kinds.count(EventType.EVENT_TYPE_TIMER_FIRED)
    moved = kinds.count(EventType.EVENT_TYPE_TIMER_CANCELED)
    steps, timers = 1 + updates + fired, kinds.count(EventType.EVENT_TYPE_TIMER_STARTED)
    floor = 5 + 5 * updates + 5 * fired + 2 * moved + steps
    return Counted(len(kinds), floor, billed(kinds), 1 + updates + timers + steps)


def billed(kinds: Sequence[EventType.ValueType]) -> int:
    """Actions in a history; markers of one workflow task (what stands between two others) count once."""
    one_each = sum(kinds.count(kind) for kind in BILLED)
    tasks = 0
    marked = False
    for kind in kinds:
        if kind == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            marked = False
        elif kind == EventType.EVENT_TYPE_MARKER_RECORDED and not marked:
            marked, tasks = True, tasks + 1
    return one_each + tasks


async def run() -> list[Row]:
    """The three lives."""
    lives = [
        ("the written-down life", written_down, None, None),
        ("a pause of two days", pauses(1, 2 * DAY), RIVAL_TWO_DAYS, 100),
        ("ten pauses of a day", pauses(10, DAY), RIVAL_TEN_DAYS, 250),
    ]
    found = []
    for name, life, rival, most in lives:
        one = await count(name, life)
        found.append(Row(name, one.events, one.floor, rival, most, one.actions, one.actions_floor))
    return found


def figures(quick: bool) -> list[Figure]:
    """A line for each life; a quick run counts the same, for a count takes no time."""
    rows = asyncio.run(run())
    table = Table(title="History events and billed actions of a ticket's life")
    for heading in ("life", "events", "floor", "ratio", "closest rival", "actions", "floor", "ratio"):
        table.add_column(heading, justify="left" if heading == "life" else "right")
    for row in rows:
        rival = f"{row.rival:,}" if row.rival else ""
        actions = (str(row.actions), str(row.actions_floor), f"{row.actions / row.actions_floor:.2f}")
        table.add_row(row.what, str(row.events), str(row.floor), f"{row.events / row.floor:.2f}", rival, *actions)
    Console().print(table)
    whole, two, ten = rows
    return [
        Figure("history events of a whole life", whole.events, "", whole.floor, "the engine's floor", "events"),
        Figure("billed actions of a whole life", whole.actions, "", whole.actions_floor, "their floor", "actions"),
        Figure("events with a pause of two days", two.events, "", two.rival, "closest rival", "events_two_days"),
        Figure("events with ten pauses of a day", ten.events, "", ten.rival, "closest rival", "events_ten_days"),
    ]
