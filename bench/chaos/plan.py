"""What will go wrong and when: drawn from the seed alone, so that a seed is a run that can be asked for again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LINKS = ("api-temporal", "worker-temporal", "api-database", "worker-database", "worker-mail")
DATABASE = ("read-only", "few-connections", "locked", "interrupted", "full")
BETWEEN = 3.5
"""Seconds between the beginnings of two faults, on average."""
MAIL = ("busy", "refusing", "closing", "gone")


@dataclass(frozen=True)
class Fault:
    """`kind` of fault to `target`, from `at` on for `lasts` seconds, both from the start of the run."""

    at: float
    kind: str
    target: str
    lasts: float

    @property
    def until(self) -> float:
        return self.at + self.lasts

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


def kinds(workers: int, apis: int) -> tuple[tuple[str, str, float, float], ...]:
    """Every (kind, target, shortest, longest) there is, in seconds."""
    ours = [*(f"worker-{n}" for n in range(1, workers + 1)), *(f"api-{n}" for n in range(1, apis + 1))]
    parts = [*ours, "temporal", "postgres"]
    found: list[tuple[str, str, float, float]] = []
    found += [("kill", part, 0.0, 5.0) for part in parts]
    found += [("pause", part, 2.0, 12.0) for part in parts]
    found += [("restart", part, 0.0, 0.1) for part in ours]
    for link in LINKS:
        found += [("reset", link, 0.0, 0.1), ("refuse", link, 1.0, 8.0), ("hang", link, 2.0, 12.0)]
    found += [("database", how, 2.0, 8.0) for how in DATABASE]
    found += [("mail", how, 2.0, 10.0) for how in MAIL]
    return tuple(found)


def plan(seed: int, seconds: float, workers: int, apis: int) -> tuple[Fault, ...]:
    """Faults over `seconds`: every kind comes before one comes twice, some at once.

    The last tenth is calm but for what still lasts: what began in it would only be healed by the end.
    """
    chance = random.Random(f"faults {seed}")
    return tuple(sorted(_drawn(chance, seconds, kinds(workers, apis)), key=lambda fault: fault.at))


def _drawn(chance: random.Random, seconds: float, known: Sequence[tuple[str, str, float, float]]) -> Iterator[Fault]:
    at, deck = 2.0, list[tuple[str, str, float, float]]()
    busy: dict[str, float] = {}
    while at < seconds * 0.9:
        if not deck:
            deck = list(known)
            chance.shuffle(deck)
        kind, target, shortest, longest = deck.pop()
        lasts = round(chance.uniform(shortest, longest), 2)
        # One fault at a time for one thing: a database that is paused cannot be told to refuse.
        what = "postgres" if kind == "database" else "mailbox" if kind == "mail" else target
        begins = round(max(at, busy.get(what, 0.0)), 2)
        busy[what] = begins + lasts + 3.0
        yield Fault(begins, kind, target, lasts)
        at += chance.expovariate(1 / BETWEEN)
