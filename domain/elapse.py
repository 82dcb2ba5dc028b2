"""`next_due(state)` and `elapse(state, now)`: what time itself brings, and when.

The workflow and the simulator sleep until `next_due` and then let `elapse` decide. After an outage everything that
fell due meanwhile is worked through in its order, and people are told once, not once per step.
"""

from __future__ import annotations

from datetime import datetime

from domain import events as ev
from domain import keeping
from domain.clock import GRACE, Alarm, Clock
from domain.commands import SYSTEM
from domain.draft import Draft
from domain.events import Event
from domain.rules import calls, quotes
from domain.rules.ending import close
from domain.ticket import Ticket
from domain.words import ClockKind, Closing, Status, Verdict

_last: tuple[Ticket | None, datetime | None] = (None, None)


def next_due(state: Ticket) -> datetime | None:
    """The earliest instant at which time alone changes something; None when nothing is awaited."""
    global _last  # whoever acts, sleeps and looks again asks of the same immutable state several times in a row
    known, earliest = _last  # one tuple: threads may share it
    if known is state:
        return earliest
    earliest = _awaited(state)
    for clock in state.clocks:
        if clock.verdict is None:
            due = clock.due
            if due is not None and (earliest is None or due < earliest):
                earliest = due
            for alarm in clock.alarms:
                if earliest is None or alarm.at < earliest:
                    earliest = alarm.at
    _last = (state, earliest)
    return earliest


def _awaited(state: Ticket) -> datetime | None:
    """The earliest of what is awaited beside the clocks."""
    awaited: list[datetime | None] = []
    promise = state.open_commitment
    if promise is not None:
        awaited.append(None if promise.asked else promise.promised_by)
    # One that still follows a defect is told of it, however long that takes.
    elif state.reopen_until is not None and state.awaited is None:
        awaited.append(state.reopen_until)
    if state.quote is not None:
        awaited.append(quotes.expires_at(state))
    if state.status is Status.resolved and state.resolution is not None:
        awaited.append(state.resolution.remind_at)
    return min((at for at in awaited if at is not None), default=None) if awaited else None


def elapse(state: Ticket, now: datetime, *, before: bool = False, command: str | None = None) -> list[Event]:
    """The events that time has brought by `now`, in the order of their due instants.

    What is due at `now` itself has come, except `before` a command of that instant: work done when due is in time.
    `command` is the id of the one that has just moved due instants into the past: what follows is its doing, and is
    no lateness of ours.
    """
    return passed(state, now, before=before, command=command).events


def passed(state: Ticket, now: datetime, *, before: bool = False, command: str | None = None) -> Draft:
    """The same as `elapse`, with the state after each event."""
    draft = Draft(state, now, SYSTEM, command or "")
    until = now - datetime.resolution if before else now
    while (due := next_due(draft.state)) is not None and due <= until:
        if command is None:
            draft.cause = ev.cause_of_time(due)
        _act(draft, due, until, noticed=now if command is None else due)
        calls.follow(draft)
    return draft


def _act(draft: Draft, due: datetime, until: datetime, noticed: datetime) -> None:
    """Does one thing that was awaited for `due`, so that it is awaited no longer."""
    state = draft.state
    for clock in state.clocks:
        if clock.live and clock.due == due:
            return _fall_due(draft, clock, due, noticed)
    for clock in state.clocks:
        for alarm in clock.alarms if clock.live else ():
            if alarm.at == due:
                return _ring(draft, clock, alarm, until)
    promise = state.open_commitment
    if promise is not None and promise.promised_by == due and not promise.asked:
        return draft.add(ev.CommitmentDue(promised_by=due))
    if state.reopen_until == due:
        return draft.add(ev.TicketArchived())
    if quotes.expires_at(state) == due:
        return quotes.expire(draft)
    silence = state.clock(ClockKind.consent)
    if silence is not None and silence.due is not None and silence.due <= until:
        # A reminder in the breath that closes for want of an answer would mock the client.
        draft.cause = ev.cause_of_time(silence.due)
        return _fall_due(draft, silence, silence.due, noticed)
    return _remind(draft, due)


def _fall_due(draft: Draft, clock: Clock, due: datetime, noticed: datetime) -> None:
    if clock.kind is ClockKind.update:
        return _write_update(draft, clock, due)
    draft.add(ev.ClockMissed.made(clock=clock.id, due=due, late=(noticed - due).total_seconds()))
    if clock.kind is ClockKind.consent:
        close(draft, Closing.silence)
    return None


def _write_update(draft: Draft, clock: Clock, due: datetime) -> None:
    """Nobody wrote the promised update, so Escalade does, from what it knows (decision 8)."""
    on_time = _on_time(draft, due)
    late = 0 if on_time else int((draft.now - due).total_seconds())
    verdict = Verdict.met if on_time else Verdict.missed
    draft.add(
        ev.ClockEnded.made(
            clock=clock.id, verdict=verdict, due=due, done_at=draft.now, late=late, reason="automatic update"
        )
    )
    # Counted from the due instant, so that many intervals in a row do not drift by the engine's reaction time.
    keeping.start(draft, ClockKind.update, draft.state.promised(ClockKind.update), at=due if on_time else draft.now)
    following = draft.state.clock(ClockKind.update)
    shown_on = draft.state.terms.contact.updates_also.get(draft.state.severity, ())
    draft.add(ev.StatusUpdated.made(automatic=True, next_by=following.due if following else None, shown_on=shown_on))


def _on_time(draft: Draft, due: datetime) -> bool:
    return draft.now - due <= GRACE


def _ring(draft: Draft, clock: Clock, alarm: Alarm, until: datetime) -> None:
    if alarm.kind == "ahead":
        assert clock.due is not None  # it rings before that instant
        _write_update(draft, clock, clock.due)
        return
    if alarm.kind != "ladder":
        draft.add(ev.StaffWarned.made(clock=clock.id, alarm=alarm.id, due=clock.due))
        return
    passed = [other for other in clock.alarms if other.kind == "ladder" and other.at <= until]
    highest = max(passed, key=lambda other: other.share)
    skipped = tuple(other.id for other in passed if other is not highest)
    draft.add(ev.ManagerInvolved.made(tell=highest.tell, clock=clock.id, share=highest.share, skipped=skipped))


def _remind(draft: Draft, due: datetime) -> None:
    resolution = draft.state.resolution
    assert resolution is not None  # only a proposal has a reminder
    remind = draft.state.terms.consent.remind
    begin = due if _on_time(draft, due) else draft.now
    next_at = remind.due(begin, draft.state.terms.calendars) if remind else None
    draft.add(ev.ConsentReminded.made(count=resolution.reminders + 1, next_at=next_at))
