"""What a clock says of itself: the shape that `explain` fills and `telling` puts into a sentence."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.words import ClockKind, Verdict

Standing = Literal["running", "paused", "late", "met", "missed", "cancelled"]


class Pause(Model):
    """A time in which the clock stood still; `until` is absent while it still does.

    `reasons` are `waiting` (for the client's information), `intake` (which is incomplete), `consent`, `defect` (R&D's
    answer is awaited), or `level` (it does not run where the ticket is); `clause` is where the agreement says so.
    """

    since: Instant
    until: Instant | None = None
    reasons: tuple[str, ...] = ()
    clause: tuple[str, ...] = ()


class Explanation(Model):
    """One promise and how it stands. Durations are in whole seconds of running time on `calendar`, instants in UTC.

    `due` is the instant that counts: the one ahead, the one that was missed, or as it stood when the clock ended; it is
    absent while the clock stands still and where the target has no deadline. `late` counts real seconds past it.
    """

    clock: str
    number: int
    kind: ClockKind
    standing: Standing
    promise: str
    clause: tuple[str, ...]
    assumed: str | None
    agreement: str
    revision: str
    calendar: str
    zone: str
    started_at: Instant
    pauses: tuple[Pause, ...]
    budget: int | None
    spent: int
    left: int | None
    due: Instant | None
    verdict: Verdict | None
    ended_at: Instant | None
    late: int
    reason: str
    sentence: str
