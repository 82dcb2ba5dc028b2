"""What was found wrong, and what was counted on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """One promise of ours that did not hold. `at`: when, where that is known."""

    promise: str
    what: str
    at: datetime | None = None


@dataclass
class Findings:
    """All of a run. It passed when `wrong` is empty."""

    wrong: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def say(self, promise: str, what: str, at: datetime | None = None) -> None:
        """That promise did not hold."""
        self.wrong.append(Finding(promise, what, at))

    @property
    def first(self) -> Finding | None:
        """What broke first, among those whose time is known; any other when no time is."""
        timed = sorted((one for one in self.wrong if one.at is not None), key=lambda one: str(one.at))
        return next(iter([*timed, *self.wrong]), None)
