"""History events of whole lives, counted: `python -m bench.life`.

A count does not depend on the machine. The floor is what the engine needs at least: 5 events per command that is an
update, 5 per timer that fires, 2 per timer armed anew, 1 per recorded step, start and end 5.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType

import agreements
from domain import commands as cmd
from domain.commands import Actor, Step
from domain.terms import ContactTerms
from domain.words import Level, Means, ResolutionKind, Role
from tests import factories
from tests.workflows.engine import Driver, Engine, engine

ANNA, BOB = Actor(role=Role.client, id="anna"), Actor(role=Role.level1, id="bob")
RATIO = 1.2
RIVAL_TWO_DAYS, RIVAL_TEN_DAYS = 31_830, 47_618
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Row(NamedTuple):
    """One life: its events, the floor for the same life, and the goals."""

    what: str
    events: int
    floor: int
    rival: int | None
    most: int | None

    @property
    def holds(self) -> bool:
        within = self.events <= self.most if self.most is not None else True
        return within and (self.rival is not None or self.events <= RATIO * self.floor)


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


async def count(name: str, life: Callable[[Driver, Engine], Coroutine[None, None, None]]) -> tuple[int, int]:
    """Events of the life, and the floor computed from the same history's own commands and timers."""
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
    steps = 1 + updates + fired
    return len(kinds), 5 + 5 * updates + 5 * fired + 2 * moved + steps


async def run() -> list[Row]:
    """The three lives."""
    lives = [
        ("the written-down life", written_down, None, None),
        ("a pause of two days", pauses(1, 2 * DAY), RIVAL_TWO_DAYS, 100),
        ("ten pauses of a day", pauses(10, DAY), RIVAL_TEN_DAYS, 250),
    ]
    return [Row(name, *await count(name, life), rival, most) for name, life, rival, most in lives]


def main() -> int:
    rows = asyncio.run(run())
    table = Table(title="History events of a ticket's life")
    for heading in ("life", "events", "floor", "events / floor", "closest rival", "goal"):
        table.add_column(heading, justify="left" if heading in ("life", "goal") else "right")
    for row in rows:
        goal = f"at most {row.most}" if row.most else f"at most {RATIO} x floor"
        rival = f"{row.rival:,}" if row.rival else ""
        verdict = "pass" if row.holds else "FAIL"
        ratio = f"{row.events / row.floor:.2f}"
        table.add_row(row.what, str(row.events), str(row.floor), ratio, rival, f"{goal}: {verdict}")
    Console().print(table)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
