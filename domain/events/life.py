"""What happened in a ticket's life: opened, assigned, answered, escalated, resolved, closed, reopened."""

from __future__ import annotations

from typing import Literal

from domain.attachments import Attachments
from domain.base import Instant, Model
from domain.commands import Open
from domain.target import Target
from domain.terms import Terms
from domain.words import Cause, Channel, Closing, Level, Means, Party, ResolutionKind


class TicketOpened(Model):
    """`opening` is the whole command, terms included: a ticket can be rebuilt from its events alone."""

    type: Literal["ticket_opened"] = "ticket_opened"
    opening: Open
    severity: str
    digest: str = ""


class SeveritySet(Model):
    type: Literal["severity_set"] = "severity_set"
    severity: str
    before: str
    reason: str
    impact: str | None = None
    silent: bool = False
    """Not announced to the client (TF-06)."""


class TicketAssigned(Model):
    type: Literal["ticket_assigned"] = "ticket_assigned"
    assignee: str
    others: tuple[str, ...] = ()


class FirstResponseGiven(Model):
    type: Literal["first_response_given"] = "first_response_given"
    means: Means
    text: str
    attachments: Attachments = ()


class CommentAdded(Model):
    type: Literal["comment_added"] = "comment_added"
    text: str
    channel: Channel | None = None
    """How it reached us, where it came in as a message."""
    attachments: Attachments = ()


class NoteAdded(Model):
    type: Literal["note_added"] = "note_added"
    text: str
    attachments: Attachments = ()


class StatusUpdated(Model):
    """`automatic` when Escalade wrote it because nobody had; it is never a first response (decision 8)."""

    type: Literal["status_updated"] = "status_updated"
    text: str = ""
    automatic: bool = False
    next_by: Instant | None = None
    means: Means = Means.email
    shown_on: tuple[Channel, ...] = ()
    """Where the agreement demands it besides (TF-13)."""
    attachments: Attachments = ()


class InformationRequested(Model):
    type: Literal["information_requested"] = "information_requested"
    question: str
    attachments: Attachments = ()


class InformationGiven(Model):
    type: Literal["information_given"] = "information_given"
    text: str
    channel: Channel | None = None
    attachments: Attachments = ()


class Escalated(Model):
    type: Literal["escalated"] = "escalated"
    level: Level
    group: str | None = None
    before: Level
    reason: str
    also: tuple[str, ...] = ()
    forecast: Instant | None = None
    billable: str = ""
    """Why the work is billed there, as the client reads it (PC-06)."""


class ManagerInvolved(Model):
    """Hierarchic escalation: asked for (`reason`), or by a share of a clock's target in percent.

    `skipped` names the steps of the ladder that passed unseen during an outage and are told with this one.
    """

    type: Literal["manager_involved"] = "manager_involved"
    tell: str
    reason: str = ""
    clock: str | None = None
    share: int | None = None
    skipped: tuple[str, ...] = ()


class StaffWarned(Model):
    """A clock is about to fall due (`warning`), or the lower end of its range has come (`range`)."""

    type: Literal["staff_warned"] = "staff_warned"
    clock: str
    alarm: str
    due: Instant | None = None


class AlertRepeated(Model):
    """An alert of this ticket fires again, or still."""

    type: Literal["alert_repeated"] = "alert_repeated"
    started_at: Instant
    text: str


class ResolutionSuggested(Model):
    type: Literal["resolution_suggested"] = "resolution_suggested"
    text: str


class ResolutionProposed(Model):
    type: Literal["resolution_proposed"] = "resolution_proposed"
    kind: ResolutionKind
    text: str
    remind_at: Instant | None = None
    cause: Cause | None = None
    cause_text: str = ""
    promised_by: Instant | None = None
    release: str | None = None
    """The release that carries it, where R&D's release proposes it by itself."""
    attachments: Attachments = ()


class ConsentGiven(Model):
    type: Literal["consent_given"] = "consent_given"
    party: Party


class ConsentReminded(Model):
    type: Literal["consent_reminded"] = "consent_reminded"
    count: int
    next_at: Instant | None = None


class ResolutionRefused(Model):
    type: Literal["resolution_refused"] = "resolution_refused"
    reason: str
    attachments: Attachments = ()


class TicketClosed(Model):
    type: Literal["ticket_closed"] = "ticket_closed"
    closing: Closing
    reason: str = ""
    reopen_until: Instant


class TicketReopened(Model):
    type: Literal["ticket_reopened"] = "ticket_reopened"
    reason: str
    attachments: Attachments = ()


class TicketArchived(Model):
    """The reopening window is over; the ticket's run ends."""

    type: Literal["ticket_archived"] = "ticket_archived"


class ProgressAsked(Model):
    type: Literal["progress_asked"] = "progress_asked"
    text: str = ""


class SessionOffered(Model):
    type: Literal["session_offered"] = "session_offered"
    session_at: Instant
    text: str


class IntervalAgreed(Model):
    """From now on updates are due at this interval, whatever the severity promises."""

    type: Literal["interval_agreed"] = "interval_agreed"
    target: Target
    reason: str


class CommitmentDue(Model):
    """The instant for which a commitment was made has come, and it is not kept yet."""

    type: Literal["commitment_due"] = "commitment_due"
    promised_by: Instant


class CommitmentKept(Model):
    """What was promised is done, `late` seconds after the promised instant; `release` where that brought the fix."""

    type: Literal["commitment_kept"] = "commitment_kept"
    text: str
    late: int = 0
    release: str | None = None
    reopen_until: Instant | None = None


class TermsChanged(Model):
    """The agreement's newer revision holds from now on; `before` is the revision that held."""

    type: Literal["terms_changed"] = "terms_changed"
    terms: Terms
    before: str
    rollout: str
    remind_at: Instant | None = None
    """When the client is next reminded of the consent that it is being asked for."""
