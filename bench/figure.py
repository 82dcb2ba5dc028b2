"""A line of the table: our figure, what stands beside it, their ratio, and the goal that it is held to."""

from __future__ import annotations

from typing import Any, NamedTuple

from bench.goals import GOALS, Goal


class Figure(NamedTuple):
    """`ours` and `beside` in `unit`; `ratio` is ours over beside unless it is given.

    `rival`: what stands beside; `goal`: its name in GOALS, "" where none is set; `sound`: False where what was compared
    did not do the same, so that the line cannot hold.
    """

    what: str
    ours: float
    unit: str = ""
    beside: float | None = None
    rival: str = ""
    goal: str = ""
    given: float | None = None
    sound: bool = True

    @property
    def ratio(self) -> float | None:
        if self.given is not None or not self.beside:
            return self.given
        return self.ours / self.beside

    @property
    def bound(self) -> Goal | None:
        return GOALS[self.goal] if self.goal else None

    @property
    def holds(self) -> bool:
        return self.sound and (self.bound is None or self.bound.holds(self.ours, self.ratio))

    @property
    def verdict(self) -> str:
        """`pass`, `FAIL`, or where the miss is explained; empty without a goal."""
        if self.holds:
            return "pass" if self.bound else ""
        why = self.bound.why if self.bound else ""
        return f"FAIL: see {why}" if why else "FAIL"

    def as_json(self) -> dict[str, Any]:
        """For a file that other programs read."""
        return {
            "what": self.what, "ours": self.ours, "unit": self.unit, "beside": self.beside, "rival": self.rival,
            "ratio": self.ratio, "goal": self.bound.words(self.unit) if self.bound else "", "holds": self.holds,
            "verdict": self.verdict,
        }  # fmt: skip


def short(number: float | None) -> str:
    """Three digits that count, thousands apart."""
    if number is None:
        return ""
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if abs(number) >= 1 else f"{number:.3g}"
