"""`python -m tests.histories.freeze NAME`: runs one whole life on the time-skipping server and freezes it.

Freeze a new one when a release changes what the workflow does; never freeze an old name again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import agreements
from domain import commands as cmd
from domain.commands import Actor, Step
from domain.words import Level, Means, ResolutionKind, Role
from tests import factories
from tests.factories import ANNA, BOB, HOUR, MINUTE
from tests.workflows.engine import engine

HERE = Path(__file__).parent
TEAM = {"trackforce": "critical", "olcare": "p2", "proconcept": "major", "onelife": "blocking"}
IMPACTS = {"trackforce": "inaccessible", "olcare": "production-degraded"}
GROUPS = {"proconcept": "finance"}


async def freeze(release: str) -> None:
    """One life per agreement, written to `RELEASE-AGREEMENT.json` with the states and due instants it went through."""
    for name, path in agreements.published().items():
        async with engine() as running:
            now = await running.now()
            terms = agreements.compile_terms(agreements.load(path), opened=date(now.year, now.month, now.day))
            ticket = await running.open(factories.opening(severity=TEAM[name], terms=terms), ANNA, history_limit=80)
            for by, step, after in script(name, terms.levels[Level.consulting].groups):
                await running.until(await running.now() + after)
                await ticket.do(by, step)
            state = await ticket.state()
            runs = await ticket.run_histories()
            frozen = {"state": state.model_dump(mode="json"), "runs": [json.loads(run.to_json()) for run in runs]}
            (HERE / f"{release}-{name}.json").write_text(json.dumps(frozen, indent=1, sort_keys=True) + "\n")
            print(f"{release}-{name}: {len(runs)} runs")


def script(name: str, groups: dict[str, dict[str, str]]) -> list[tuple[Actor, Step, timedelta]]:
    """Who does what, and how long after the step before."""
    group = next(iter(groups), None)
    clara = Actor(role=Role.consultant, id="clara")
    return [
        (BOB, cmd.Assign(assignee="bob"), 10 * MINUTE),
        (BOB, cmd.Triage(severity=TEAM[name], reason="As the client says.", impact=IMPACTS[name])
         if name in IMPACTS else cmd.Note(text="Looks as the client says."), 5 * MINUTE),
        (BOB, cmd.Acknowledge(means=Means.call, text="We are looking into it."), 20 * MINUTE),
        (BOB, cmd.Ask(question="Since when?"), 30 * MINUTE),
        (ANNA, cmd.Comment(text="Since seven."), 4 * HOUR),
        (BOB, cmd.Escalate(level=Level.consulting, group=group, reason="The label's layout."), 10 * MINUTE),
        (clara, cmd.StatusUpdate(text="The layout is being compared."), HOUR),
        (clara, cmd.Escalate(level=Level.support, reason="The layout is right."), 90 * MINUTE),
        (ANNA, cmd.AskManager(reason="A whole shift is waiting."), 20 * MINUTE),
        (BOB, cmd.Resolve(kind=ResolutionKind.workaround, text="Use the second printer."), 20 * MINUTE),
        (ANNA, cmd.Refuse(reason="It does not print either."), timedelta(days=3)),
        (BOB, cmd.Resolve(kind=ResolutionKind.fix, text="Spooler restarted."), 6 * HOUR),
        (ANNA, cmd.Consent(), HOUR),
        (BOB, cmd.Consent() if name == "trackforce" else cmd.Note(text="Solved."), MINUTE),
        (ANNA, cmd.Reopen(reason="It is back."), timedelta(days=5)),
        (BOB, cmd.StatusUpdate(text="We are on it again."), HOUR),
        (ANNA, cmd.Withdraw(reason="We bought a new printer."), timedelta(days=2)),
    ]  # fmt: skip


if __name__ == "__main__":
    asyncio.run(freeze(sys.argv[1]))
