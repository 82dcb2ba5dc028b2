"""`evolve(state, event) -> state`: what an event means. Pure, total, no decisions: those were made before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain import clock as clocks
from domain import events as ev
from domain.clock import Alarm, Clock
from domain.events import Event
from domain.ticket import Resolution, Ticket
from domain.words import STAFF, Contact, Status, Verdict


def rebuild(events: Iterable[Event]) -> Ticket:
    """The state that a ticket's events add up to. ValueError when they do not begin with its opening."""
    state: Ticket | None = None
    for event in events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("a ticket without events has no state")
    return state


def evolve(state: Ticket | None, event: Event) -> Ticket:
    """The state after `event`. ValueError when the first event is not the opening."""
    fact = event.fact
    if isinstance(fact, ev.TicketOpened):
        return _opened(fact, event)
    if state is None:
        raise ValueError("the first event of a ticket is its opening")
    changes = _CHANGES[type(fact)](state, fact, event) if type(fact) in _CHANGES else {}
    return state.model_copy(update={**changes, "sequence": event.sequence})


def _opened(fact: ev.TicketOpened, event: Event) -> Ticket:
    opening = fact.opening
    return Ticket(
        id=opening.ticket,
        subject=opening.subject,
        channel=opening.channel,
        organisation=opening.organisation,
        contract=opening.contract,
        contact=opening.contact,
        language=opening.language,
        terms=opening.terms,
        opened_at=event.at,
        at_level_since=event.at,
        severity=fact.severity,
        severity_asked=opening.severity,
        provisional=opening.terms.triage_provisional,
        episode=opening.episode,
        sequence=event.sequence,
    )


def _replace(state: Ticket, name: str, change: Callable[[Clock], Clock]) -> dict[str, Any]:
    current = state.clock_named(name)
    return {"clocks": tuple(change(clock) if clock is current else clock for clock in state.clocks)}


def _clock_started(state: Ticket, fact: ev.ClockStarted, event: Event) -> dict[str, Any]:
    # One that goes on after a reopening keeps in mind which alarms have rung.
    before = next((clock for clock in reversed(state.clocks) if clock.kind is fact.kind and fact.ran), None)
    new = Clock(
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
    return {"clocks": (*(clock for clock in state.clocks if clock.id != fact.clock), new)}


def _rung(fired: tuple[str, ...], alarms: tuple[Alarm, ...]) -> tuple[str, ...]:
    """What has rung and is not to come again."""
    to_come = {alarm.id for alarm in alarms}
    return tuple(name for name in fired if name not in to_come)


def _clock_resumed(state: Ticket, fact: ev.ClockResumed, event: Event) -> dict[str, Any]:
    def change(clock: Clock) -> Clock:
        resumed = clocks.resume(clock, fact.why, event.at, as_if_never_stopped=fact.as_if_never_stopped)
        rung = _rung(clock.fired, fact.alarms)
        return resumed.model_copy(update={"due": fact.due, "alarms": fact.alarms, "fired": rung})

    return _replace(state, fact.clock, change)


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

    return _replace(state, fact.clock, change)


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

    return _replace(state, fact.clock, change)


def _alarm_fired(state: Ticket, name: str, *ids: str) -> dict[str, Any]:
    return _replace(
        state,
        name,
        lambda clock: clock.model_copy(
            update={
                "alarms": tuple(alarm for alarm in clock.alarms if alarm.id not in ids),
                "fired": (*clock.fired, *ids),
            }
        ),
    )


def _manager_involved(state: Ticket, fact: ev.ManagerInvolved, _: Event) -> dict[str, Any]:
    if fact.clock is None:
        return {}
    return _alarm_fired(state, fact.clock, f"ladder-{fact.share}", *fact.skipped)


def _in_work(state: Ticket) -> Status:
    return Status.open if state.status is Status.new else state.status


def _told(state: Ticket, how: Contact) -> dict[str, Any]:
    """A person of ours told the client something; whether that is a first response is the agreement's word."""
    return {"answered": state.answered or how in state.terms.first_response, "status": _in_work(state)}


def _consent_given(state: Ticket, fact: ev.ConsentGiven, _: Event) -> dict[str, Any]:
    resolution = state.resolution
    assert resolution is not None  # decide gives consent only to a proposal
    return {"resolution": resolution.model_copy(update={"consents": (*resolution.consents, fact.party)})}


def _consent_reminded(state: Ticket, fact: ev.ConsentReminded, _: Event) -> dict[str, Any]:
    resolution = state.resolution
    assert resolution is not None  # reminders belong to a proposal
    changed = resolution.model_copy(update={"reminders": fact.count, "remind_at": fact.next_at})
    return {"resolution": changed}


_CHANGES: dict[type, Callable[[Ticket, Any, Event], dict[str, Any]]] = {
    ev.SeveritySet: lambda s, f, e: {"severity": f.severity, "provisional": False},
    ev.TicketAssigned: lambda s, f, e: {"assignee": f.assignee, "status": _in_work(s)},
    ev.FirstResponseGiven: lambda s, f, e: {"answered": True, "status": _in_work(s)},
    ev.CommentAdded: lambda s, f, e: _told(s, Contact.comment) if e.by.role in STAFF else {},
    ev.StatusUpdated: lambda s, f, e: {} if f.automatic else _told(s, Contact.status_update),
    ev.InformationRequested: lambda s, f, e: {
        **_told(s, Contact.question),
        "question": f.question,
        "status": Status.waiting,
    },
    ev.InformationGiven: lambda s, f, e: {"question": None, "status": Status.open},
    ev.Escalated: lambda s, f, e: {
        **_told(s, Contact.escalation),
        "level": f.level,
        "group": f.group,
        "assignee": None,
        "at_level_since": e.at,
    },
    ev.ManagerInvolved: _manager_involved,
    ev.StaffWarned: lambda s, f, e: _alarm_fired(s, f.clock, f.alarm),
    ev.ResolutionSuggested: lambda s, f, e: {"suggestion": f.text},
    ev.ResolutionProposed: lambda s, f, e: {
        **_told(s, Contact.resolution),
        "resolution": Resolution(kind=f.kind, text=f.text, proposed_at=e.at, remind_at=f.remind_at),
        "question": None,
        "suggestion": None,
        "status": Status.resolved,
    },
    ev.ConsentGiven: _consent_given,
    ev.ConsentReminded: _consent_reminded,
    ev.ResolutionRefused: lambda s, f, e: {"resolution": None, "status": Status.open},
    ev.TicketClosed: lambda s, f, e: {
        "status": Status.closed,
        "closing": f.closing,
        "closed_at": e.at,
        "reopen_until": f.reopen_until,
        "question": None,
        "suggestion": None,
    },
    ev.TicketReopened: lambda s, f, e: {
        "status": Status.open,
        "round": s.round + 1,
        "closing": None,
        "closed_at": None,
        "reopen_until": None,
        "reopened_at": e.at,
        "resolution": None,
        "at_level_since": e.at,
        "answered": s.answered and s.terms.reopening.clocks == "continue",
    },
    ev.TicketArchived: lambda s, f, e: {"status": Status.archived, "reopen_until": None},
    ev.ClockStarted: _clock_started,
    ev.ClockPaused: lambda s, f, e: _replace(s, f.clock, lambda clock: clocks.pause(clock, f.why, e.at)),
    ev.ClockResumed: _clock_resumed,
    ev.ClockRetargeted: _clock_retargeted,
    ev.ClockMissed: lambda s, f, e: _replace(
        s, f.clock, lambda clock: clock.model_copy(update={"missed_due": f.due, "due": None})
    ),
    ev.ClockEnded: _clock_ended,
}
