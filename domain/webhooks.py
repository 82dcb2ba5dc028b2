"""What happens on tickets, as other programs hear of it: types of events, and what a body says to whom. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from domain import events as ev
from domain.base import Model
from domain.commands.base import SYSTEM
from domain.events import Event
from domain.messages.shape import Message, Recipient, short_cause
from domain.record import Recording, Summary
from domain.visible import data_of, for_client

EVENTS: dict[str, tuple[type, ...]] = {
    "ticket.opened": (ev.TicketOpened,),
    "ticket.severity_changed": (ev.SeveritySet,),
    "ticket.assigned": (ev.TicketAssigned,),
    "ticket.responded": (ev.FirstResponseGiven,),
    "ticket.commented": (ev.CommentAdded,),
    "ticket.noted": (ev.NoteAdded,),
    "ticket.updated": (ev.StatusUpdated,),
    "ticket.question_asked": (ev.InformationRequested, ev.IntakeAsked),
    "ticket.question_answered": (ev.InformationGiven, ev.IntakeSupplied),
    "ticket.progress_asked": (ev.ProgressAsked,),
    "ticket.session_offered": (ev.SessionOffered,),
    "ticket.classified": (ev.RequestClassified,),
    "ticket.excluded": (ev.RequestExcluded,),
    "ticket.escalated": (ev.Escalated, ev.HandedOver),
    "ticket.manager_involved": (ev.ManagerInvolved,),
    "ticket.staff_warned": (ev.StaffWarned,),
    "ticket.resolution_suggested": (ev.ResolutionSuggested,),
    "ticket.resolved": (ev.ResolutionProposed,),
    "ticket.consent_given": (ev.ConsentGiven,),
    "ticket.consent_reminded": (ev.ConsentReminded,),
    "ticket.resolution_refused": (ev.ResolutionRefused,),
    "ticket.closed": (ev.TicketClosed,),
    "ticket.reopened": (ev.TicketReopened,),
    "ticket.archived": (ev.TicketArchived,),
    "ticket.promise_missed": (ev.ClockMissed,),
    "ticket.times_moved": (ev.TimesMoved, ev.IntervalAgreed),
    "ticket.call_taken": (ev.CallTaken,),
    "ticket.call_made": (ev.CallMade,),
    "commitment.due": (ev.CommitmentDue,),
    "commitment.kept": (ev.CommitmentKept,),
    "quote.asked": (ev.QuoteAsked,),
    "quote.made": (ev.QuoteMade,),
    "quote.accepted": (ev.QuoteAccepted,),
    "quote.refused": (ev.QuoteRefused,),
    "quote.expired": (ev.QuoteExpired,),
    "hours.logged": (ev.TimeLogged,),
    "hours.moved": (ev.HoursMoved,),
    "hours.nearly_used": (ev.PackageWarned,),
    "hours.reported": (ev.InterventionReported,),
    "defect.awaited": (ev.DefectAwaited,),
    "defect.left": (ev.DefectLeft,),
    "defect.news": (ev.DefectNews,),
    "release.offered": (ev.ReleaseOffered,),
    "release.installation_asked": (ev.InstallationAsked,),
    "service.restored": (ev.ServiceRestored,),
    "service.outage_attributed": (ev.OutageAttributed,),
}
"""Every type with the facts that it stands for."""

INTERNAL = frozenset(
    {
        "ticket.noted",
        "ticket.staff_warned",
        "ticket.resolution_suggested",
        "ticket.call_taken",
        "ticket.call_made",
        "commitment.due",
    }
)
"""Types that no client's webhook is ever sent; others can hold single events that are ours alone."""

TEST = "webhook.test"
_TYPES = {fact: name for name, facts in EVENTS.items() for fact in facts}
_SHOWN = (
    "id", "subject", "organisation", "contract", "contact", "channel", "status", "severity", "impact", "level", "kind",
    "product", "service", "opened_at", "closed_at", "closing", "reopen_until", "round", "question", "resolution_kind",
    "resolution_text",
)  # fmt: skip
_SHOWN_TO_STAFF = ("agreement", "revision", "group", "assignee", "provisional", "queue_rank", "cover", "defect")


class Subscription(Model):
    """An endpoint that wants to hear; `organisation` absent: of every ticket, and what is internal too."""

    id: str
    organisation: str | None = None
    events: tuple[str, ...] = ()
    """Types wanted; `ticket.*` are all that begin so, `*` are all."""

    def wants(self, type_: str) -> bool:
        """Whether it has subscribed to this type of event."""
        return any(one in ("*", type_, f"{type_.partition('.')[0]}.*") for one in self.events)


def known_pattern(pattern: str) -> bool:
    """Whether a subscription can name this: a type, all of a kind (`ticket.*`), or all (`*`)."""
    return pattern in EVENTS or pattern == "*" or pattern in {f"{name.partition('.')[0]}.*" for name in EVENTS}


def type_of(event: Event) -> str | None:
    """The type under which other programs hear of an event; None for the clocks' own bookkeeping."""
    return _TYPES.get(type(event.fact))


def announcements(recording: Recording, subscriptions: Iterable[Subscription]) -> Iterator[Message]:
    """The messages to those subscriptions that what was recorded calls for."""
    summary = recording.summary
    fitting = [one for one in subscriptions if one.organisation in (None, summary.organisation)]
    for event in recording.events if fitting else ():
        type_ = type_of(event)
        for one in fitting if type_ is not None else ():
            client = one.organisation is not None
            hidden = client and (type_ in INTERNAL or not for_client(event))
            if type_ is not None and one.wants(type_) and not hidden:
                yield _message(summary, event, type_, one, client=client)


def _message(summary: Summary, event: Event, type_: str, to: Subscription, *, client: bool) -> Message:
    return Message(
        key=f"{summary.id}:{event.sequence}:{type_}:{short_cause(event)}:{to.id}",
        ticket=summary.id,
        sequence=event.sequence,
        to=Recipient(kind="webhook", id=to.id),
        template=type_,
        language=summary.language,
        data=body(summary, event, type_, client=client),
        severity=summary.severity,
    )


def body(summary: Summary, event: Event, type_: str, *, client: bool) -> dict[str, Any]:
    """What is posted (Standard Webhooks): the type, when, the ticket after it, and the event as its reader may see it.

    A client is not told which member of staff it was, as in its timeline.
    """
    row = summary.model_dump(mode="json")
    names = _SHOWN if client else (*_SHOWN, *_SHOWN_TO_STAFF)
    by = {"role": str(event.by.role)} if client else {"role": str(event.by.role), "id": event.by.id}
    hidden = {"assignee", "others", "groups"} if client else set()
    data = {name: value for name, value in data_of(event).items() if name not in hidden}
    return {
        "type": type_,
        "timestamp": event.at.isoformat(),
        "data": {
            "ticket": {name: row[name] for name in names if row.get(name) is not None},
            "event": {"number": event.sequence, "type": event.fact.type, "by": by, **({"data": data} if data else {})},
        },
    }


def test_message(to: Subscription, key: str, at: str) -> Message:
    """A message by which an endpoint is tried out; it is about nothing."""
    return Message(
        key=f"webhook:{to.id}:test:{key}",
        sequence=1,
        to=Recipient(kind="webhook", id=to.id),
        template=TEST,
        language="en",
        data={"type": TEST, "timestamp": at, "data": {"webhook": to.id, "by": {"role": str(SYSTEM.role)}}},
    )


def disabled(webhook: str, name: str, why: str, now: datetime) -> Message:
    """Word to operations that an endpoint is called no longer."""
    return Message(
        key=f"webhook:{webhook}:staff_webhook_disabled:{now.isoformat()}",
        sequence=1,
        to=Recipient(kind="role", id="operations"),
        template="staff_webhook_disabled",
        language="en",
        data={"subject": name, "webhook": webhook, "why": why, "zone": "UTC"},
    )
