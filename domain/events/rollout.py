"""What a roll-out moved: the times that the client had been told."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.words import ClockKind


class MovedTime(Model):
    """A promised time before and after; `after` is absent where none is fixed any longer."""

    clock: str
    kind: ClockKind
    before: Instant
    after: Instant | None = None


class TimesMoved(Model):
    """Under its new terms the ticket has other due instants than the client was told; the fact that it is told of."""

    type: Literal["times_moved"] = "times_moved"
    moved: tuple[MovedTime, ...]
