"""What happened to calls to the client."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.clock import Alarm
from domain.words import Reached


class CallTaken(Model):
    """Whoever did it makes the call."""

    type: Literal["call_taken"] = "call_taken"
    call: int


class CallMade(Model):
    """The client was called. `next_at` and `alarms`: when it is tried again, and what the call's clock awaits."""

    type: Literal["call_made"] = "call_made"
    call: int
    outcome: Reached
    text: str
    next_at: Instant | None = None
    alarms: tuple[Alarm, ...] = ()
