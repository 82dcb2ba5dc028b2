"""Who is told what of the steps of a ticket's life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain import events as ev
from domain.events import Event
from domain.messages.rnd import grounds
from domain.messages.shape import Telling, Told, both, one
from domain.ticket import Ticket
from domain.words import STAFF, Channel, ClockKind, Closing, Means, Party, Role


def _opened(state: Ticket, fact: ev.TicketOpened, event: Event) -> Iterator[Told]:
    preferred = _preferred(state)
    yield "client", "opened", {
        "response_by": _due_from_opening(state, ClockKind.response),
        "update_by": _due_from_opening(state, ClockKind.update),
        "preferred": preferred,
        "success_manager": fact.opening.success_manager_name if state.manager else None,
    }  # fmt: skip
    told = {"description": fact.opening.description, "organisation": state.organisation}
    yield "team", "staff_opened", {**told, "preferred": preferred}
    if state.manager:
        yield f"staff/{state.manager}", "staff_opened", {**told, "preferred": preferred}


def _preferred(state: Ticket) -> list[str]:
    """How such a ticket had better come, where a person chose another way (TF-01); a machine is told nothing."""
    channels = state.terms.contact.preferred.get(state.severity, ())
    chosen = state.channel in (Channel.portal, Channel.email, Channel.telephone)
    return [str(channel) for channel in channels] if chosen and state.channel not in channels else []


def _due_from_opening(state: Ticket, kind: ClockKind) -> str | None:
    # The clocks themselves start with the events after this one.
    target = state.severity_terms.target(kind, state.channel)
    if target is None or kind in state.stops_at(state.level):
        return None
    due = target.due(state.opened_at, state.terms.calendars)
    return due.isoformat() if due else None


def _severity(state: Ticket, fact: ev.SeveritySet, event: Event) -> Iterator[Told]:
    if not fact.silent:
        yield "client", "severity", {"reason": fact.reason}


def _comment(state: Ticket, fact: ev.CommentAdded | ev.AlertRepeated, event: Event) -> Iterator[Told]:
    if event.by.role is Role.client:
        yield "assignee", "staff_comment", {"text": fact.text}
    elif event.by.role in STAFF:
        yield "client", "comment", {"text": fact.text}
    else:
        yield "client", "comment", {"text": fact.text}
        yield "assignee", "staff_comment", {"text": fact.text}


def _update(state: Ticket, fact: ev.StatusUpdated, event: Event) -> Iterator[Told]:
    template = "update_automatic" if fact.automatic else "update"
    next_by = fact.next_by.isoformat() if fact.next_by else None
    if fact.means is not Means.email:
        return  # said by word of mouth: a mail would only say it again
    yield "client", template, {"text": fact.text, "next_by": next_by, "waiting": state.question is not None}


def _escalated(state: Ticket, fact: ev.Escalated, event: Event) -> Iterator[Told]:
    told = {"reason": fact.reason, "before": str(fact.before)}
    yield "client", "escalated", {
        **told,
        "billable": fact.billable if fact.level is not fact.before else "",
        "forecast": fact.forecast.isoformat() if fact.forecast else None,
        "no_forecast": fact.forecast is None and state.level_terms.forecast,
    }  # fmt: skip
    yield "team", "staff_escalated", told
    for group in fact.also:
        yield f"team/{group}", "staff_escalated", told


def _manager(state: Ticket, fact: ev.ManagerInvolved, event: Event) -> Iterator[Told]:
    told = {"reason": fact.reason, "clock": fact.clock, "share": fact.share}
    yield fact.tell, "staff_manager", {**told, "skipped": [int(name.rpartition("-")[2]) for name in fact.skipped]}
    if fact.clock is None:
        yield "client", "manager", {"reason": fact.reason}


def _assigned(state: Ticket, fact: ev.TicketAssigned, event: Event) -> Iterator[Told]:
    yield "assignee", "staff_assigned", {}
    for other in fact.others:
        yield f"staff/{other}", "staff_assigned", {}


def _missed(state: Ticket, fact: ev.ClockMissed, event: Event) -> Iterator[Told]:
    if state.clock_named(fact.clock).kind is not ClockKind.consent:
        yield "assignee", "staff_missed", {"clock": fact.clock, "due": fact.due.isoformat(), "late": fact.late}


def _closed(state: Ticket, fact: ev.TicketClosed, event: Event) -> Iterator[Told]:
    until = fact.reopen_until.isoformat()
    if fact.closing is not Closing.not_covered:  # told already why, and what stays open
        yield "client", f"closed_{fact.closing}", {"reopen_until": until, "reason": fact.reason}
    yield "assignee", "staff_closed", {"closing": str(fact.closing), "reason": fact.reason}


def _answered(state: Ticket, fact: ev.InformationGiven, event: Event) -> Iterator[Told]:
    yield from _on_behalf(event, fact.text)
    yield "assignee", "staff_answer", {"text": fact.text}


def _refused(state: Ticket, fact: ev.ResolutionRefused, event: Event) -> Iterator[Told]:
    yield from _on_behalf(event, fact.reason)
    yield "assignee", "staff_refused", {"reason": fact.reason}


def _on_behalf(event: Event, text: str) -> Iterator[Told]:
    """What somebody else wrote on the ticket reaches the client, who would otherwise only come across it."""
    if event.by.role is not Role.client:
        yield "client", "comment", {"text": text}


def _reminded(state: Ticket, fact: ev.ConsentReminded, event: Event) -> Iterator[Told]:
    """The client is asked while its consent is missing, then our own side; who has agreed is left in peace."""
    resolution = state.resolution
    assert resolution is not None  # only a proposal has a reminder
    missing = {*state.terms.consent.of} - {*resolution.consents}
    if Party.client in missing:
        closes_at = _closes_at(state, resolution.proposed_at)
        told = {"count": fact.count, "text": resolution.text, "closes_at": closes_at}
        yield _who_agrees(state), "consent_reminder", told
    elif state.representative(Party.provider) is None:
        yield "assignee", "staff_consent", {"party": str(Party.client)}
    if Party.provider in missing and state.representative(Party.provider) is not None:
        yield "provider_representative", "staff_consent_asked", {"text": resolution.text}


def _who_agrees(state: Ticket) -> str:
    """The client's representative, where the contract names one (TF-11)."""
    return "client" if state.representative(Party.client) is None else "client_representative"


def _proposed(state: Ticket, fact: ev.ResolutionProposed, event: Event) -> Iterator[Told]:
    told = {
        "kind": str(fact.kind),
        "text": fact.text,
        "closes_at": _closes_at(state, event.at),
        "promised_by": fact.promised_by.isoformat() if fact.promised_by else None,
        "advice": state.terms.said(state.terms.resolution_advice, state.terms.language(state.language)),
        **grounds(state, fact),
    }
    named = state.representative(Party.client)
    represented = named not in (None, state.contact)
    yield "client", "resolution", {**told, "represented": represented}
    if represented:
        yield "client_representative", "resolution", told
    if Party.provider in state.terms.consent.of and state.representative(Party.provider) is not None:
        yield "provider_representative", "staff_consent_asked", {"text": fact.text}


def _closes_at(state: Ticket, proposed_at: datetime) -> str | None:
    """When silence closes the ticket, where the agreement says so: nobody is to be surprised by it."""
    silence = state.terms.consent.silence
    due = silence.due(proposed_at, state.terms.calendars) if silence else None
    return due.isoformat() if due else None


def _consented(state: Ticket, fact: ev.ConsentGiven, event: Event) -> Iterator[Told]:
    resolution = state.resolution
    if resolution is not None and set(state.terms.consent.of) - set(resolution.consents):
        yield "assignee", "staff_consent", {"party": str(fact.party)}


def _warned(state: Ticket, fact: ev.StaffWarned, event: Event) -> Iterator[Told]:
    due = fact.due.isoformat() if fact.due else None
    yield "assignee", "staff_warning", {"clock": fact.clock, "alarm": fact.alarm, "due": due}


TELLING: Telling = {
    ev.TicketOpened: _opened,
    ev.SeveritySet: _severity,
    ev.TicketAssigned: _assigned,
    ev.FirstResponseGiven: one("client", "first_response", "text", "means"),
    ev.CommentAdded: _comment,
    ev.StatusUpdated: _update,
    ev.InformationRequested: one("client", "question", "question"),
    ev.InformationGiven: _answered,
    ev.Escalated: _escalated,
    ev.ManagerInvolved: _manager,
    ev.StaffWarned: _warned,
    ev.AlertRepeated: _comment,
    ev.ResolutionSuggested: one("assignee", "staff_suggestion", "text"),
    ev.ResolutionProposed: _proposed,
    ev.ConsentGiven: _consented,
    ev.ConsentReminded: _reminded,
    ev.ResolutionRefused: _refused,
    ev.TicketClosed: _closed,
    ev.TicketReopened: both("reopened", "staff_reopened", "reason"),
    ev.ClockMissed: _missed,
}
