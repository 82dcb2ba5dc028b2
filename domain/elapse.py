"""`next_due(state)` and `elapse(state, now)`: what time itself brings, and when.

The workflow and the simulator sleep until `next_due` and then let `elapse` decide. After an outage everything that
fell due meanwhile is worked through in its order, and people are told once, not once per step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from domain import ahead, keeping
from domain import events as ev
from domain.clock import GRACE, Alarm, Clock
from domain.commands import SYSTEM
from domain.draft import Draft
from domain.events import Event
from domain.rules import calls, quotes
from domain.rules.ending import close
from domain.ticket import Ticket
from domain.words import ClockKind, Closing, Status, Verdict

Act = Callable[[Draft, datetime, datetime, datetime, Any], None]
"""Does what was awaited. Draft, due instant, until when time has come, when that was noticed, what it is about."""


class _Awaited(NamedTuple):
    """The earliest of what time brings, and what is done about it."""

    due: datetime
    act: Act
    about: Any = None


_last: tuple[Ticket | None, _Awaited | None] = (None, None)


def next_due(state: Ticket) -> datetime | None:
    """The earliest instant at which time alone changes something; None when nothing is awaited."""
    first = _first(state)
    return first.due if first else None


def _first(state: Ticket) -> _Awaited | None:
    """What comes first. Of several at one instant: what is promised, then alarms, then whatever else is awaited."""
    global _last  # whoever acts, sleeps and looks again asks of the same immutable state several times in a row
    known, found = _last  # one tuple: threads may share it
    if known is not state:
        found = _search(state)
        _last = (state, found)
    return found


def _search(state: Ticket) -> _Awaited | None:
    due: datetime | None = None
    act: Act = _fall_due
    about: Any = None
    for clock in state.clocks:
        if clock.verdict is None and clock.due is not None and (due is None or clock.due < due):
            due, about = clock.due, clock
    for clock in state.clocks:
        if clock.verdict is None and clock.alarms and (due is None or clock.alarms[0].at < due):
            due, act, about = clock.alarms[0].at, _ring, (clock, clock.alarms[0])
    for other in _besides(state):
        if due is None or other.due < due:
            due, act, about = other
    return None if due is None else _Awaited(due, act, about)


def _besides(state: Ticket) -> Iterator[_Awaited]:
    """What is awaited beside the clocks."""
    promise = state.open_commitment
    if promise is not None:
        if promise.promised_by is not None and not promise.asked:
            yield _Awaited(promise.promised_by, _commitment_due)
    # One that still follows a defect is told of it, however long that takes.
    elif state.reopen_until is not None and state.awaited is None:
        yield _Awaited(state.reopen_until, _archive)
    if state.quote is not None and (expires := quotes.expires_at(state)) is not None:
        yield _Awaited(expires, _expire)
    if state.status is Status.resolved and state.resolution is not None and state.resolution.remind_at is not None:
        yield _Awaited(state.resolution.remind_at, _remind)


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
    while (first := _first(draft.state)) is not None and (due := first.due) <= until:
        if command is None:
            draft.cause = ev.cause_of_time(due)
        first.act(draft, due, until, now if command is None else due, first.about)
        calls.follow(draft)
    return draft


def _fall_due(draft: Draft, due: datetime, _until: datetime, noticed: datetime, clock: Clock) -> None:
    if clock.kind is ClockKind.update:
        return _write_update(draft, clock, due)
    draft.add(ev.ClockMissed.made(clock=clock.id, due=due, late=(noticed - due).total_seconds()))
    if clock.kind is ClockKind.consent:
        close(draft, Closing.silence)
    return None


def _commitment_due(draft: Draft, due: datetime, *_: Any) -> None:
    draft.add(ev.CommitmentDue.made(promised_by=due))


def _archive(draft: Draft, *_: Any) -> None:
    draft.add(ev.TicketArchived.made())


def _expire(draft: Draft, *_: Any) -> None:
    quotes.expire(draft)


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
    begin = due if on_time and not _again_at_once(draft, due) else draft.now
    keeping.start(draft, ClockKind.update, draft.state.promised(ClockKind.update), at=begin)
    following = draft.state.clock(ClockKind.update)
    shown_on = draft.state.terms.contact.updates_also.get(draft.state.severity, ())
    draft.add(ev.StatusUpdated.made(automatic=True, next_by=following.due if following else None, shown_on=shown_on))


def _again_at_once(draft: Draft, due: datetime) -> bool:
    """Whether the update after the one due at `due` has come too: an interval hardly longer than the grace."""
    if draft.now <= due:
        return False
    target = draft.state.promised(ClockKind.update)
    following = target.due(due, draft.state.terms.calendars) if target else None
    return following is not None and ahead.instant(due, following, draft.state.ahead) <= draft.now


def _on_time(draft: Draft, due: datetime) -> bool:
    return draft.now - due <= GRACE


def _ring(draft: Draft, _due: datetime, until: datetime, _noticed: datetime, about: tuple[Clock, Alarm]) -> None:
    clock, alarm = about
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


def _remind(draft: Draft, due: datetime, until: datetime, noticed: datetime, _about: None) -> None:
    state = draft.state
    silence = state.clock(ClockKind.consent)
    if silence is not None and silence.due is not None and silence.due <= until:
        # A reminder in the breath that closes for want of an answer would mock the client.
        draft.cause = ev.cause_of_time(silence.due)
        return _fall_due(draft, silence.due, until, noticed, silence)
    assert state.resolution is not None  # only a proposal has a reminder
    remind = state.terms.consent.remind
    begin = due if _on_time(draft, due) else draft.now
    next_at = remind.due(begin, state.terms.calendars) if remind else None
    return draft.add(ev.ConsentReminded.made(count=state.resolution.reminders + 1, next_at=next_at))
