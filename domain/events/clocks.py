"""What happened to a promise: its clock started, stood still, went on, was measured again, missed, ended."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.clock import Alarm
from domain.target import Target
from domain.words import ClockKind, Verdict


class ClockStarted(Model):
    """`ran` is the running time of a clock that goes on after a reopening; `started_at` is then the first start."""

    type: Literal["clock_started"] = "clock_started"
    clock: str
    kind: ClockKind
    target: Target
    started_at: Instant
    ran: tuple[tuple[Instant, Instant], ...] = ()
    running_since: Instant | None = None
    paused_by: tuple[str, ...] = ()
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()


class ClockPaused(Model):
    type: Literal["clock_paused"] = "clock_paused"
    clock: str
    why: str


class ClockResumed(Model):
    """`due` is absent while another reason still holds the clock."""

    type: Literal["clock_resumed"] = "clock_resumed"
    clock: str
    why: str
    as_if_never_stopped: bool = False
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()


class ClockRetargeted(Model):
    """Measured again against another target; a miss of the old one is taken back when the new one is not yet due."""

    type: Literal["clock_retargeted"] = "clock_retargeted"
    clock: str
    target: Target
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()
    miss_withdrawn: bool = False


class ClockMissed(Model):
    """The due instant passed; `late` is how many seconds later that was acted upon."""

    type: Literal["clock_missed"] = "clock_missed"
    clock: str
    due: Instant
    late: float


class ClockEnded(Model):
    """The end of a clock, once: met, missed (done `late` seconds after its due instant) or cancelled with a reason."""

    type: Literal["clock_ended"] = "clock_ended"
    clock: str
    verdict: Verdict
    due: Instant | None = None
    done_at: Instant
    late: int = 0
    reason: str = ""
