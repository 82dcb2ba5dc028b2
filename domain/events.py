"""Events: what happened on a ticket. A `Fact` says what; `Event` adds its number, when, who and which command."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.base import Instant, Model
from domain.clock import Alarm
from domain.commands import Actor, Open
from domain.target import Target
from domain.words import ClockKind, Closing, Level, Means, Party, ResolutionKind, Verdict


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


class TicketAssigned(Model):
    type: Literal["ticket_assigned"] = "ticket_assigned"
    assignee: str


class FirstResponseGiven(Model):
    type: Literal["first_response_given"] = "first_response_given"
    means: Means
    text: str


class CommentAdded(Model):
    type: Literal["comment_added"] = "comment_added"
    text: str


class NoteAdded(Model):
    type: Literal["note_added"] = "note_added"
    text: str


class StatusUpdated(Model):
    """`automatic` when Escalade wrote it because nobody had; it is never a first response (decision 8)."""

    type: Literal["status_updated"] = "status_updated"
    text: str = ""
    automatic: bool = False
    next_by: Instant | None = None


class InformationRequested(Model):
    type: Literal["information_requested"] = "information_requested"
    question: str


class InformationGiven(Model):
    type: Literal["information_given"] = "information_given"
    text: str


class Escalated(Model):
    type: Literal["escalated"] = "escalated"
    level: Level
    group: str | None = None
    before: Level
    reason: str


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


class ResolutionSuggested(Model):
    type: Literal["resolution_suggested"] = "resolution_suggested"
    text: str


class ResolutionProposed(Model):
    type: Literal["resolution_proposed"] = "resolution_proposed"
    kind: ResolutionKind
    text: str
    remind_at: Instant | None = None


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


class TicketClosed(Model):
    type: Literal["ticket_closed"] = "ticket_closed"
    closing: Closing
    reason: str = ""
    reopen_until: Instant


class TicketReopened(Model):
    type: Literal["ticket_reopened"] = "ticket_reopened"
    reason: str


class TicketArchived(Model):
    """The reopening window is over; the ticket's run ends."""

    type: Literal["ticket_archived"] = "ticket_archived"


class ClockStarted(Model):
    """`ran` is the running time of a clock that goes on after a reopening; `started_at` is then the first start."""

    type: Literal["clock_started"] = "clock_started"
    clock: str
    kind: ClockKind
    target: Target
    started_at: Instant
    ran: tuple[tuple[Instant, Instant], ...] = ()
    running_since: Instant | None = None
    paused_by: tuple[str, ...] = ()
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()


class ClockPaused(Model):
    type: Literal["clock_paused"] = "clock_paused"
    clock: str
    why: str


class ClockResumed(Model):
    """`due` is absent while another reason still holds the clock."""

    type: Literal["clock_resumed"] = "clock_resumed"
    clock: str
    why: str
    as_if_never_stopped: bool = False
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()


class ClockRetargeted(Model):
    """Measured again against another target; a miss of the old one is taken back when the new one is not yet due."""

    type: Literal["clock_retargeted"] = "clock_retargeted"
    clock: str
    target: Target
    due: Instant | None = None
    alarms: tuple[Alarm, ...] = ()
    miss_withdrawn: bool = False


class ClockMissed(Model):
    """The due instant passed; `late` is how many seconds later that was acted upon."""

    type: Literal["clock_missed"] = "clock_missed"
    clock: str
    due: Instant
    late: float


class ClockEnded(Model):
    """The end of a clock, once: met, missed (done `late` seconds after its due instant) or cancelled with a reason."""

    type: Literal["clock_ended"] = "clock_ended"
    clock: str
    verdict: Verdict
    due: Instant | None = None
    done_at: Instant
    late: int = 0
    reason: str = ""


Fact = Annotated[
    TicketOpened | SeveritySet | TicketAssigned | FirstResponseGiven | CommentAdded | NoteAdded | StatusUpdated
    | InformationRequested | InformationGiven | Escalated | ManagerInvolved | StaffWarned | ResolutionSuggested
    | ResolutionProposed | ConsentGiven | ConsentReminded | ResolutionRefused | TicketClosed | TicketReopened
    | TicketArchived | ClockStarted | ClockPaused | ClockResumed | ClockRetargeted | ClockMissed | ClockEnded,
    Field(discriminator="type"),
]  # fmt: skip


class Event(Model):
    """Fact number `sequence` of a ticket. `cause` is the id of the command, or names the due instant that came."""

    sequence: int
    at: Instant
    by: Actor
    cause: str
    fact: Fact


_DUE = "due:"


def cause_of_time(due: datetime) -> str:
    """The cause of what time brings: it names the due instant that came."""
    return f"{_DUE}{due.isoformat()}"


def due_instant(cause: str) -> datetime | None:
    """The due instant that a cause names; None for a command's id."""
    return datetime.fromisoformat(cause.removeprefix(_DUE)) if cause.startswith(_DUE) else None
