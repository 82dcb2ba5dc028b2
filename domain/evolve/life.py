"""What the steps of a ticket's life mean for it."""

from __future__ import annotations

from typing import Any

from domain import events as ev
from domain.events import Event
from domain.evolve.clocks import alarm_fired
from domain.evolve.provider import committed
from domain.evolve.rnd import followed
from domain.evolve.shape import Changes
from domain.holdings import Resolution
from domain.ticket import Ticket
from domain.words import STAFF, Contact, Status


def _manager_involved(state: Ticket, fact: ev.ManagerInvolved, _: Event) -> dict[str, Any]:
    if fact.clock is None:
        return {}
    return alarm_fired(state, fact.clock, f"ladder-{fact.share}", *fact.skipped)


def _in_work(state: Ticket) -> Status:
    return Status.open if state.status is Status.new else state.status


def _told(state: Ticket, how: Contact) -> dict[str, Any]:
    """A person of ours told the client something; whether that is a first response is the agreement's word."""
    return {"answered": state.answered or how in state.terms.first_response, "status": _in_work(state)}


def _escalated(state: Ticket, fact: ev.Escalated, event: Event) -> dict[str, Any]:
    moved = {"level": fact.level, "group": fact.group, "also": fact.also, "forecast": fact.forecast}
    if (state.level, state.group) == (fact.level, fact.group):
        return {**_told(state, Contact.escalation), **moved}  # further groups join; whoever works on it goes on
    # One that is worked on without a break stays somebody's, whoever moves it (OL-18).
    left = {"assignee": state.assignee if state.continuous else None, "others": (), "at_level_since": event.at}
    return {**_told(state, Contact.escalation), **moved, **left}


def _consent_given(state: Ticket, fact: ev.ConsentGiven, _: Event) -> dict[str, Any]:
    resolution = state.resolution
    assert resolution is not None  # decide gives consent only to a proposal
    return {"resolution": resolution.model_copy(update={"consents": (*resolution.consents, fact.party)})}


def _consent_reminded(state: Ticket, fact: ev.ConsentReminded, _: Event) -> dict[str, Any]:
    resolution = state.resolution
    assert resolution is not None  # reminders belong to a proposal
    changed = resolution.model_copy(update={"reminders": fact.count, "remind_at": fact.next_at})
    return {"resolution": changed}


CHANGES: Changes = {
    ev.SeveritySet: lambda s, f, e: {
        "severity": f.severity,
        "impact": f.impact or s.impact,
        "provisional": False,
    },
    ev.IntervalAgreed: lambda s, f, e: {"interval": f.target},
    ev.TicketAssigned: lambda s, f, e: {"assignee": f.assignee, "others": f.others, "status": _in_work(s)},
    ev.FirstResponseGiven: lambda s, f, e: {"answered": True, "status": _in_work(s)},
    ev.CommentAdded: lambda s, f, e: _told(s, Contact.comment) if e.by.role in STAFF else {},
    ev.StatusUpdated: lambda s, f, e: {} if f.automatic else _told(s, Contact.status_update),
    ev.InformationRequested: lambda s, f, e: {
        **_told(s, Contact.question),
        "question": f.question,
        "status": Status.waiting,
    },
    ev.InformationGiven: lambda s, f, e: {"question": None, "status": Status.open},
    ev.Escalated: _escalated,
    ev.SessionOffered: lambda s, f, e: _told(s, Contact.comment),
    ev.ManagerInvolved: _manager_involved,
    ev.StaffWarned: lambda s, f, e: alarm_fired(s, f.clock, f.alarm),
    ev.AlertRepeated: lambda s, f, e: {"suggestion": None},
    ev.ResolutionSuggested: lambda s, f, e: {"suggestion": f.text},
    ev.ResolutionProposed: lambda s, f, e: {
        **_told(s, Contact.resolution),
        "resolution": Resolution.made(
            kind=f.kind,
            text=f.text,
            proposed_at=e.at,
            remind_at=f.remind_at,
            cause=f.cause,
            cause_text=f.cause_text,
            promised_by=f.promised_by,
        ),
        "question": None,
        "suggestion": None,
        "status": Status.resolved,
    },
    ev.ConsentGiven: _consent_given,
    ev.ConsentReminded: _consent_reminded,
    ev.ResolutionRefused: lambda s, f, e: {"resolution": None, "status": Status.open},
    ev.TicketClosed: lambda s, f, e: {
        **committed(s, f.closing),
        **followed(s, f.closing),
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
        "commitment": None,  # what was promised is worked on again, with the clocks of an open ticket
        "at_level_since": e.at,
        "answered": s.answered and s.terms.reopening.clocks == "continue",
    },
    ev.TicketArchived: lambda s, f, e: {"status": Status.archived, "reopen_until": None},
}
