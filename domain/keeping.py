"""Keeping clocks: starting, pausing, resuming, re-measuring, ending them, as events of a draft.

The rules in `decide` and `elapse` say *when*; this module knows *how*, and works out due instants and alarms.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain import clock as clocks
from domain import events as ev
from domain.clock import Alarm, Clock
from domain.draft import Draft
from domain.target import Target
from domain.ticket import Ticket
from domain.words import ClockKind, Contact, Status, Verdict


def alarms_of(state: Ticket, clock: Clock, due: datetime | None) -> tuple[Alarm, ...]:
    """Alarms still to come for a running clock that is due at `due`: warning, range, steps of the ladder."""
    if due is None:
        return ()
    terms = state.terms
    alarms: list[Alarm] = []
    warning = state.severity_terms.update_warning
    if clock.kind is ClockKind.update and warning is not None and warning.amount:
        before = terms.calendars[warning.runs_on].sub(due, timedelta(seconds=warning.amount))
        alarms.append(Alarm(id="warning", kind="warning", at=before))
    if clock.target.earliest is not None:
        early = clock.target.model_copy(update={"amount": clock.target.earliest, "earliest": None})
        reached = clock.model_copy(update={"target": early}).measure(terms.calendars)
        if reached is not None:
            alarms.append(Alarm(id="range", kind="range", at=reached))
    budget = clock.budget(terms.calendars)
    for step in terms.ladder:
        if step.of is not clock.kind or (step.severities and state.severity not in step.severities):
            continue
        at = due
        if step.share != 100 and budget is not None:
            at = clock.reaches(budget * step.share / 100, terms.calendars) or due
        alarms.append(Alarm(id=f"ladder-{step.share}", kind="ladder", at=at, share=step.share, tell=step.tell))
    return tuple(sorted((alarm for alarm in alarms if alarm.id not in clock.fired), key=lambda alarm: alarm.at))


def start(draft: Draft, kind: ClockKind, target: Target | None, *, at: datetime | None = None) -> None:
    """Starts a clock where the agreement promises one; it stands still at once where level or wait demand it."""
    if target is None:
        return
    state = draft.state
    began = at or draft.now
    why = ("level",) if kind in state.level_terms.pauses else ()
    if state.status is Status.waiting and kind in state.terms.waiting_pauses:
        why = (*why, "waiting")
    running = None if why else began
    clock = Clock(id=_name(state, kind), number=state.sequence + 1, kind=kind, target=target, started_at=began)
    _begin(draft, clock.model_copy(update={"running_since": running, "paused_by": why}))


def carry_on(draft: Draft, ended: Clock, target: Target) -> None:
    """Starts the clock of a reopened ticket with the running time of the one that had ended."""
    going_on = {"id": _name(draft.state, ended.kind), "target": target, "running_since": draft.now, "paused_by": ()}
    _begin(draft, ended.model_copy(update=going_on))


def _begin(draft: Draft, clock: Clock) -> None:
    due = clock.measure(draft.state.terms.calendars)
    draft.add(
        ev.ClockStarted(
            clock=clock.id,
            kind=clock.kind,
            target=clock.target,
            started_at=clock.started_at,
            ran=clock.ran,
            running_since=clock.running_since,
            paused_by=clock.paused_by,
            due=due,
            alarms=alarms_of(draft.state, clock, due),
        )
    )


def _name(state: Ticket, kind: ClockKind) -> str:
    name = f"{kind}-{state.level}" if kind is ClockKind.internal else str(kind)
    return name if state.round == 1 else f"{name}-{state.round}"


def pause(draft: Draft, kinds: Iterable[ClockKind], why: str) -> None:
    """Stops the live clocks of these kinds for one more reason."""
    for clock in draft.state.clocks:
        if clock.live and clock.kind in kinds and why not in clock.paused_by:
            draft.add(ev.ClockPaused(clock=clock.id, why=why))


def resume(
    draft: Draft, why: str, *, kinds: Iterable[ClockKind] = tuple(ClockKind), as_if_never_stopped: bool = False
) -> None:
    """Takes one reason to stand still away from the live clocks of these kinds that have it."""
    calendars = draft.state.terms.calendars
    for clock in draft.state.clocks:
        if not clock.live or why not in clock.paused_by or clock.kind not in kinds:
            continue
        resumed = clocks.resume(clock, why, draft.now, as_if_never_stopped=as_if_never_stopped)
        due = resumed.measure(calendars)
        draft.add(
            ev.ClockResumed(
                clock=clock.id,
                why=why,
                as_if_never_stopped=as_if_never_stopped,
                due=None if resumed.missed_due else due,
                alarms=alarms_of(draft.state, resumed, due),
            )
        )


def retarget(draft: Draft) -> None:
    """Measures response, update and resolution again after a change of severity (TF-06: from the opening)."""
    state = draft.state
    for kind in (ClockKind.response, ClockKind.update, ClockKind.resolution):
        clock, target = state.clock(kind), state.severity_terms.target(kind, state.channel)
        if clock is not None and target is not None:
            _measure_again(draft, clock, target)
        elif clock is not None:
            end(draft, clock, Verdict.cancelled, reason=f"not promised for severity {state.severity}")
        elif target is not None and not _kept_or_missed(state, kind):
            start(draft, kind, target, at=None if kind is ClockKind.update else state.opened_at)


def _kept_or_missed(state: Ticket, kind: ClockKind) -> bool:
    if kind is ClockKind.response and state.answered:
        return True
    past = [clock for clock in state.clocks if clock.id == _name(state, kind)]
    return any(clock.verdict in (Verdict.met, Verdict.missed) for clock in past) and kind is not ClockKind.update


def _measure_again(draft: Draft, clock: Clock, target: Target) -> None:
    state = draft.state
    changed = clock.model_copy(update={"target": target})
    due = changed.measure(state.terms.calendars)
    alarms = alarms_of(state, changed, due)
    if target == clock.target and alarms == clock.alarms:
        return
    withdrawn = clock.missed_due is not None and (due is None or due > draft.now)
    still_missed = clock.missed_due is not None and not withdrawn
    draft.add(
        ev.ClockRetargeted(
            clock=clock.id, target=target, due=None if still_missed else due, alarms=alarms, miss_withdrawn=withdrawn
        )
    )


def end(draft: Draft, clock: Clock, verdict: Verdict, *, at: datetime | None = None, reason: str = "") -> None:
    """Ends a clock, once. One whose due instant had passed ends as missed, however the work was done in the end."""
    done = at or draft.now
    due = clock.missed_due or clock.due or clock.stood_at(draft.state.terms.calendars)
    late = 0
    if clock.missed_due is not None:
        verdict, late = Verdict.missed, max(0, int((done - clock.missed_due).total_seconds()))
    draft.add(ev.ClockEnded(clock=clock.id, verdict=verdict, due=due, done_at=done, late=late, reason=reason))


def meet(draft: Draft, kind: ClockKind, *, at: datetime | None = None) -> None:
    """Ends the live clock of that kind as kept."""
    clock = draft.state.clock(kind)
    if clock is not None:
        end(draft, clock, Verdict.met, at=at)


def cancel_all(draft: Draft, reason: str) -> None:
    """Ends every live clock that has no verdict yet."""
    for clock in draft.state.clocks:
        if clock.live:
            end(draft, clock, Verdict.cancelled, reason=reason)


def client_heard(draft: Draft, how: Contact) -> None:
    """A person of ours told the client something: it may be the first response, and may keep the promised update."""
    if how in draft.state.terms.first_response:
        meet(draft, ClockKind.response)
    clock = draft.state.clock(ClockKind.update)
    if clock is not None and how in draft.state.terms.update_kept_by:
        end(draft, clock, Verdict.met)
        start(draft, ClockKind.update, draft.state.severity_terms.update)
