"""Who lives through the months: random lives, opened one after the other, and some that stay open all the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from agreements import compile_terms, load, published
from domain import commands as cmd
from domain.commands import Actor, Step
from domain.hours import Package
from domain.terms import Terms
from domain.words import Means
from foresight.recorded import RecordedStep, RecordedTicket
from tests.domain.any_life.openings import plain
from tests.domain.stories import CLIENT
from tests.factories import BOB
from tests.foresight.random_lives import YEARS, packages, random_ticket

FIRST = datetime(2026 + YEARS, 9, 14, 6, tzinfo=UTC)
"""A Monday in September: eight months from here hold both clock changes, the year's end and the holidays of spring."""
MONTH = timedelta(days=30)
LONG_SHARE = 10
"""One ticket of so many is opened in the first weeks and ended in the last ones."""


def crowd(seed: int, count: int, months: int) -> list[RecordedTicket]:
    """`count` tickets of the four agreements in turn; all are over two weeks before the end, the same for a seed."""
    dice = Random(seed)
    names = sorted(published())
    made = []
    for number in range(count):
        agreement = names[number % len(names)]
        name = f"S{seed}-{number}"
        if number // len(names) % LONG_SHARE == 0:
            made.append(_long(agreement, name, months, dice))
        else:
            opened = FIRST + (months * MONTH - timedelta(days=75)) * (number / count)
            made.append(random_ticket(_terms(agreement, opened), name, opened, dice))
    return made


def end(months: int) -> datetime:
    """When the virtual months are over."""
    return FIRST + months * MONTH


def bought(ticket: RecordedTicket) -> list[Package]:
    """Its client's hour packages."""
    return packages(ticket.id, ticket.opened_at)


def _terms(agreement: str, opened: datetime) -> Terms:
    day = opened.date().replace(year=opened.year - YEARS)
    return compile_terms(load(published()[agreement]), opened=day, shift_years=YEARS)


def _long(agreement: str, name: str, months: int, dice: Random) -> RecordedTicket:
    """Somebody says something now and then; all the rest is what time brings: updates, warnings, ladders, reminders."""
    at = FIRST + timedelta(minutes=dice.randrange(60 * 24 * 14))
    terms = _terms(agreement, at)
    opening = plain(terms, at).model_copy(
        update={"ticket": name, "organisation": name.lower(), "contract": f"{name.lower()}-1",
                "severity": list(terms.severities)[-1]}
    )  # fmt: skip
    steps = [
        RecordedStep(at + timedelta(hours=1), 1, "call", BOB, cmd.Acknowledge(means=Means.call, text="On it."), None, 1)
    ]
    now, last = steps[0].at, end(months) - timedelta(days=14)
    while (now := now + timedelta(days=dice.randrange(2, 20), minutes=dice.randrange(600))) < last:
        by, step = dice.choice(_said())
        steps.append(RecordedStep(now, len(steps) + 1, step.type, by, step, None, len(steps) + 1))
    steps.append(RecordedStep(last, 0, "end", CLIENT, cmd.Withdraw(reason="The end."), None, len(steps) + 1))
    return RecordedTicket(name, 0, at, CLIENT, opening, tuple(steps))


def _said() -> tuple[tuple[Actor, Step], ...]:
    return (
        (BOB, cmd.StatusUpdate(text="The cause is narrowed down.")),
        (BOB, cmd.Ask(question="Does it still happen?")),
        (BOB, cmd.Note(text="Asked the supplier.")),
        (CLIENT, cmd.Comment(text="It happened again.")),
        (CLIENT, cmd.Answer(text="Yes, on Mondays.")),
    )
