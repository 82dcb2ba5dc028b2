"""Random lives with every step there is, as recorded tickets that the simulator and the real workflow tell again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements import compile_terms, load, published
from domain import commands as cmd
from domain.errors import DomainError
from domain.hours import Package
from domain.terms import Terms
from domain.ticket import Ticket
from foresight.account import Account
from foresight.recorded import RecordedStep, RecordedTicket
from foresight.simulator import begin
from tests.domain.any_life.openings import plain
from tests.domain.any_life.steps import MAKE, fitting, made
from tests.domain.stories import CLIENT

YEARS = 28
"""Years by which the lives lie ahead: the time-skipping server's clock starts today and only goes forward."""
FIRST = datetime(2026 + YEARS, 3, 2, 8, 0, tzinfo=UTC)
GAPS = (
    *(timedelta(minutes=minutes) for minutes in (1, 7, 25, 61, 150, 400)),
    *(timedelta(hours=hours) for hours in (9, 20, 31)),
    *(timedelta(days=days) for days in (2, 4)),
)
STEPS = 14


def terms_of(agreement: str) -> Terms:
    """The terms of a ticket opened in March 2026, moved ahead."""
    return compile_terms(load(published()[agreement]), opened=date(2026, 3, 2), shift_years=YEARS)


def packages(ticket: str, opened_at: datetime) -> list[Package]:
    """What the client of a random ticket has bought: one package that is soon over, and one that is not."""
    lasts = (timedelta(days=12), timedelta(days=300))
    return [
        Package(
            id=f"{ticket}-P{number}",
            minutes=minutes,
            bought_at=opened_at - timedelta(days=5),
            expires_at=opened_at + last,
        )
        for number, (minutes, last) in enumerate(zip((90, 600), lasts, strict=True), 1)
    ]


def random_tickets(agreement: str, seed: int, count: int) -> list[RecordedTicket]:
    """`count` lives under the agreement, drawn by hypothesis: the same ones for the same seed."""
    terms = terms_of(agreement)
    found: list[RecordedTicket] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(st.randoms(use_true_random=True))  # one that is seeded by hypothesis, and then as even as any
    def draw(dice: Random) -> None:
        at = FIRST + timedelta(minutes=dice.randrange(0, 60 * 24 * 2))
        found.append(random_ticket(terms, f"R{seed}-{len(found)}", at, dice))

    draw()
    assert len(found) == count
    return found


def random_ticket(terms: Terms, name: str, at: datetime, dice: Random) -> RecordedTicket:
    """One random life, opened at that instant."""
    kinds = [*terms.requests, None]
    opening = plain(terms, at).model_copy(
        update={
            "ticket": name,
            "organisation": name.lower(),
            "contract": f"{name.lower()}-1",
            "severity": dice.choice(list(terms.severities)),
            "kind": dice.choice(kinds),
        }
    )
    try:
        life = begin(opening, CLIENT, at, account=Account(packages(name, at)))
    except DomainError:
        opening = opening.model_copy(update={"kind": None})
        life = begin(opening, CLIENT, at, account=Account(packages(name, at)))
    steps: list[RecordedStep] = []
    now = at
    for number in range(1, STEPS + 1):
        now += dice.choice(GAPS) + timedelta(seconds=dice.randrange(0, 50))
        life.until(now, before=True)
        by, step = _some_step(life.state, now, dice)
        steps.append(RecordedStep(now, number, step.type, by, step, None, number))
        life.do(now, by, step, f"step-{number}")
    now += timedelta(hours=5)
    # Nothing that goes on for ever: an update every 90 minutes is told until somebody ends it.
    steps.append(RecordedStep(now, STEPS + 1, "end", CLIENT, cmd.Withdraw(reason="The end."), None, STEPS + 1))
    return RecordedTicket(name, 0, at, CLIENT, opening, tuple(steps))


def _some_step(state: Ticket, now: datetime, dice: Random) -> tuple[cmd.Actor, cmd.Step]:
    kinds = [kind for kind in (fitting(state) if dice.random() < 0.8 else tuple(MAKE)) if kind is not cmd.ChangeTerms]
    return made(dice.choice(kinds), state, now, dice.randrange(1000), dice.randrange(3), ())
