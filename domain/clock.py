"""A clock: a budget on a calendar that keeps its running intervals (design decision 3).

Because it keeps the intervals and not only their sum, a pause, a change of severity and a refusal can all be
answered exactly: the same intervals are measured again on whichever calendar the target now counts on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from domain.base import Instant, Model
from domain.calendar import Calendar
from domain.target import Target
from domain.words import ClockKind, Verdict

Calendars = Mapping[str, Calendar]

GRACE = timedelta(seconds=60)
"""An automatic act this close behind its due instant is the engine's own reaction time, not a broken promise."""


class Alarm(Model):
    """Something to do at a known instant before or after a clock's due instant.

    `id` is unique in its clock; `share` is in percent of the budget for a step of the ladder.
    """

    id: str
    kind: Literal["warning", "range", "ladder", "ahead"]
    at: Instant
    share: int = 0
    tell: str = "assignee"


class Clock(Model):
    """One promise being kept. `due` and `alarms` are absolute instants and absent while it is paused.

    Once it has ended, `due` is the instant that counted; absent where no deadline was promised.
    """

    id: str
    number: int
    """Sequence of the event that started it: with the ticket's id, the key of this one promise."""
    kind: ClockKind
    target: Target
    started_at: Instant
    running_since: Instant | None = None
    ran: tuple[tuple[Instant, Instant], ...] = ()
    paused_by: tuple[str, ...] = ()
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()
    """Still to come, the earliest first."""
    fired: tuple[str, ...] = ()
    missed_due: Instant | None = None
    """The due instant that passed unkept; the clock then goes on until the work is done, to tell how late."""
    verdict: Verdict | None = None
    ended_at: Instant | None = None
    late: int = 0
    """Seconds between the due instant and `ended_at`, when it was missed."""
    reason: str = ""

    @property
    def live(self) -> bool:
        """Still to be kept (perhaps already too late)."""
        return self.verdict is None

    def runs(self, until: datetime | None = None) -> tuple[tuple[datetime, datetime], ...]:
        """Its running intervals; the one that is open ends at `until`."""
        if self.running_since is None or until is None or until < self.running_since:
            return self.ran  # after an early update the next clock begins at the due instant, which is still to come
        return (*self.ran, (self.running_since, until))

    @property
    def began(self) -> datetime:
        """When it first ran: a clock that starts paused has not used anything up before that."""
        return self.ran[0][0] if self.ran else self.running_since or self.started_at

    def spent(self, calendars: Calendars, now: datetime) -> timedelta:
        """Running time used up by `now`, on the calendar that the target counts on."""
        calendar = calendars[self.target.runs_on]
        return sum((calendar.between(a, b) for a, b in self.runs(now)), timedelta())

    def budget(self, calendars: Calendars) -> timedelta | None:
        """The whole budget; None without a deadline."""
        return self.target.budget(self.began, calendars)

    def measure(self, calendars: Calendars) -> datetime | None:
        """The due instant that follows from target, start and intervals; None when paused or without a deadline."""
        if self.running_since is None:
            return None
        if not self.ran:
            return self.target.due(self.running_since, calendars)
        budget = self.budget(calendars)
        # Work done when due is in time: a clock stopped with nothing left is due only when it runs on.
        return None if budget is None else self.reaches(budget, calendars, stopped_in_time=True)

    def stood_at(self, calendars: Calendars) -> datetime | None:
        """The due instant as it stood when the clock was last stopped, or as it stands."""
        if self.running_since is not None or not self.ran:
            return self.measure(calendars)
        back = {"ran": self.ran[:-1], "running_since": self.ran[-1][0]}
        return self.model_copy(update=back).measure(calendars)

    def reaches(self, running: timedelta, calendars: Calendars, *, stopped_in_time: bool = False) -> datetime | None:
        """The instant at which `running` time is used up, moved into delivery hours; None while it is paused before.

        `stopped_in_time`: what is used up exactly when the clock stopped is reached only when it runs on.
        """
        calendar = calendars[self.target.runs_on]
        for since, until in self.ran:
            spent = calendar.between(since, until)
            if spent > running or (spent == running > timedelta() and not stopped_in_time):
                return self.target.deliver(calendar.add(since, running), calendars)
            running -= spent
        if self.running_since is None:
            return None
        return self.target.deliver(calendar.add(self.running_since, max(running, timedelta())), calendars)


def pause(clock: Clock, why: str, now: datetime) -> Clock:
    """The clock with one more reason to stand still."""
    ran = clock.runs(now) if clock.running_since else clock.ran
    return clock.model_copy(
        update={"ran": ran, "running_since": None, "due": None, "alarms": (), "paused_by": (*clock.paused_by, why)}
    )


def resume(clock: Clock, why: str, now: datetime, *, as_if_never_stopped: bool = False) -> Clock:
    """The clock without that reason; it runs again when it was the last one.

    `as_if_never_stopped` joins the interval before the pause to the one after it (TF-11); a pause for another
    reason in between stays.
    """
    left = tuple(reason for reason in clock.paused_by if reason != why)
    if left:
        return clock.model_copy(update={"paused_by": left})
    if as_if_never_stopped and clock.ran:
        return clock.model_copy(update={"paused_by": (), "ran": clock.ran[:-1], "running_since": clock.ran[-1][0]})
    return clock.model_copy(update={"paused_by": (), "running_since": now})
