"""What the facts of a clock mean for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import clock as clocks
from domain import events as ev
from domain.clock import Alarm, Clock
from domain.events import Event
from domain.evolve.shape import Changes
from domain.holdings import Call
from domain.ticket import Ticket
from domain.words import ClockKind, Verdict


def replace(state: Ticket, name: str, change: Callable[[Clock], Clock]) -> dict[str, Any]:
    """The clocks with another shape of the newest one of that name."""
    current = state.clock_named(name)
    return {"clocks": tuple([change(clock) if clock is current else clock for clock in state.clocks])}


def _clock_started(state: Ticket, fact: ev.ClockStarted, event: Event) -> dict[str, Any]:
    # One that goes on after a reopening keeps in mind which alarms have rung.
    before = next((one for one in reversed(state.clocks) if one.kind is fact.kind), None) if fact.ran else None
    new = Clock.made(
        id=fact.clock,
        number=event.sequence,
        kind=fact.kind,
        target=fact.target,
        started_at=fact.started_at,
        running_since=fact.running_since,
        ran=fact.ran,
        paused_by=fact.paused_by,
        due=fact.due,
        alarms=fact.alarms,
        fired=_rung(before.fired, fact.alarms) if before else (),
    )
    # A clock that recurs replaces its predecessor: the state stays small, the store keeps every one.
    kept = {"clocks": (*(clock for clock in state.clocks if clock.id != fact.clock), new)}
    if fact.kind is not ClockKind.call:
        return kept
    return {**kept, "calls": state.calls + 1, "call": Call(number=state.calls + 1)}


def _rung(fired: tuple[str, ...], alarms: tuple[Alarm, ...]) -> tuple[str, ...]:
    """What has rung and is not to come again."""
    to_come = {alarm.id for alarm in alarms}
    return tuple(name for name in fired if name not in to_come)


def _clock_resumed(state: Ticket, fact: ev.ClockResumed, event: Event) -> dict[str, Any]:
    def change(clock: Clock) -> Clock:
        resumed = clocks.resume(clock, fact.why, event.at, as_if_never_stopped=fact.as_if_never_stopped)
        rung = _rung(clock.fired, fact.alarms)
        return resumed.model_copy(update={"due": fact.due, "alarms": fact.alarms, "fired": rung})

    return replace(state, fact.clock, change)


def _clock_retargeted(state: Ticket, fact: ev.ClockRetargeted, _: Event) -> dict[str, Any]:
    def change(clock: Clock) -> Clock:
        still_missed = clock.missed_due is not None and not fact.miss_withdrawn
        return clock.model_copy(
            update={
                "target": fact.target,
                "due": None if still_missed else fact.due,
                "missed_due": fact.due if still_missed else None,
                "alarms": fact.alarms,
                "fired": _rung(clock.fired, fact.alarms),
            }
        )

    return replace(state, fact.clock, change)


def _clock_ended(state: Ticket, fact: ev.ClockEnded, event: Event) -> dict[str, Any]:
    def change(clock: Clock) -> Clock:
        return clock.model_copy(
            update={
                "verdict": fact.verdict,
                "ended_at": fact.done_at,
                "late": fact.late,
                "reason": fact.reason,
                "ran": clock.runs(event.at),
                "running_since": None,
                "due": fact.due,
                "missed_due": fact.due if fact.verdict is Verdict.missed else None,
                "alarms": (),
            }
        )

    ended = replace(state, fact.clock, change)
    call = state.call
    return {**ended, "call": None} if call and state.clock_named(fact.clock).kind is ClockKind.call else ended


def alarm_fired(state: Ticket, name: str, *ids: str) -> dict[str, Any]:
    return replace(
        state,
        name,
        lambda clock: clock.model_copy(
            update={
                "alarms": tuple(alarm for alarm in clock.alarms if alarm.id not in ids),
                "fired": (*clock.fired, *ids),
            }
        ),
    )


CHANGES: Changes = {
    ev.ClockStarted: _clock_started,
    ev.ClockPaused: lambda s, f, e: replace(s, f.clock, lambda clock: clocks.pause(clock, f.why, e.at)),
    ev.ClockResumed: _clock_resumed,
    ev.ClockRetargeted: _clock_retargeted,
    ev.ClockMissed: lambda s, f, e: replace(
        s, f.clock, lambda clock: clock.model_copy(update={"missed_due": f.due, "due": None})
    ),
    ev.ClockEnded: _clock_ended,
}
