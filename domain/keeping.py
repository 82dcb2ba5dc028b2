"""Keeping clocks: starting, pausing, resuming, re-measuring, ending them, as events of a draft.

The rules in `decide` and `elapse` say *when*; this module knows *how*, and works out due instants and alarms.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter

from domain import ahead, evaluation
from domain import clock as clocks
from domain import events as ev
from domain.clock import Alarm, Clock
from domain.draft import Draft
from domain.target import Target
from domain.ticket import Ticket
from domain.words import ClockKind, Contact, Status, Verdict

_WITH_UPDATES = (ClockKind.update, ClockKind.call)
PROMISED = (ClockKind.response, ClockKind.update, ClockKind.resolution)


def alarms_of(state: Ticket, clock: Clock, due: datetime | None, now: datetime) -> tuple[Alarm, ...]:
    """Alarms still to come for a running clock that is due at `due`: warning, early update, range, steps of the ladder.

    One that has rung rings again only where a longer target has put it ahead of `now` once more.
    """
    if due is None or clock.running_since is None:
        return ()
    terms = state.terms
    alarms: list[Alarm] = []
    warning = state.severity_terms.update_warning
    if clock.kind in _WITH_UPDATES and warning is not None and warning.amount:
        before = terms.calendars[warning.runs_on].sub(due, timedelta(seconds=warning.amount))
        # One that would come before the clock itself warns of nothing that is not in everybody's hands just now.
        if before > clock.running_since:
            alarms.append(Alarm.made(id="warning", kind="warning", at=before))
    if clock.kind is ClockKind.update and state.ahead:
        alarms.append(Alarm.made(id="ahead", kind="ahead", at=ahead.instant(clock.running_since, due, state.ahead)))
    if clock.target.earliest is not None:
        early = clock.target.model_copy(update={"amount": clock.target.earliest, "earliest": None})
        reached = clock.model_copy(update={"target": early}).measure(terms.calendars)
        if reached is not None:
            alarms.append(Alarm.made(id="range", kind="range", at=reached))
    if clock.kind is ClockKind.call:
        alarms += _alarms_of_call(state, due)
    steps = [
        step
        for step in terms.ladder
        if step.of is clock.kind and (not step.severities or state.severity in step.severities)
    ]
    budget = clock.budget(terms.calendars) if steps else None
    for step in steps:
        at = due
        if step.share != 100 and budget is not None:
            at = clock.reaches(budget * step.share / 100, terms.calendars) or due
        alarms.append(Alarm.made(id=f"ladder-{step.share}", kind="ladder", at=at, share=step.share, tell=step.tell))
    if clock.fired:
        alarms = [alarm for alarm in alarms if alarm.id not in clock.fired or alarm.at > now]
    if len(alarms) > 1:
        alarms.sort(key=_at)
    return tuple(alarms)


_at = attrgetter("at")


def _alarms_of_call(state: Ticket, due: datetime) -> list[Alarm]:
    """The next try, where one has failed, and whoever learns that a call was not made in time."""
    calls, call = state.terms.contact.calls, state.call
    over = [Alarm(id="ladder-100", kind="ladder", at=due, share=100, tell=calls.tell)] if calls else []
    if call is None or call.next_at is None:
        return over
    return [Alarm(id=f"retry-{call.number}.{call.tries}", kind="warning", at=call.next_at), *over]


def start_promised(draft: Draft) -> None:
    """Starts every clock that the agreement promises to the client for the ticket's severity and channel."""
    for kind in PROMISED:
        start(draft, kind, draft.state.promised(kind))


def start(draft: Draft, kind: ClockKind, target: Target | None, *, at: datetime | None = None) -> None:
    """Starts a clock where the agreement promises one; it stands still at once where level or wait demand it."""
    if target is None:
        return
    state = draft.state
    began = at or draft.now
    why = _held(state, kind)
    running = None if why else began
    clock = Clock.made(
        id=_name(state, kind), number=state.sequence + 1, kind=kind, target=target, started_at=began,
        running_since=running, paused_by=why,
    )  # fmt: skip
    _begin(draft, clock)


def carry_on(draft: Draft, ended: Clock, target: Target) -> None:
    """Starts the clock of a reopened ticket with the running time of the one that had ended."""
    why = _held(draft.state, ended.kind)
    running = None if why else draft.now
    name = _name(draft.state, ended.kind)
    _begin(draft, ended.model_copy(update={"id": name, "target": target, "running_since": running, "paused_by": why}))


def _held(state: Ticket, kind: ClockKind) -> tuple[str, ...]:
    """Why a clock of that kind may not run as things stand; a call waits with the update that it goes with."""
    kind = _as_held(kind)
    why = ("level",) if kind in state.stops_at(state.level) else ()
    if state.awaited is not None and kind in state.stops_for_defect:
        why = (*why, "defect")
    if state.missing and any(kind in state.terms.intake[name].holds for name in state.missing):
        why = (*why, "intake")
    waits = state.status is Status.waiting and kind in state.terms.waiting_pauses
    return (*why, "waiting") if waits else why


def hold_again(draft: Draft, before: Ticket) -> None:
    """Stops and resumes live clocks where the ticket's terms are others than `before`: level, wait."""
    for clock in draft.state.clocks:
        if clock.live:
            was, now = _held(before, clock.kind), _held(draft.state, clock.kind)
            for why in was:
                if why not in now:
                    resume(draft, why, kinds=(_as_held(clock.kind),))
            for why in now:
                if why not in was:
                    pause(draft, (_as_held(clock.kind),), why)


def _begin(draft: Draft, clock: Clock) -> None:
    due = clock.measure(draft.state.terms.calendars)
    draft.add(
        ev.ClockStarted.made(
            clock=clock.id,
            kind=clock.kind,
            target=clock.target,
            started_at=clock.started_at,
            ran=clock.ran,
            running_since=clock.running_since,
            paused_by=clock.paused_by,
            due=due,
            alarms=alarms_of(draft.state, clock, due, draft.now),
        )
    )


def accompany(draft: Draft, update: Clock) -> None:
    """Starts the clock of a call that is due with `update`, whatever that one has run so far."""
    name = _name(draft.state, ClockKind.call)
    _begin(draft, update.model_copy(update={"id": name, "kind": ClockKind.call}))


def _name(state: Ticket, kind: ClockKind) -> str:
    name = f"{kind}-{state.level}" if kind is ClockKind.internal else str(kind)
    return name if state.round == 1 else f"{name}-{state.round}"


def pause(draft: Draft, kinds: Iterable[ClockKind], why: str) -> None:
    """Stops the live clocks of these kinds for one more reason."""
    for clock in draft.state.clocks:
        if clock.live and _among(clock, kinds) and why not in clock.paused_by:
            draft.add(ev.ClockPaused.made(clock=clock.id, why=why))


def _among(clock: Clock, kinds: Iterable[ClockKind]) -> bool:
    return _as_held(clock.kind) in kinds


def _as_held(kind: ClockKind) -> ClockKind:
    """A call is held by whatever holds the update that it goes with."""
    return ClockKind.update if kind is ClockKind.call else kind


def resume(
    draft: Draft, why: str, *, kinds: Iterable[ClockKind] = tuple(ClockKind), as_if_never_stopped: bool = False
) -> None:
    """Takes one reason to stand still away from the live clocks of these kinds that have it."""
    calendars = draft.state.terms.calendars
    for clock in draft.state.clocks:
        if not clock.live or why not in clock.paused_by or not _among(clock, kinds):
            continue
        resumed = clocks.resume(clock, why, draft.now, as_if_never_stopped=as_if_never_stopped)
        due = resumed.measure(calendars)
        draft.add(
            ev.ClockResumed.made(
                clock=clock.id,
                why=why,
                as_if_never_stopped=as_if_never_stopped,
                due=None if resumed.missed_due else due,
                alarms=alarms_of(draft.state, resumed, resumed.missed_due or due, draft.now),
            )
        )


def retarget(draft: Draft, *, before: clocks.Calendars | None = None) -> None:
    """Measures response, update and resolution again after a change of severity (TF-06: from the opening).

    `before`: the calendars that held until now, where these have changed as well.
    """
    state = draft.state
    for kind in PROMISED:
        clock, target = state.clock(kind), state.promised(kind)
        if clock is not None and target is not None:
            measure_again(draft, clock, target, before=before)
        elif clock is not None:
            end(draft, clock, Verdict.cancelled, reason=f"not promised for severity {state.severity}")
        elif target is not None and not _settled(state, kind):
            opened = state.reopened_at or state.opened_at
            start(draft, kind, target, at=None if kind is ClockKind.update else opened)


def _settled(state: Ticket, kind: ClockKind) -> bool:
    """Whether the promise of that kind has had its verdict, so that another severity does not make it anew."""
    if kind is ClockKind.update:
        return not state.active  # who is asked for consent is told nothing until it is refused
    if kind is ClockKind.response and state.answered:
        return True
    last = next((clock for clock in reversed(state.clocks) if clock.kind is kind), None)
    if last is None or last.verdict is Verdict.cancelled:
        return False
    this_life = last.id == _name(state, kind)
    return this_life or (state.terms.reopening.clocks == "continue" and last.missed_due is not None)


def measure_again(draft: Draft, clock: Clock, target: Target, *, before: clocks.Calendars | None = None) -> None:
    """Measures what a live clock has run so far against another target, or on others than the calendars `before`."""
    state, now = draft.state, draft.now
    changed = clock.model_copy(update={"target": target})
    due = changed.stood_at(state.terms.calendars)
    alarms = alarms_of(state, changed, due, now)
    moved = before is not None and clock.stood_at(before) != due
    if target == clock.target and alarms == clock.alarms and not moved:
        return
    stopped = now if clock.running_since is not None or not clock.ran else clock.ran[-1][1]
    withdrawn = clock.missed_due is not None and (due is None or due >= stopped)
    if clock.running_since is None and (clock.missed_due is None or withdrawn):
        due = None
    draft.add(ev.ClockRetargeted.made(clock=clock.id, target=target, due=due, alarms=alarms, miss_withdrawn=withdrawn))


def end(draft: Draft, clock: Clock, verdict: Verdict, *, at: datetime | None = None, reason: str = "") -> None:
    """Ends a clock, once. One whose due instant had passed ends as missed, however the work was done in the end.

    A promise without a deadline, or one that does not count at the ticket's level, is neither met nor missed.
    """
    done = at or draft.now
    due = clock.missed_due or clock.due or _due_if_it_ran(draft.state, clock, done)
    late = 0
    if clock.missed_due is not None or (verdict is Verdict.met and due is not None and due < done):
        assert due is not None  # it has passed
        verdict, late = Verdict.missed, max(0, int((done - due).total_seconds()))
    elif verdict is Verdict.met and due is None:
        verdict, reason = Verdict.cancelled, "no deadline was promised"
    draft.add(ev.ClockEnded.made(clock=clock.id, verdict=verdict, due=due, done_at=done, late=late, reason=reason))


def _due_if_it_ran(state: Ticket, clock: Clock, done: datetime) -> datetime | None:
    """The due instant of a clock that stands still for the client: as it stood, or as it would be by now."""
    calendars = state.terms.calendars
    if "level" in clock.paused_by:
        return None
    stood = clock.stood_at(calendars)
    if clock.running_since is None and (stood is None or stood < done):
        return clock.model_copy(update={"running_since": done}).measure(calendars)
    return stood


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
    """A person of ours told the client something: it may be the first response, and may keep the promised update.

    DomainError when it would be the first response before what the agreement wants to be set is set.
    """
    evaluation.require(draft, how)
    if how in draft.state.terms.first_response:
        meet(draft, ClockKind.response)
    clock = draft.state.clock(ClockKind.update)
    if clock is not None and how in draft.state.terms.update_kept_by:
        end(draft, clock, Verdict.met)
        start(draft, ClockKind.update, draft.state.promised(ClockKind.update))
